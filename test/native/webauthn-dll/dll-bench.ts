/** Security keys through a stand-in for webauthn.dll, and what is asked and answered there unless a test says otherwise. */
import type {
  SystemAssertion,
  SystemAttestation,
  SystemGetAssertion,
  SystemMakeCredential,
} from '../../../native/ports';
import { WebAuthnDll } from '../../../native/webauthn-dll/webauthn-dll';
import { FakeWebAuthnDll, type Answer, type SeenCall } from '../../support/fake-webauthn-dll';
import { ManualClock } from '../../support/manual-clock';

export const utf8 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const filled = (value: number, length = 32): Uint8Array => new Uint8Array(length).fill(value);
export const API_VERSIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export const never = new AbortController().signal;

export const making: SystemMakeCredential = {
  clientDataJSON: utf8('{"type":"webauthn.create"}'),
  rp: { id: 'example.org', name: 'Bücher & Söhne 📚' },
  user: { id: Uint8Array.of(1, 2, 3), name: 'ada@example.org', displayName: 'Ada Lovelace' },
  algorithms: [-7, -257],
  excluded: [],
  residentKey: 'required',
  userVerification: 'required',
  timeout: 300_000,
  attestation: 'none',
};
export const getting: SystemGetAssertion = {
  clientDataJSON: utf8('{"type":"webauthn.get"}'),
  rpId: 'example.org',
  userVerification: 'preferred',
  timeout: 300_000,
};
export const made = {
  pwszFormatType: 'packed',
  pbAuthenticatorData: filled(1, 200),
  pbAttestation: filled(2, 70),
  dwUsedTransport: 1,
};
export const used = {
  pbAuthenticatorData: filled(3, 37),
  pbSignature: filled(4, 71),
  'Credential.dwVersion': 1,
  'Credential.pbId': filled(5, 48),
  pbUserId: filled(6, 9),
};

export class DllBench {
  readonly fake = new FakeWebAuthnDll();
  readonly clock = new ManualClock();
  /** That the next dialogs go in front of. */
  readonly windows: bigint[] = [];
  readonly keys = new WebAuthnDll({
    clock: this.clock,
    load: () => this.fake.load(),
    window: () => this.windows.shift(),
  });

  gives(answer: Answer): void {
    this.fake.answers = () => answer;
  }

  async asksToMake(
    changes: Partial<SystemMakeCredential> = {},
  ): Promise<{ readonly answer: SystemAttestation; readonly call: SeenCall }> {
    this.gives(made);
    const answer = await this.keys.makeCredential({ ...making, ...changes }, never);
    return { answer, call: this.fake.calls.at(-1)! };
  }

  async asksToUse(
    changes: Partial<SystemGetAssertion> = {},
  ): Promise<{ readonly answer: SystemAssertion; readonly call: SeenCall }> {
    this.gives(used);
    const answer = await this.keys.getAssertion({ ...getting, ...changes }, never);
    return { answer, call: this.fake.calls.at(-1)! };
  }
}
