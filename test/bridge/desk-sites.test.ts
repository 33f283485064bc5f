/** What browsers ask for reaches the ceremonies, autofill and signals of this app as it was asked, and comes back as it was answered. */
import { beforeEach, describe, expect, it } from 'vitest';
import { deskSites } from '../../main/bridge/desk-sites';
import type { Autofill, SiteCaller, SiteService } from '../../main/bridge/site-service';
import type { AutofillRequest } from '../../main/ceremony/autofill';
import type { CallerOptions } from '../../main/ceremony/ceremony-desk';
import type { OwnDialogOutcome } from '../../main/ceremony/json-ceremony';
import type { CeremonyRequest, CeremonyResult } from '../../main/ceremony/model';
import type { SignalOutcome, SignalRequest } from '../../main/ceremony/signals';
import type { DeviceStatus } from '../../main/inventory/device-model';
import { settled } from '../support/manual-clock';

const caller: SiteCaller = { caller: 'browser 1', signal: new AbortController().signal };
const origin = 'https://login.example.org';
const page = { id: 1, origin, topOrigin: 'https://shop.example' };
const options = { challenge: 'AQID', rpId: 'example.org' };
const error = { name: 'NotAllowedError', message: 'No.' } as const;

let sites: SiteService;
let begun: { readonly request: CeremonyRequest; readonly options: CallerOptions }[];
let result: CeremonyResult;
let autofills: { readonly request: AutofillRequest; readonly options: CallerOptions }[];
let fields: string[];
let offered: OwnDialogOutcome;
let signalled: { readonly request: SignalRequest; readonly signal: AbortSignal }[];
let outcome: SignalOutcome;
let status: Pick<DeviceStatus, 'enabled' | 'state'>;
/** Lets the code of the ceremonies be there, or not. */
let loaded: (error?: Error) => void;

beforeEach(() => {
  [begun, autofills, fields, signalled] = [[], [], [], []];
  result = { is: 'fall-through' };
  offered = { fallThrough: true };
  outcome = { changed: Promise.resolve('changed') };
  status = { enabled: true, state: 'open' };
  const desk = {
    begin: (request: CeremonyRequest, how: CallerOptions) => {
      begun.push({ request, options: how });
      return { result: Promise.resolve(result) };
    },
    autofill: (request: AutofillRequest, how: CallerOptions) => {
      autofills.push({ request, options: how });
      return {
        result: Promise.resolve(offered),
        field: ({ is }: { readonly is: string }) => fields.push(is),
      };
    },
  };
  const loading = new Promise<typeof desk>((resolve, reject) => {
    loaded = (failure) => (failure ? reject(failure) : resolve(desk));
  });
  sites = deskSites({
    desk: () => loading as never,
    device: {
      get status() {
        return status;
      },
      onChange: () => () => undefined,
    },
    signals: async () => ({
      signal: async (request, signal) => {
        signalled.push({ request, signal });
        return outcome;
      },
    }),
  });
});

describe('a request', () => {
  const ask = () => sites.request({ type: 'request', kind: 'get', options, ...page }, caller);

  it('opens a dialog that can hand over to the browser’s own, for the page that asks', async () => {
    loaded();
    expect(await ask()).toEqual({ is: 'fall-through' });
    expect(begun).toMatchObject([
      {
        request: { kind: 'get', hasOwnDialog: true, options: { rpId: 'example.org' } },
        options: caller,
      },
    ]);
    const asked = begun[0]?.request.caller;
    expect(JSON.stringify(asked)).toContain('login.example.org');
    expect(JSON.stringify(asked)).toContain('shop.example');
  });

  it.each<readonly [string, CeremonyResult, object]>([
    [
      'a passkey used',
      { is: 'used', response: { id: 'AQ' } } as never,
      { is: 'response', response: { id: 'AQ' } },
    ],
    ['an error', { is: 'error', error }, { is: 'error', error }],
    ['nothing', { is: 'fall-through' }, { is: 'fall-through' }],
  ])('is answered with what came of it: %s', async (_name, came, answer) => {
    result = came;
    loaded();
    expect(await ask()).toEqual(answer);
  });

  it('that makes no sense is told so, and opens nothing', async () => {
    loaded();
    const asked = sites.request({ type: 'request', kind: 'create', options: { rp: 7 }, ...page }, caller);
    expect(await asked).toMatchObject({ is: 'error', error: { name: 'TypeError' } });
    expect(begun).toEqual([]);
  });
});

describe('passkey autofill', () => {
  const ask = (): Autofill => sites.autofill({ type: 'autofill', options, ...page }, caller);

  it('hears of the field in its order, also while the ceremonies are loaded', async () => {
    const autofill = ask();
    for (const is of ['entered', 'wanted', 'left'] as const) autofill.field({ is });
    await settled();
    expect(fields).toEqual([]);
    loaded();
    await settled();
    expect(fields).toEqual(['entered', 'wanted', 'left']);
    expect(autofills).toEqual([
      {
        request: { origin, topOrigin: 'https://shop.example', options: JSON.stringify(options) },
        options: caller,
      },
    ]);
  });

  it.each<readonly [string, OwnDialogOutcome, object]>([
    ['a choice', { response: '{"id":"AQ"}' }, { is: 'response', response: { id: 'AQ' } }],
    ['an error', { error }, { is: 'error', error }],
    ['the end of Latchkey', { fallThrough: true }, { is: 'fall-through' }],
  ])('is answered with what came of it: %s', async (_name, came, answer) => {
    offered = came;
    loaded();
    expect(await ask().result).toEqual(answer);
  });

  it('that cannot be had says so in its result alone', async () => {
    const autofill = ask();
    autofill.field({ is: 'entered' });
    loaded(new Error('no room left'));
    await expect(autofill.result).rejects.toThrow('no room left');
    await settled();
  });
});

describe('a signal', () => {
  const tell = () => sites.signal({ type: 'signal', signal: 'unknownCredential', options, ...page }, caller);

  it('reaches who follows it, and is done', async () => {
    const { answer, changed } = await tell();
    expect(answer).toEqual({ is: 'done' });
    expect(await changed).toBe('changed');
    expect(signalled).toEqual([
      {
        request: { signal: 'unknownCredential', origin, topOrigin: 'https://shop.example', options },
        signal: caller.signal,
      },
    ]);
  });

  it('that the page may not send is answered so', async () => {
    outcome = { error, changed: Promise.resolve('refused') };
    expect((await tell()).answer).toEqual({ is: 'error', error });
  });
});

it.each([
  ['open', true, true],
  ['passphrase-needed', true, true],
  ['open', false, false],
  ['absent', true, false],
  ['unusable', true, false],
] as const)('this device, %s and saving switched on: %s, can serve sites: %s', (state, enabled, serves) => {
  status = { state, enabled };
  expect(sites.device).toBe(serves);
});
