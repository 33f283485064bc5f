/** What the window of the dialogs draws of each state: words, what can be done, and nothing that cannot. */
import { FluentProvider } from '@fluentui/react-components';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { ActName, CeremonyState, CeremonyView } from '../../preload/ceremony-contract';
import { buttonsOf, isOpenTo } from '../../renderer/ceremony/buttons';
import { CeremonyDialog } from '../../renderer/ceremony/CeremonyDialog';
import { stateKey } from '../../renderer/ceremony/state-key';
import { textOf, titleOf } from '../../renderer/ceremony/state-words';
import { ceremony as words } from '../../renderer/messages/en/ceremony';
import { testIds as t } from '../../renderer/test-ids';
import { accounts, keys, saving, sites, thisDevice, using } from './dialogs/sample';
import { drawnSamples, samples } from './dialogs/samples';

const never = (): never => {
  throw new Error('drawing does nothing');
};

function draw(view: CeremonyView): string {
  return renderToStaticMarkup(
    <FluentProvider>
      <CeremonyDialog view={view} onAct={never} onShowLatchkey={never} />
    </FluentProvider>,
  );
}

/** As it is read: without marks of elements, and with the characters that stand for themselves. */
function plain(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, '')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function elementOf(markup: string, testId: string): string {
  const from = markup.indexOf(`data-testid="${testId}"`);
  if (from < 0) throw new Error(`${testId} is not there`);
  return markup.slice(from);
}

/** The text of an element that holds no other of its own kind. */
function within(markup: string, testId: string, element: string): string {
  const [inside = ''] = elementOf(markup, testId).split(`</${element}>`);
  return plain(inside.slice(inside.indexOf('>') + 1));
}

function actsIn(markup: string): ReadonlySet<string> {
  return new Set([...markup.matchAll(/data-act="([^"]+)"/g)].map(([, act = '']) => act));
}

/** What has no button: it is done by another one, or there is nothing to choose. */
function withoutButton({ state, acts }: CeremonyView): readonly ActName[] {
  const isOver = state.name === 'saved' || (state.name === 'trouble' && state.trouble.is === 'timed-out');
  const places = 'places' in state ? state.places : [];
  const listed = state.name === 'choose-account' ? state.accounts.map(({ place }) => place) : [];
  const isListed = (id: string): boolean =>
    listed.some((one) => (one.is === 'device' ? 'device' : one.id) === id);
  return acts.filter(
    (act) =>
      act === 'rename' ||
      (act === 'cancel' && isOver) ||
      (act === 'choose-place' && !places.some((place) => isOpenTo(place) && !isListed(place.id))),
  );
}

describe.each(drawnSamples.map(({ id, view }) => [id, view] as const))('%s', (_id, view) => {
  const markup = draw(view);

  it('has a title, and is named by it', () => {
    expect(titleOf(view)).not.toBe('');
    expect(within(markup, t.ceremonyTitle, 'h1')).toBe(titleOf(view));
    const [, labelledBy = ''] = /role="dialog" aria-labelledby="([^"]+)"/.exec(markup) ?? [];
    expect(markup).toContain(`<h1 id="${labelledBy}"`);
  });

  it('has a button for each act, and none for anything else', () => {
    const drawn = actsIn(markup);
    expect(drawn.size).toBeGreaterThan(0);
    expect([...drawn].filter((act) => !view.acts.some((possible) => possible === act))).toEqual([]);
    const left = withoutButton(view);
    expect(view.acts.filter((act) => !drawn.has(act))).toEqual(left);
  });

  it('shows who asks, in full', () => {
    const { origin, ascii, rpId } = view.site;
    expect(within(markup, t.ceremonyOrigin, 'bdi')).toBe(origin);
    const all = within(markup, t.ceremonySite, 'header');
    for (const part of [ascii, rpId, view.site.embeddedIn ?? '']) expect(all).toContain(part);
    // Where a line may end, a screen reader would read a blank.
    expect(markup).not.toMatch(/<wbr(?! aria-hidden="true")/);
  });

  it('gives the focus to one control at most, and never to one that goes away', () => {
    const focused = [...markup.matchAll(/<[^>]*data-autofocus[^>]*>/g)].map(([tag]) => tag);
    expect(focused.length).toBeLessThan(2);
    for (const tag of focused) expect(tag).not.toMatch(/data-act="(cancel|back)"/);
  });

  it('lets no name rearrange or leave what stands around it', () => {
    const text = plain(markup);
    expect(text).not.toMatch(/[\u202a-\u202e\u200e\u200f\u2066\u2067]/u);
    expect(text.split('\u2068').length).toBe(text.split('\u2069').length);
  });
});

it.each(
  samples.filter((sample) => !drawnSamples.includes(sample)).map(({ id, view }) => [id, view] as const),
)('%s: draws nothing at all', (_id, view) => {
  expect(plain(draw(view).replace(/<style.*<\/style>/s, ''))).toBe('');
});

