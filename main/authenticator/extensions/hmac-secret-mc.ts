/** hmac-secret-mc (CTAP 2.2 §12.8): what hmac-secret gives at getAssertion, already when the credential is made. */
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import type { Extension } from './extension';
import { HmacSalts, readHmacSalts } from './hmac-salts';
import { HMAC_SECRET } from './hmac-secret';

const HMAC_SECRET_MC = 'hmac-secret-mc';

export const hmacSecretMc: Extension = {
  identifier: HMAC_SECRET_MC,
  /** 0x14 unless the same request asks for hmac-secret. */
  create(input, { context, inputs }) {
    const read = readHmacSalts(input, HMAC_SECRET_MC);
    if (inputs.get(HMAC_SECRET) !== true) throw new CtapStatusError(Status.MISSING_PARAMETER, HMAC_SECRET);
    return { answer: ({ secrets, uv }) => ({ signed: new HmacSalts(context, read).output(secrets, uv) }) };
  },
};
