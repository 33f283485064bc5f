/** What a site would get to see: the name of the error that `work` throws or rejects with, or `fine`. */
import { WebAuthnError } from '../../main/webauthn/errors';

export async function nameOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'fine';
  } catch (error) {
    if (!(error instanceof WebAuthnError)) throw error;
    return error.name;
  }
}
