import { Globe20Regular } from '@fluentui/react-icons/headless/svg/globe';
import type { CeremonyView } from '../../preload/ceremony-contract';
import { ceremony } from '../messages/en/ceremony';
import { testIds } from '../test-ids';
import { MayBreak, Unbroken } from './Unbroken';
import styles from './Ceremony.module.css';

const w = ceremony.site;

/** Characters that leave room beneath them also where the window is small or zoomed. */
const SHORT = 60;

/** Who asks: the origin in full, never shortened, and whatever else tells it from a look-alike. */
export function SiteHeader({ id, view }: { readonly id: string; readonly view: CeremonyView }) {
  const { origin, ascii, rpId, embeddedIn } = view.site;
  const [, scheme = '', host = origin] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/s.exec(origin) ?? [];
  const notes = [
    ascii === origin ? '' : w.ascii(ascii),
    embeddedIn === undefined ? '' : embeddedIn === '' ? w.embeddedUnknown : w.embedded(embeddedIn),
    rpId === '' || rpId === hostOf(ascii) ? '' : w.rpId(rpId),
  ].filter((note) => note !== '');
  return (
    <header id={id} className={styles['who']} data-testid={testIds.ceremonySite}>
      <div className={styles['site']} data-length={origin.length <= SHORT ? 'short' : 'long'}>
        <Globe20Regular className={styles['siteIcon'] ?? ''} aria-hidden="true" />
        <div>
          <p className={styles['second']}>{w.label[view.kind]}</p>
          <p className={styles['origin']}>
            <bdi dir="ltr" data-testid={testIds.ceremonyOrigin}>
              {scheme}
              <MayBreak />
              <strong>
                <Unbroken text={host} />
              </strong>
            </bdi>
          </p>
        </div>
      </div>
      {notes.length > 0 && (
        <div className={styles['notes']}>
          {notes.map((note) => (
            <p key={note} className={styles['second']}>
              <bdi dir="ltr">
                <Unbroken text={note} />
              </bdi>
            </p>
          ))}
        </div>
      )}
    </header>
  );
}

/** Undefined where there is none. */
function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.hostname;
}
