/** `webauthn create` and `webauthn get`: a passkey saved or used as for a web site. */
import type { Ceremony } from '../../ceremony/ceremony';
import { ceremonyRequestOf, type JsonRequest } from '../../ceremony/json-ceremony';
import type { CeremonyRequest } from '../../ceremony/model';
import type { SiteError } from '../../webauthn/errors';
import type { Context } from '../context';
import { isThisDevice, type DeviceDesk } from '../device';
import { CommandFailure, siteFailure, usage } from '../failure';
import { Output } from '../output';
import type { Terminal } from '../terminal';
import { AtTerminal } from '../webauthn/at-terminal';
import { ByProgram } from '../webauthn/by-program';
import { face } from '../webauthn/face';
import { localDesk } from '../webauthn/local-desk';
import type { Person } from '../webauthn/person';
import { optionsText } from '../webauthn/options-text';

export interface WebauthnOptions {
  readonly origin: string;
  readonly topOrigin?: string;
  readonly on?: 'device' | 'key';
  readonly options?: string;
  readonly account?: string;
}

/** The response is out when it resolves, and nothing takes it back. */
export async function webauthn(
  context: Context,
  kind: 'create' | 'get',
  options: WebauthnOptions,
): Promise<'answered'> {
  const { signal, terminal } = context;
  const only = placeOf(context, options);
  try {
    const text = await optionsText(terminal, options.options, signal);
    const { origin, topOrigin } = options;
    const request: JsonRequest = {
      kind,
      origin,
      options: text,
      ...(topOrigin !== undefined && { topOrigin }),
      ...(only && { only }),
    };
    // Also for the app: it says only what a site may know of what is wrong.
    const checked = ceremonyRequestOf(request);
    const places = await placesFor(context, only);
    return places.is === 'app'
      ? await throughApp(context, places.device, request)
      : await here(context, places.device, checked, options);
  } catch (error) {
    if (signal.aborted) throw new CommandFailure('AbortError', 'Cancelled.', {}, { cause: error });
    throw error;
  }
}

/** What `--on` and `--key` say together. */
function placeOf(context: Context, { on }: WebauthnOptions): 'device' | 'key' | undefined {
  if (context.wantedKey === undefined) return on;
  const named = isThisDevice(context) ? 'device' : 'key';
  if (on !== undefined && on !== named)
    throw usage(`--on ${on} and --key “${context.wantedKey}” contradict each other. Give one of them.`);
  return named;
}

/** The Latchkey that is running, or this program with what it may look at. */
type Places =
  | { readonly is: 'app'; readonly device: DeviceDesk }
  | { readonly is: 'here'; readonly device: DeviceDesk | undefined };

async function placesFor(context: Context, only: 'device' | 'key' | undefined): Promise<Places> {
  const { signal, output, wantedKey, keysAreSimulated, simulatedOnly } = context;
  const device = await context.device();
  // The app does not know of them, or not by that name.
  const ownKeys = only !== 'device' && (keysAreSimulated || (wantedKey !== undefined && only === 'key'));
  if (!ownKeys && (await device.hasOwner())) return { is: 'app', device };
  const isLeftAlone = only === 'key' || (only === undefined && simulatedOnly);
  if (isLeftAlone || (only === undefined && !(await device.home.exists())))
    return { is: 'here', device: undefined };
  await device.look(signal);
  if (!device.served) return { is: 'here', device };
  // It has only just started.
  if (!ownKeys) return { is: 'app', device };
  output.note('Latchkey is running and has the passkeys of this device: only keys are looked at here.');
  return { is: 'here', device: undefined };
}

async function throughApp(
  { output, signal }: Context,
  { service }: DeviceDesk,
  request: JsonRequest,
): Promise<'answered'> {
  output.note('Latchkey is running: its window asks. Ctrl-C cancels.');
  const outcome = await service.webauthn(request, signal);
  if (outcome.error) throw siteFailure(outcome.error.name, outcome.error.message);
  if (outcome.response === undefined) throw new Error('the app answered nothing');
  tell(output, outcome.response);
  return 'answered';
}

async function here(
  context: Context,
  device: DeviceDesk | undefined,
  request: CeremonyRequest,
  options: WebauthnOptions,
): Promise<'answered'> {
  const { signal, output, touch } = context;
  const atHand = options.options === undefined || context.terminal.interactive;
  const asked = atHand ? context.terminal.withPerson() : undefined;
  const told = asked ? new Output(asked, output.json) : output;
  const { only } = request;
  const desk = await localDesk({
    context: { ...context, terminal: asked ?? context.terminal, output: told },
    only,
    device,
    ownNames: asked ? await context.ownNames() : undefined,
  });
  const person = personAt(asked, told, context, only, options, touch === 'ask');
  const ceremony = desk.begin(request, { caller: 'command line' });
  const answered = answerOf(ceremony, output);
  await face(ceremony, person, signal);
  const error = await answered;
  if (error) throw siteFailure(error.name, reasonOf(ceremony, person) ?? error.message);
  return 'answered';
}

function personAt(
  asked: Terminal | undefined,
  output: Output,
  { terminal }: Context,
  only: 'device' | 'key' | undefined,
  { account, options }: WebauthnOptions,
  enterTouches: boolean,
): Person {
  return asked
    ? new AtTerminal({ terminal: asked, output, enterTouches, account })
    : new ByProgram({ terminal, output, inputIsUsed: options === undefined, only, account });
}

/** Tells the response as soon as there is one: its passkey may still be given a name. Resolves to why there is none. */
async function answerOf({ result }: Ceremony, output: Output): Promise<SiteError | undefined> {
  const ended = await result;
  switch (ended.is) {
    case 'created':
    case 'used':
      tell(output, JSON.stringify(ended.response));
      return undefined;
    case 'error':
      return ended.error;
    case 'fall-through':
      throw new Error('there is no dialog to fall through to');
  }
}

function tell(output: Output, response: string): void {
  output.result(JSON.parse(response), () => `${response}\n`);
}

/** For people; a site is told no more than the name and its sentence. */
function reasonOf(ceremony: Ceremony, { reason }: Person): string | undefined {
  const { state } = ceremony.view;
  const isCancelled = state.name === 'closed' && state.by === 'cancelled';
  return reason ?? (isCancelled ? 'Cancelled.' : undefined);
}
