/**
 * What a browser's extension, or somebody in its place, says to the app: whatever it is, only whole requests reach the ceremonies, each is
 * answered at most once, and nothing that was given up is answered at all.
 */
import { BrowserSession } from '../../../main/bridge/browser-session';
import { AllowedBrowsers, idOf } from '../../../main/bridge/allowed-browsers';
import { CHROMIUM_ID } from '../../../main/bridge/extension-ids';
import { FloodGate } from '../../../main/bridge/flood-gate';
import { MOST_AUTOFILLS, MOST_OPEN, type Answer, type FromApp } from '../../../main/bridge/messages';
import type { SiteService } from '../../../main/bridge/site-service';
import { ManualClock } from '../../support/manual-clock';
import { MemoryFile } from '../../support/memory-file';
import { Choices } from '../choices';
import { expectThat, type FuzzTarget } from '../target';

const origins = ['https://example.org', 'http://localhost:8080', 'null', '', 'https://a'.repeat(600)];

function messageOf(choices: Choices): unknown {
  const id = choices.pick<unknown>([1, 2, 3, 4, 5, 6, 7, 0, -1, 1.5, '1', null, 2 ** 60]);
  const options = choices.pick<unknown>([
    {},
    { rp: { id: 'example.org' } },
    { rp: { id: 7 }, rpId: {} },
    [],
    null,
    'x',
    JSON.parse('{"__proto__":{"a":1}}') as unknown,
  ]);
  const type = choices.pick<unknown>([
    ...['request', 'autofill', 'field', 'cancel', 'signal', 'hello', 'answer', 'relay', '', null],
  ]);
  return {
    type,
    id,
    options,
    kind: choices.pick<unknown>(['create', 'get', 'steal', undefined]),
    origin: choices.pick<unknown>([...origins, undefined, 7]),
    ...(choices.flag() && { topOrigin: choices.pick<unknown>(['https://example.com', 7]) }),
    ...(choices.flag() && { is: choices.pick<unknown>(['entered', 'wanted', 'left', 'eaten']) }),
    ...(choices.flag() && { area: choices.pick<unknown>([{ x: 1, y: 1, width: 1, height: 1 }, { x: 1e9 }]) }),
    ...(choices.flag() && { signal: choices.pick<unknown>(['unknownCredential', 'everything']) }),
    ...(choices.flag() && { isPrivate: choices.pick<unknown>([true, false]) }),
  };
}

function bytesOf(choices: Choices): Uint8Array {
  const text = Buffer.from(JSON.stringify(messageOf(choices)));
  if (choices.below(6) > 0) return text;
  const at = choices.below(text.length);
  return choices.flag() ? text.subarray(0, at) : Buffer.concat([text.subarray(0, at), Buffer.of(0xff), text]);
}

async function run(input: Uint8Array): Promise<void> {
  const choices = new Choices(input);
  const gone = new AbortController();
  const said: FromApp[] = [];
  const asked: { readonly id: number; readonly settle: (answer: Answer) => void }[] = [];
  const request = ({ id }: { readonly id: number }): Promise<Answer> =>
    new Promise((settle) => asked.push({ id, settle }));
  const sites: SiteService = {
    device: true,
    onDeviceChange: () => () => undefined,
    request,
    autofill: (message) => ({ result: request(message), field: () => undefined }),
    signal: async ({ id }) => {
      asked.push({ id, settle: () => undefined });
      return { answer: { is: 'done' }, changed: Promise.resolve('changed') };
    },
  };
  const allowed = new AllowedBrowsers(new MemoryFile(), new MemoryFile());
  const program = '/usr/bin/chromium';
  const id = idOf({ program, extensionId: CHROMIUM_ID });
  // Where nothing was decided, only a person's requests are asked about.
  if (choices.flag()) await allowed.decide({ id, program, name: 'Chromium', decision: 'allowed', when: 0 });
  const session = new BrowserSession({
    id: 'browser-1',
    since: 0,
    link: {
      gone: gone.signal,
      within: () => undefined,
      close: () => gone.abort(),
      send: async (bytes) => {
        if (bytes.length > 1) said.push(JSON.parse(Buffer.from(bytes).toString()) as FromApp);
      },
    },
    sites,
    allowed,
    gate: new FloodGate(new ManualClock()),
    app: '1.2.3',
    confirm: async () => choices.pick(['allowed', 'allowed', 'allowed', 'denied', 'later'] as const),
    log: () => undefined,
    onWarning: (error) => {
      throw error;
    },
    onChange: () => void session.view,
  });
  const frame = (message: unknown): void => session.onFrame(Buffer.from(JSON.stringify(message)));
  frame({ type: 'relay', arguments: [`chrome-extension://${CHROMIUM_ID}/`], browser: program });
  frame({ type: 'hello', version: 1, extension: '0.1.0', browser: 'Chromium' });
  for (let more = 0; more < 40 && !choices.done && !gone.signal.aborted; more++) {
    if (choices.below(5) === 0)
      asked[choices.below(Math.max(1, asked.length))]?.settle({ is: 'fall-through' });
    else session.onFrame(bytesOf(choices));
    if (choices.flag()) await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setImmediate(resolve));
  const answers = said.flatMap((message) => (message.type === 'answer' ? [message.id] : []));
  expectThat(new Set(answers).size === answers.length, 'each request is answered once at most');
  expectThat(new Set(asked.map(({ id }) => id)).size === asked.length, 'each request is asked once');
  expectThat(
    asked.every(({ id }) => Number.isSafeInteger(id) && id > 0),
    'only whole requests reach the ceremonies',
  );
  expectThat(asked.length <= MOST_OPEN + MOST_AUTOFILLS + answers.length, 'what is open is bounded');
  expectThat(
    said.filter(({ type }) => type === 'unwelcome').length <= 1,
    'who is not welcome is told so once',
  );
}

export const bridgeMessages: FuzzTarget = {
  name: 'bridge-messages',
  runs: 2000,
  seeds: () =>
    Array.from({ length: 24 }, (_, index) =>
      Uint8Array.from({ length: 120 }, (_unused, at) => (at * 31 + index * 17 + (at % 7) * index) % 256),
    ),
  run,
};
