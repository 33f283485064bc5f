/** hmac-secret (CTAP 2.1 §12.5): a secret of the credential that the platform gets by giving a salt. */
import { CtapStatusError } from '../../ctap/errors';
import { Status } from '../../ctap/status';
import { readBool, type Extension } from './extension';
import { HmacSalts, readHmacSalts } from './hmac-salts';

export const HMAC_SECRET = 'hmac-secret';

export const hmacSecret: Extension = {
  identifier: HMAC_SECRET,
  /** Every credential has the secrets anyway (§12.5 leaves that open), so there is nothing to do but to say so. */
  create: (input) => (readBool(input, HMAC_SECRET) ? { answer: () => ({ signed: true }) } : undefined),
  /** 0x2B without user presence. */
  use(input, { context, up }) {
    const read = readHmacSalts(input, HMAC_SECRET);
    if (!up) throw new CtapStatusError(Status.UNSUPPORTED_OPTION, HMAC_SECRET);
    let salts: HmacSalts | undefined;
    return ({ secrets, uv }) => {
      salts ??= new HmacSalts(context, read);
      return { signed: salts.output(secrets, uv) };
    };
  },
};
