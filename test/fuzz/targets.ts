/** Everything that is fuzzed. */
import type { FuzzTarget } from './target';
import { bridgeMessages } from './targets/bridge-messages';
import { bridgeRelay } from './targets/bridge-relay';
import { cbor } from './targets/cbor';
import { codecs } from './targets/codecs';
import { ctaphidClient } from './targets/ctaphid-client';
import { ctaphidDevice } from './targets/ctaphid-device';
import { engine } from './targets/engine';
import { extensionMessages } from './targets/extension-messages';
import { getInfo } from './targets/get-info';
import { hostileAnswers } from './targets/hostile-answers';
import { ipcArguments } from './targets/ipc-arguments';
import { stateFile } from './targets/state-file';
import { webauthnJson } from './targets/webauthn-json';
import { webauthnOrigin } from './targets/webauthn-origin';

export const targets: readonly FuzzTarget[] = [
  bridgeMessages,
  bridgeRelay,
  cbor,
  codecs,
  ctaphidDevice,
  ctaphidClient,
  engine,
  extensionMessages,
  getInfo,
  hostileAnswers,
  ipcArguments,
  stateFile,
  webauthnJson,
  webauthnOrigin,
];
