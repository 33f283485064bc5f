/** A simulated key, plugged in and opened by the client, with the tokens that its PIN gives. */
import { PinClient } from '../../main/client/pin';
import type { PinUvAuthToken } from '../../main/client/pin-uv-auth-token';
import { SecurityKey } from '../../main/client/security-key';
import type { Ctap2Api } from '../../main/ctap/api';
import type { AuthenticatorInfo } from '../../main/ctap/commands/get-info';
import { ObservedBus, softKey, type SoftKeyRecipe } from './soft-key';

export const PIN = '123456';

export interface PluggedKey {
  readonly soft: Awaited<ReturnType<typeof softKey>>;
  readonly bus: ObservedBus;
  readonly key: SecurityKey;
  readonly api: Ctap2Api;
  /** What getInfo said last. */
  readonly info: () => AuthenticatorInfo;
  readonly pin: () => PinClient;
  readonly token: (permissions: number) => Promise<PinUvAuthToken>;
}

/** With {@link PIN} unless the recipe says otherwise (undefined for none). */
export async function pluggedKey(recipe: SoftKeyRecipe = {}): Promise<PluggedKey> {
  const soft = await softKey({ pin: PIN, ...recipe });
  const bus = new ObservedBus();
  const key = await SecurityKey.open(bus, bus.bus.plug(soft.soft), soft);
  const info = (): AuthenticatorInfo => {
    if (!key.info) throw new Error('a CTAP2 key');
    return key.info;
  };
  const pin = (): PinClient => new PinClient(key.api, info(), soft.random);
  return {
    soft,
    bus,
    key,
    api: key.api,
    info,
    pin,
    token: (permissions) => pin().token(recipe.pin ?? PIN, permissions),
  };
}

/** `api` with some of its calls answered by a test. */
export function withAnswers(api: Ctap2Api, answers: Partial<Ctap2Api>): Ctap2Api {
  return new Proxy(api, {
    get: (target, name: keyof Ctap2Api) => answers[name] ?? target[name].bind(target),
  });
}
