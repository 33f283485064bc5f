/** thirdPartyPayment (CTAP 2.2 §12.7): a credential that other sites may ask for when something is paid. */
import { readBool, type Extension } from './extension';

const THIRD_PARTY_PAYMENT = 'thirdPartyPayment';

export const thirdPartyPayment: Extension = {
  identifier: THIRD_PARTY_PAYMENT,
  /** Is remembered and not answered. */
  create: (input) =>
    readBool(input, THIRD_PARTY_PAYMENT) ? { traits: { thirdPartyPayment: true } } : undefined,
  use: (input) =>
    readBool(input, THIRD_PARTY_PAYMENT)
      ? ({ thirdPartyPayment: isSet }) => ({ signed: isSet === true })
      : undefined,
};
