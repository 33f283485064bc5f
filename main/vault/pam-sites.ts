/** Passkeys that sign somebody in to the machine itself. */

/**
 * PAM modules have no web site: pam-u2f names its credentials `pam://` and the machine (pam_u2f(8), `origin=`,
 * `appid=`), and other modules follow it. Such a passkey may be the only way back in.
 * @returns why it cannot be deleted, or undefined.
 */
export function whySigningInHere(rpId: string): string | undefined {
  if (!rpId.toLowerCase().startsWith('pam://')) return undefined;
  const machine = rpId.slice('pam://'.length);
  return (
    `This passkey signs you in to ${machine === '' ? 'this computer' : machine} itself, so Latchkey does not delete it: you might not get ` +
    'back in. When the system no longer asks for it, it does no harm where it is.'
  );
}
