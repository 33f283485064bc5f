/**
 * Misbehaviours of real and hostile keys (design decision 13), by name. Each is a switch in the configuration of a
 * simulated key; the engine knows none of them. `quirks/answer-quirks.ts` bends the answers, `quirks/report-quirks.ts` the
 * HID reports.
 *
 *     await SimulatedKey.open({ …, state: { …, configuration: configure('2.1', { quirks: [{ name: 'delete-pretends' }] }) } });
 *     key.setQuirks([{ name: 'status', command: 0x0a, subCommand: 6, status: 0x7f, times: 1 }]);
 */
import { bool, optional, record, required, text, uint, type TypeOf } from '../ctap/codec';

/** Where a quirk acts. An absent `command` or `subCommand` means any, an absent `times` means always. */
const when = {
  command: optional('command', uint),
  subCommand: optional('subCommand', uint),
  times: optional('times', uint),
};

/** The parameters of each quirk, as the state file carries them. */
export const quirkParameters = {
  /** Answers the last `drop` bytes short. */
  'truncated-cbor': record({ ...when, drop: required('drop', uint) }),
  /** Answers arrays in arrays, `levels` deep (6 when absent; CTAP allows 4). */
  'deep-cbor': record({ ...when, levels: optional('levels', uint) }),
  /** Every member of the answer has a type it should not have. */
  'wrong-types': record(when),
  /** Does nothing and answers this status byte, of whatever value. */
  status: record({ ...when, status: required('status', uint) }),
  /** Where there is nothing to enumerate: status 0x00 and no body, instead of NO_CREDENTIALS. */
  'empty-body-for-nothing': record({}),
  /** Metadata of an empty store: NO_CREDENTIALS, instead of a count of 0. */
  'no-credentials-for-metadata': record({}),
  /** Says that a deletion succeeded, and has not deleted. */
  'delete-pretends': record({ times: optional('times', uint) }),
  /** Deletes, and says that it failed (OTHER). */
  'delete-denies': record({ times: optional('times', uint) }),
  /**
   * Claims 4,294,967,295 credentials and relying parties. With `goesOn` it answers every GetNext with the last item
   * again, without end; otherwise with NOT_ALLOWED after the last real one.
   */
  'four-billion': record({ goesOn: optional('goesOn', bool) }),
  /** Map keys in reverse order. */
  'misordered-keys': record(when),
  /** Text of more than `bytes` bytes ends there, be it in the middle of a character. */
  'cut-text': record({ ...when, bytes: required('bytes', uint) }),
  /** getInfo answers `random` bytes, `not-a-map`, an `empty` body, or a map that has `no-aaguid`. */
  'garbage-info': record({ kind: required('kind', text), times: optional('times', uint) }),
  /** Every text in the answer is this one of {@link hostileTexts}. */
  'hostile-text': record({ ...when, kind: required('kind', text) }),
  /** The PIN tries that it tells of begin at eight and go up with every wrong PIN; those that count go down. */
  'retries-go-up': record({}),
  /** The name of a site is that of one of its users. */
  'user-name-as-rp-name': record({}),
  /** Says that there is no such command (INVALID_COMMAND) when names are to be changed. */
  'update-unknown': record({}),
  /** Setting a PIN turns alwaysUv on. */
  'always-uv-after-pin': record({}),
  /** Works on the request for ever: keepalives without end, deaf to CANCEL. */
  'keepalives-for-ever': record(when),

  /** Ignores the request: no answer, no keepalive. */
  'never-answers': record(when),
  /** Sends the answer on a channel that is not the asker's. */
  'foreign-channel': record(when),
  /** Sends reports of another program's channel before each of its own, as the input of a shared key has them. */
  'foreign-chatter': record({}),
  /** The continuation packets of an answer count from 1 instead of 0. */
  'wrong-sequence': record(when),
  /** Answers CHANNEL_BUSY to CBOR requests. */
  'channel-busy': record(when),
  /** Answers CHANNEL_BUSY to everything while it waits for a touch, also to CANCEL and INIT. */
  'busy-while-waiting': record({}),
  /** Keepalives are so many milliseconds apart; at most 100 are allowed. */
  'slow-keepalives': record({ milliseconds: required('milliseconds', uint) }),
  /** The system lets nobody open it. */
  'no-permission': record({ times: optional('times', uint) }),
  /** Is unplugged right after the `report`th report since it was plugged in, in both directions together; once. */
  'unplug-at-report': record({ report: required('report', uint) }),
  /** Is unplugged when the request comes, before anything is done. */
  'unplug-at-request': record(when),
} as const;

export type QuirkName = keyof typeof quirkParameters;

type QuirkOf<N extends QuirkName> = { readonly name: N } & TypeOf<(typeof quirkParameters)[N]>;
export type Quirk = { [N in QuirkName]: QuirkOf<N> }[QuirkName];

/** Texts that a site or an attacker can put into the names of a passkey; data, so the engine stores them like any other. */
export const hostileTexts = {
  controlCharacters: 'pay\u0000pal\u0007\u001b[31m\r\nX-Header: 1\u0085\u2028',
  rightToLeftOverride: 'invoice\u202Efdp.exe',
  isolates: '\u2066\u2067\u2068user\u202C',
  zeroWidth: 'pay\u200Bpal\uFEFF.com\u00AD',
  combining: `z${'\u0335\u0341'.repeat(200)}`,
  markup: '<img src=x onerror=alert(1)>"\'`${1}{{1}}',
  format: '%s%n %d ../../etc/passwd; rm -rf ~',
  emoji: '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿'.repeat(20),
  /** 7,000 bytes: one CTAPHID message carries 7,609, so ten thousand cannot arrive by USB. */
  long: 'long name '.repeat(700),
} as const;

/** Which quirks act on a request, and how often each has. */
export class QuirkBook {
  readonly quirks: readonly Quirk[];
  readonly #uses = new Map<Quirk, number>();

  constructor(quirks: readonly Quirk[]) {
    this.quirks = quirks;
  }

  /** The quirk of this name that acts now, if any; a use is counted. */
  use<N extends QuirkName>(
    name: N,
    request?: { readonly command?: number; readonly subCommand?: number },
  ): QuirkOf<N> | undefined {
    const found = this.quirks.find((quirk) => quirk.name === name && this.#acts(quirk, request));
    if (found) this.#uses.set(found, (this.#uses.get(found) ?? 0) + 1);
    return found as QuirkOf<N> | undefined;
  }

  #acts(quirk: Quirk, request?: { readonly command?: number; readonly subCommand?: number }): boolean {
    const limits: Readonly<Record<string, unknown>> = quirk;
    if (typeof limits['times'] === 'number' && (this.#uses.get(quirk) ?? 0) >= limits['times']) return false;
    if (limits['command'] !== undefined && limits['command'] !== request?.command) return false;
    return limits['subCommand'] === undefined || limits['subCommand'] === request?.subCommand;
  }
}
