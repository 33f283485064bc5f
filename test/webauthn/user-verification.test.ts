/** A token serves one command and is overwritten, whatever becomes of that (design decision 7; CTAP 2.1 §6.5.2.1). */
import { describe, expect, it } from 'vitest';
import { CtapStatusError } from '../../main/ctap/errors';
import { Permission } from '../../main/ctap/pin-protocol';
import { Status } from '../../main/ctap/status';
import type { CeremonyAuthenticator, PinUvAuth } from '../../main/webauthn/ports';
import { withAuthorization, type Authorization } from '../../main/webauthn/user-verification';

interface Token extends PinUvAuth {
  isDestroyed: boolean;
}

function worldOf(signal?: AbortSignal) {
  const tokens: Token[] = [];
  const authenticator = {
    info: { versions: ['FIDO_2_1'], aaguid: new Uint8Array(16), options: new Map([['clientPin', true]]) },
    verifier: {
      authorize: async (): Promise<PinUvAuth> => {
        const token: Token = {
          protocolVersion: 2,
          authenticate: () => new Uint8Array(32),
          isDestroyed: false,
          destroy: () => {
            token.isDestroyed = true;
          },
        };
        tokens.push(token);
        return token;
      },
    },
  } as unknown as CeremonyAuthenticator;
  const commands: boolean[] = [];
  const authorized = (run: (authorization: Authorization) => Promise<string>): Promise<string> =>
    withAuthorization({
      authenticator,
      plan: 'verify',
      permissions: Permission.MC,
      rpId: 'example.org',
      options: signal ? { signal } : {},
      run: (authorization) => {
        commands.push(tokens.at(-1)?.isDestroyed === false);
        return run(authorization);
      },
    });
  return { tokens, commands, authorized, destroyed: () => tokens.map(({ isDestroyed }) => isDestroyed) };
}

describe('a token', () => {
  it('is overwritten when the command is done', async () => {
    const world = worldOf();
    expect(await world.authorized(async () => 'done')).toBe('done');
    expect(world.commands).toEqual([true]);
    expect(world.destroyed()).toEqual([true]);
  });

  it.each([Status.PIN_AUTH_INVALID, Status.PIN_TOKEN_EXPIRED])(
    'that is refused with status %i is overwritten, and another one is taken, once',
    async (status) => {
      const world = worldOf();
      const refused = world.authorized(() => Promise.reject(new CtapStatusError(status)));
      await expect(refused).rejects.toMatchObject({ status });
      expect(world.commands).toEqual([true, true]);
      expect(world.destroyed()).toEqual([true, true]);
    },
  );

  it('is overwritten when the command fails for another reason, which is no reason for a second', async () => {
    const world = worldOf();
    const failed = world.authorized(() => Promise.reject(new CtapStatusError(Status.KEY_STORE_FULL)));
    await expect(failed).rejects.toMatchObject({ status: Status.KEY_STORE_FULL });
    expect(world.destroyed()).toEqual([true]);
  });

  it('that comes when nobody waits any more is overwritten without a command', async () => {
    const world = worldOf(AbortSignal.abort(new Error('gave up')));
    await expect(world.authorized(async () => 'done')).rejects.toThrow('gave up');
    expect(world.commands).toEqual([]);
    expect(world.destroyed()).toEqual([true]);
  });
});
