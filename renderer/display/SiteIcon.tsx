import { siteAvatar } from './site-avatar';
import styles from './SiteIcon.module.css';

/** A letter on a colour, both from the name of the site. Says nothing that the name beside it does not say. */
export function SiteIcon({ rpId, large }: { readonly rpId: string; readonly large?: boolean }) {
  const { letter, colour } = siteAvatar(rpId);
  return (
    <span
      className={styles['icon']}
      data-colour={colour}
      data-large={large === true ? '' : undefined}
      aria-hidden="true"
    >
      {letter}
    </span>
  );
}
