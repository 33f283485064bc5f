/** Bytes between the typed interface and a channel: what is sent, and what becomes of every answer. */
import { describe, expect, it } from 'vitest';
import { RemoteAuthenticator, type MessageChannel } from '../../main/client/remote-authenticator';
import { encodeCbor, type CborMap } from '../../main/ctap/cbor';
import { Capability, HidCommand } from '../../main/ctap/ctaphid';
import { CtapStatusError, ProtocolError } from '../../main/ctap/errors';
import { Status } from '../../main/ctap/status';

class ScriptedChannel implements MessageChannel {
  capabilities: number = Capability.CBOR;
  readonly sent: Uint8Array[] = [];
  readonly #answers: Uint8Array[];

  constructor(...answers: Uint8Array[]) {
    this.#answers = answers;
  }

  send(command: number, payload: Uint8Array): Promise<Uint8Array> {
    expect(command).toBe(HidCommand.CBOR);
    this.sent.push(payload);
    const answer = this.#answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new Error('no more answers'));
  }
}

function success(map: CborMap): Uint8Array {
  return Uint8Array.of(0, ...encodeCbor(map));
}

function info(
  options: Record<string, boolean>,
  more: readonly (readonly [number, number])[] = [],
): Uint8Array {
  return success(
    new Map<number, CborMap | Uint8Array | readonly string[] | number>([
      [1, ['FIDO_2_0']],
      [3, new Uint8Array(16)],
      [4, new Map(Object.entries(options))],
      ...more,
    ]),
  );
}

const listCommand = async (options: Record<string, boolean>): Promise<number | undefined> => {
  const channel = new ScriptedChannel(info(options), Uint8Array.of(0));
  const api = new RemoteAuthenticator(channel);
  await api.getInfo();
  await api.credentialManagement({ subCommand: 1 });
  return channel.sent[1]?.[0];
};

describe('the credential management command', () => {
  it.each([
    [{ credMgmt: true }, 0x0a],
    [{ credentialMgmtPreview: true }, 0x41],
    [{ credMgmt: true, credentialMgmtPreview: true }, 0x0a],
    [{ credMgmt: false, credentialMgmtPreview: true }, 0x41],
    [{}, 0x0a],
  ] as const)('of a key with options %j is %i', async (options, command) => {
    expect(await listCommand(options)).toBe(command);
  });
});

describe('a request', () => {
  const long = { subCommand: 1, pinUvAuthParam: new Uint8Array(1100) };

  it('longer than 1024 bytes is not sent to a key that names no maximum', async () => {
    const channel = new ScriptedChannel(info({}));
    const api = new RemoteAuthenticator(channel);
    await api.getInfo();
    await expect(api.credentialManagement(long)).rejects.toMatchObject({ status: Status.REQUEST_TOO_LARGE });
    expect(channel.sent).toHaveLength(1);
  });

  it('may be as long as maxMsgSize says', async () => {
    const channel = new ScriptedChannel(info({}, [[5, 1200]]), Uint8Array.of(0));
    const api = new RemoteAuthenticator(channel);
    await api.getInfo();
    await api.credentialManagement(long);
    expect(channel.sent).toHaveLength(2);
  });

  it('without parameters is one byte', async () => {
    const channel = new ScriptedChannel(Uint8Array.of(0), Uint8Array.of(0));
    const api = new RemoteAuthenticator(channel);
    await api.selection();
    await api.reset();
    expect(channel.sent).toEqual([Uint8Array.of(0x0b), Uint8Array.of(0x07)]);
  });

  it('to a U2F-only key is answered without asking it', async () => {
    const channel = new ScriptedChannel();
    channel.capabilities = 0;
    await expect(new RemoteAuthenticator(channel).getInfo()).rejects.toMatchObject({
      status: Status.INVALID_COMMAND,
    });
  });
});

describe('an answer', () => {
  const ask = (answer: Uint8Array): Promise<unknown> =>
    new RemoteAuthenticator(new ScriptedChannel(answer)).getInfo();
  const minimal: readonly [number, readonly string[] | Uint8Array][] = [
    [1, ['FIDO_2_0']],
    [3, new Uint8Array(16)],
  ];

  it('with a status byte is that error, by name', async () => {
    await expect(ask(Uint8Array.of(0x31))).rejects.toMatchObject({ status: 0x31, statusName: 'PIN_INVALID' });
  });

  it('with an unknown status byte is that error, by number', async () => {
    const error: unknown = await ask(Uint8Array.of(0xe7)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CtapStatusError);
    expect(error).toMatchObject({ status: 0xe7, statusName: undefined });
  });

  it.each<[string, Uint8Array]>([
    ['empty', new Uint8Array()],
    ['a success without the body that it must have', Uint8Array.of(0)],
    ['cut short', success(new Map(minimal)).subarray(0, 20)],
    ['not a map', Uint8Array.of(0, 0x80)],
    ['deeper than CTAP allows', Uint8Array.of(0, 0x81, 0x81, 0x81, 0x81, 0x81, 0x80)],
    ['with bytes behind the map', Uint8Array.of(...success(new Map(minimal)), 0)],
    ['with a duplicate key', Uint8Array.of(0, 0xa2, 1, 0x80, 1, 0x80)],
    ['of indefinite length', Uint8Array.of(0, 0xbf, 0xff)],
    [
      'with versions that are a number',
      success(
        new Map<number, number | Uint8Array>([
          [1, 7],
          [3, new Uint8Array(16)],
        ]),
      ),
    ],
    [
      'with an AAGUID of 15 bytes',
      success(
        new Map<number, readonly string[] | Uint8Array>([
          [1, []],
          [3, new Uint8Array(15)],
        ]),
      ),
    ],
  ])('that is %s is a ProtocolError', async (_, answer) => {
    await expect(ask(answer)).rejects.toBeInstanceOf(ProtocolError);
  });

  it('with misordered keys or cut texts is accepted, and says so', async () => {
    const misordered = Uint8Array.of(0, 0xa2, 3, 0x50, ...new Uint8Array(16), 1, 0x81, 0x62, 0xc3, 0xc3);
    expect(await ask(misordered)).toMatchObject({ flaws: [expect.any(String), expect.any(String)] });
  });
});
