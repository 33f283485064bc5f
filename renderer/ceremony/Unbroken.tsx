import { Fragment } from 'react';
import styles from './Ceremony.module.css';

/** Hyphens, and what may not begin the next line. More of them than anybody writes are broken like letters. */
const HYPHENS = /(-{1,4}[^-])/u;

/** Hidden from screen readers, or they would read a blank in its place. */
export function MayBreak() {
  return <wbr aria-hidden="true" />;
}

/**
 * A host or an origin, perhaps within a sentence: goes on in the next line after its scheme or a dot, and never after a hyphen. A part
 * between dots is broken only where it is longer than a line.
 */
export function Unbroken({ text }: { readonly text: string }) {
  return text.split(/(?<=\.|:\/\/)(?=\S)/u).map((part, index) => (
    // Where in the text it is, is all that tells one part from another.
    <Fragment key={index}>
      {index > 0 && <MayBreak />}
      {part.split(HYPHENS).map((piece, at) =>
        at % 2 === 0 ? (
          piece
        ) : (
          <span key={at} className={styles['hyphen']}>
            {piece}
          </span>
        ),
      )}
    </Fragment>
  ));
}