describe('words', () => {
  const shown = samples.map(({ view }) => view);

  it('are different for each trouble, each reason and each way to mend it', () => {
    const troubles = shown.flatMap(({ state }) => (state.name === 'trouble' ? [state.trouble] : []));
    const reasons = new Map(
      troubles.map((trouble) => {
        const detail = 'why' in trouble ? trouble.why : 'until' in trouble ? trouble.until : '';
        const place = 'place' in trouble ? trouble.place.is : '';
        const isOfPlace = trouble.is !== 'excluded' && trouble.is !== 'attestation-impossible';
        return [`${trouble.is} ${detail} ${isOfPlace ? place : ''}`, words.trouble.title(trouble)];
      }),
    );
    expect(reasons.size).toBeGreaterThanOrEqual(22);
    expect(new Set(reasons.values()).size).toBe(reasons.size);
  });

  it('promise no other device where there is none', () => {
    for (const view of shown)
      if (view.state.name === 'trouble' && !view.acts.includes('use-another-device'))
        expect(textOf(view)).not.toMatch(/another device/);
  });

  it('name the key that is blinking, and each of several', () => {
    const one = using('one', '', { name: 'touch-key', keys: [keys.blue] }).view;
    const two = using('two', '', { name: 'touch-key', keys: [keys.blue, keys.green] }).view;
    expect(plain(draw(one))).toContain(keys.blue.name);
    for (const { name } of [keys.blue, keys.green]) expect(plain(draw(two))).toContain(name);
  });

  it('say of each place why it cannot be chosen, and offer it then nowhere', () => {
    for (const obstacle of Object.keys(words.places.obstacle) as (keyof typeof words.places.obstacle)[]) {
      const state: CeremonyState = {
        name: 'choose-place',
        all: true,
        places: [{ is: 'key', id: 'one', name: 'One', obstacle }],
      };
      const markup = draw(saving('x', '', state).view);
      expect(plain(markup)).toContain(words.places.obstacle[obstacle]);
      expect(actsIn(markup)).not.toContain('choose-place');
    }
  });

  it('tell a key that is called like this device from this device', () => {
    const state: CeremonyState = {
      name: 'choose-place',
      all: true,
      places: [
        { is: 'device', id: 'device' },
        { is: 'key', id: 'one', name: 'This device', need: 'pin' },
      ],
    };
    const [, device = '', key = ''] = draw(saving('x', '', state).view).split('<li>');
    expect(plain(device)).not.toContain('Security key');
    expect(plain(key)).toContain('Security key · Asks for its PIN');
  });

  it('say where the passkey is, and whether it is anywhere else', () => {
    const saved = (backup: 'device-bound' | 'synced', place = thisDevice) =>
      textOf(saving('x', '', { name: 'saved', place, backup, ownName: '' }).view);
    expect(saved('device-bound')).toMatch(/on this device only/);
    expect(saved('device-bound', { is: 'key', ...keys.blue })).toMatch(/“\u2068YubiKey 5 NFC\u2069” only/);
    expect(saved('synced')).toMatch(/your other devices/);
  });

  it('show a look-alike as it is written in ASCII, and the host alone in bold', () => {
    const markup = draw(using('x', '', { name: 'preparing' }, { site: sites.lookAlike }).view);
    const [, bold = ''] = /<strong>(.*?)<\/strong>/s.exec(markup) ?? [];
    expect(plain(bold)).toBe('xn--80ak6aa92e.example');
    expect(within(markup, t.ceremonyOrigin, 'bdi')).toBe('https://xn--80ak6aa92e.example');
  });

  it('quote the name of a key within a sentence, cut or not, and not where it stands alone', () => {
    const inSentences = samples.filter(({ view }) => textOf(view).includes('\u2068'));
    expect(inSentences.length).toBeGreaterThan(30);
    for (const { id, view } of inSentences) {
      const text = textOf(view);
      if (view.state.name === 'device-biometrics') continue;
      expect(text, id).not.toMatch(/(?<!“)\u2068|\u2069(?!”)/u);
      expect(text, id).not.toMatch(/…\u2069?\./u);
    }
    const listed = draw(using('x', '', { name: 'touch-key', keys: [keys.blue, keys.green] }).view);
    expect(plain(elementOf(listed, t.ceremonyKey))).not.toContain('“');
  });

  it('let no name of a key end its own quotes', () => {
    const name = 'Key” is right here. “Trust';
    const text = textOf(using('x', '', { name: 'touch-key', keys: [{ id: 'one', name }] }).view);
    expect(text.match(/[“”"]/gu)).toEqual(['“', '”']);
    expect(text).toContain("Key' is right here. 'Trust");
  });

  it('show an address that begins from right to left in the order of addresses, and other names in their own', () => {
    const { rightToLeft } = accounts;
    const account = elementOf(
      draw(saving('x', '', { name: 'preparing' }, { account: rightToLeft }).view),
      t.ceremonyAccount,
    );
    const tagOf = (text: string): string | undefined =>
      new RegExp(`<bdi[^>]*>(?=${text}<)`).exec(account)?.[0];
    expect(tagOf(rightToLeft.name)).toMatch(/ dir="ltr"/);
    expect(tagOf(rightToLeft.displayName)).toMatch(/^<bdi(?!.* dir=)/);
  });

  it('speak of no window that some systems do not open', () => {
    const text = textOf(using('x', '', { name: 'device-biometrics', by: 'your fingerprint' }).view);
    expect(text).toContain('your fingerprint');
    expect(text).not.toMatch(/window/);
  });
});

describe('the next step', () => {
  const stepOf = (id: string): string | undefined => {
    const sample = samples.find((one) => one.id === id);
    if (!sample) throw new Error(id);
    const { primary } = buttonsOf(sample.view);
    return primary?.does === 'act' || primary?.does === 'submit' ? primary.act : primary?.does;
  };

  it.each([
    ['save-device-first', 'choose-place'],
    ['key-pin-use', 'enter-pin'],
    ['create-pin', 'create-pin'],
    ['change-pin', 'change-pin'],
    ['passphrase', 'enter-passphrase'],
    ['saved-device', 'done'],
    ['timed-out-use', 'done'],
    ['key-removed-use', 'retry'],
    ['no-match', 'use-another-device'],
    ['no-match-alone', 'retry'],
    ['key-full', 'use-another-device'],
    ['key-blocked-replug', 'retry'],
    ['key-blocked-alone', 'open-latchkey'],
    ['key-full-alone', 'open-latchkey'],
    ['key-cannot-alone', 'cancel'],
    ['excluded-device', 'done'],
    ['attestation-device', 'go-on'],
    ['device-locked-use', 'open-latchkey'],
    ['vault-missing-save', 'open-latchkey'],
    ['device-damaged', 'open-latchkey'],
    ['device-keychain-locked', 'retry'],
    ['device-in-use', 'retry'],
    ['touch-use', undefined],
  ])('%s: %s', (id, act) => {
    expect(stepOf(id)).toBe(act);
  });

  it('leads to Latchkey from every trouble that is mended there, and from places that are', () => {
    for (const id of [
      'device-locked-save',
      'device-in-use',
      'key-blocked-reset',
      'key-full',
      'save-places-not-set-up',
    ])
      expect(draw(samples.find((sample) => sample.id === id)!.view), id).toContain(t.ceremonyOpenLatchkey);
    expect(draw(samples.find(({ id }) => id === 'key-removed-use')!.view)).not.toContain(
      t.ceremonyOpenLatchkey,
    );
  });
});

describe('a state that is drawn anew', () => {
  const key = keys.blue;
  const rules = { minLength: 4, maxBytes: 63 };
  const device = { is: 'device', id: 'device' } as const;

  it.each<[string, CeremonyState, CeremonyState]>([
    [
      'a place more',
      { name: 'choose-place', all: true, places: [device] },
      { name: 'choose-place', all: true, places: [device, { is: 'key', id: 'one', name: 'One' }] },
    ],
    ['a key more', { name: 'touch-key', keys: [key] }, { name: 'touch-key', keys: [key, keys.green] }],
    ['a finger again', { name: 'key-finger', key }, { name: 'key-finger', key, retries: 2 }],
    ['the same once more', { name: 'key-pin', key, retries: 3 }, { name: 'key-pin', key, retries: 3 }],
  ])('%s: keeps the focus and what was typed', (_what, before, after) => {
    expect(stateKey(after)).toBe(stateKey(before));
  });

  it.each<[string, CeremonyState, CeremonyState]>([
    [
      'all places',
      { name: 'choose-place', all: false, places: [] },
      { name: 'choose-place', all: true, places: [] },
    ],
    ['a wrong PIN', { name: 'key-pin', key }, { name: 'key-pin', key, retries: 7 }],
    [
      'a PIN that was not taken',
      { name: 'create-key-pin', key, rules },
      { name: 'create-key-pin', key, rules, refusal: 'refused' },
    ],
    [
      'another wait',
      { name: 'device-pin', triesLeft: 4, wait: 1000, problem: 'wrong' },
      { name: 'device-pin', triesLeft: 3, wait: 9000, problem: 'wrong' },
    ],
    ['another key', { name: 'key-finger', key }, { name: 'key-finger', key: keys.green }],
  ])('%s: is asked anew', (_what, before, after) => {
    expect(stateKey(after)).not.toBe(stateKey(before));
  });
});
