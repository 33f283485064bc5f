/**
 * In the page's own world, before its scripts: Latchkey's dialogs come up where a page asks its browser for a passkey. The browser's own
 * functions stay behind them, and get every call that Latchkey does not serve.
 *
 * The page can do to this script what it likes. It is trusted with nothing: it has no secret, and a port on which frame.ts takes
 * nothing that the page could not say by `navigator.credentials` as well.
 */
import type { SignalName } from '../main/bridge/messages';
import { orDevice, withDevice } from './page/abilities';
import { autofill } from './page/autofill';
import { Ceremonies } from './page/ceremonies';
import { addFunction, apply, getterOf, newPromise, own, replaceFunction } from './page/intrinsics';
import { PagePort } from './page/page-port';
import { requestOf } from './page/request';
import { passOn, tellAlone } from './page/signals';

function serve(): void {
  const port = new PagePort();
  const ceremonies = new Ceremonies(port);
  const container = CredentialsContainer.prototype;
  const statics = PublicKeyCredential;
  const page = navigator;
  const credentialsOf = getterOf<CredentialsContainer>(Navigator.prototype, 'credentials');
  const hasList: unknown = own(statics, 'isConditionalMediationAvailable');
  const isNativeList = (): Promise<unknown> =>
    typeof hasList === 'function'
      ? (apply(hasList, statics, []) as Promise<unknown>)
      : newPromise((resolve) => resolve(false));

  const serveCeremony = (kind: 'create' | 'get'): void =>
    replaceFunction(container, kind, (native, self, args) => {
      const asIs = (): Promise<unknown> => native(self, args) as Promise<unknown>;
      if (!port.isOpen || self !== credentialsOf(page)) return asIs();
      const request = requestOf(kind, args[0]);
      if (request === undefined) return asIs();
      if (request.is !== 'autofill') return ceremonies.answer(request, asIs);
      return autofill(
        port,
        request,
        isNativeList,
        (signal) => native(self, [request.withSignal(signal)]) as Promise<unknown>,
      );
    });
  serveCeremony('create');
  serveCeremony('get');

  const serveQuestion = (name: string, answered: typeof orDevice): void =>
    replaceFunction(statics, name, (native, self, args) => {
      const theirs = native(self, args) as Promise<unknown>;
      return port.isOpen ? answered(port, theirs) : theirs;
    });
  serveQuestion('isUserVerifyingPlatformAuthenticatorAvailable', orDevice);
  serveQuestion('isConditionalMediationAvailable', orDevice);
  serveQuestion('getClientCapabilities', withDevice);

  const serveSignal = (name: string, signal: SignalName): void => {
    if (own(statics, name) === undefined)
      addFunction(statics, name, (options) => tellAlone(port, signal, options));
    else
      replaceFunction(statics, name, (native, self, args) => {
        const asIs = (): Promise<unknown> => native(self, args) as Promise<unknown>;
        return port.isOpen ? passOn(port, signal, args[0], asIs) : asIs();
      });
  };
  serveSignal('signalUnknownCredential', 'unknownCredential');
  serveSignal('signalAllAcceptedCredentials', 'allAcceptedCredentials');
  serveSignal('signalCurrentUserDetails', 'currentUserDetails');
}

// Neither is there where a page is not secure, as with a frame in one that is not.
if (typeof PublicKeyCredential === 'function' && typeof CredentialsContainer === 'function') serve();
