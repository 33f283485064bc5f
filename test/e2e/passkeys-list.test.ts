/** The list of passkeys: unlocking, finding, sorting, and everything that is known about one. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Algorithm } from '../../main/ctap/cose';
import { encodeCbor } from '../../main/ctap/cbor';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { PIN } from '../support/desk';
import { Person, startsOverAfterFailure } from '../support/person';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';

const ADA = 'github.com ada · Ada Lovelace';
const BOB = 'accounts.google.com bob@example.com · Bob the Builder';
const ZOE = 'example.org zoe · Zoë Ünal';
const CAROL = 'shop.example carol';
const MALLORY = 'github.com mallory · Mallory Ö.';

let folder: SoftKeyFolder;
let alpha: SoftKeyFile;
let beta: SoftKeyFile;
let person: Person;

beforeAll(async () => {
  folder = new SoftKeyFolder();
  alpha = folder.make('Simulated Alpha', {
    passkeys: [
      { rpId: 'github.com', rpName: 'GitHub', userName: 'ada', displayName: 'Ada Lovelace' },
      { rpId: 'example.org', userName: 'zoe', displayName: 'Zoë Ünal' },
      {
        rpId: 'accounts.google.com',
        rpName: 'Google',
        userName: 'bob@example.com',
        displayName: 'Bob the Builder',
        algorithm: Algorithm.EDDSA,
        credProtect: 3,
        largeBlob: true,
        thirdPartyPayment: true,
      },
    ],
  });
  beta = folder.make('Simulated Beta', {
    profile: '2.1-preview',
    passkeys: [
      { rpId: 'shop.example', userName: 'carol' },
      { rpId: 'github.com', userName: 'mallory', displayName: 'Mallory Ö.' },
    ],
  });
  person = await Person.sitDown([alpha, beta]);
});

afterAll(async () => {
  await person?.standUp();
  folder.remove();
});

startsOverAfterFailure(() => person);

it('shows a key with a PIN as locked, and none of its passkeys', async () => {
  await person.card(alpha.name, 'locked').waitFor();
  await person.card(beta.name, 'locked').waitFor();
  expect(await person.rows()).toEqual([]);
  expect(await person.text(t.empty)).toContain('Your passkeys are locked');
  await looksRight(person.app, 'list-locked');
});

it('asks for the PIN, and closing that leaves the key locked', async () => {
  await person.card(alpha.name).getByTestId(t.keyCardUnlock).click();
  await person.focusIsOn(t.pinCurrent);
  await looksRight(person.app, 'unlock');
  await person.keyboard.press('Escape');
  await person.noDialog();
  await person.focusIsOn(t.keyCardUnlock);
  await person.card(alpha.name, 'locked').waitFor();
});

it('lists site, user and key of every passkey after unlocking', async () => {
  await person.unlock(alpha.name, PIN);
  await person.sees([ZOE, ADA, BOB]);
  expect(await person.row('github.com').getByTestId(t.rowPlace).innerText()).toContain(alpha.name);
  await person.card(alpha.name).waitFor({ state: 'detached' });
  await looksRight(person.app, 'list-one-of-two-unlocked');
});

it('lists the passkeys of a key with preview credential management beside those of another', async () => {
  await person.unlock(beta.name, PIN);
  await person.sees([ZOE, ADA, MALLORY, BOB, CAROL]);
  expect(await person.text(t.count)).toBe('5 passkeys');
  expect(await person.row('mallory').getByTestId(t.rowPlace).innerText()).toContain(beta.name);
  await looksRight(person.app, 'list');
});

it.each([
  ['a site', 'git', [ADA, MALLORY]],
  ['the name that a site gave itself', 'GOOGLE', [BOB]],
  ['a user name', 'carol', [CAROL]],
  ['a display name', 'lovelace', [ADA]],
  ['a name without its accents', 'zoe unal', [ZOE]],
  ['words in any order', 'mallory github', [MALLORY]],
])('finds passkeys by %s, as it is typed', async (_what, query, found) => {
  await person.find(t.search).click();
  await person.keyboard.type(query);
  await person.sees(found);
  expect(await person.text(t.count)).toBe(`${found.length} of 5 passkeys`);
  await person.keyboard.press('Escape');
  await person.sees([ZOE, ADA, MALLORY, BOB, CAROL]);
  expect(await person.find(t.search).inputValue()).toBe('');
});

it('says when nothing is found, and clears the search with one click', async () => {
  await person.find(t.search).fill('nobody of that name');
  await person.shows(t.empty, 'No passkey matches your search');
  expect(await person.text(t.empty)).toContain('“nobody of that name”');
  expect(await person.find(t.empty).getAttribute('data-kind')).toBe('no-hit');
  await looksRight(person.app, 'search-no-hit');
  await person.find(t.emptyAction).click();
  await person.sees([ZOE, ADA, MALLORY, BOB, CAROL]);
  await person.focusIsOn(t.search);
});

it('tells a screen reader how many were found', async () => {
  await person.find(t.search).fill('git');
  await expect.poll(() => person.find(t.announcer).textContent()).toBe('2 passkeys found');
  await looksRight(person.app, 'search');
});

it('takes the search away with the cross in its box, ready for another one', async () => {
  await person.find(t.search).fill('git');
  await person.page.getByRole('button', { name: 'Clear the search' }).click();
  await person.focusIsOn(t.search);
  expect(await person.find(t.search).inputValue()).toBe('');
  await person.sees([ZOE, ADA, MALLORY, BOB, CAROL]);
});

it('shows only one key when asked to, also while searching', async () => {
  await person.find(t.place).selectOption({ label: `${beta.name} (Simulated)` });
  await person.sees([MALLORY, CAROL]);
  await person.find(t.search).fill('git');
  await person.sees([MALLORY]);
  await person.find(t.search).fill('lovelace');
  await person.shows(t.empty, `Nothing on ${beta.name} matches “lovelace”.`);
  await person.find(t.search).fill('');
  await person.find(t.place).selectOption({ label: 'Everywhere' });
  await person.sees([ZOE, ADA, MALLORY, BOB, CAROL]);
});

it('sorts by user name and back by site', async () => {
  await person.find(t.order).selectOption({ label: 'User name' });
  await person.sees([ADA, BOB, CAROL, MALLORY, ZOE]);
  await person.find(t.order).selectOption({ label: 'Site' });
  await person.sees([ZOE, ADA, MALLORY, BOB, CAROL]);
});

it('shows everything that is known about a passkey, as the key has it', async () => {
  await person.menu(person.row('bob'), 'menuDetails');
  await person.dialog(t.details, 'shown');
  await person.dialog(t.detailsTechnical, 'known');
  const { credential } = alpha.read().credentials[2]!;
  const entries = await person
    .find(t.detailsField)
    .evaluateAll((fields) =>
      fields.map((field) => [field.getAttribute('data-field') ?? '', field.textContent.trim()] as const),
    );
  const shown: Readonly<Record<string, string>> = Object.fromEntries(entries);
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  expect(shown).toMatchObject({
    rpId: 'accounts.google.com',
    rpName: 'Google',
    userName: 'bob@example.com',
    userDisplayName: 'Bob the Builder',
    credProtect: 'Always asks for the PIN or a fingerprint',
    credentialId: hex(credential.id),
    userHandle: hex(credential.user.id),
    // SHA-256 of "accounts.google.com"
    rpIdHash: '97692e14df23bd64cb333603f6ab35dfaf43d48bc1b0b3f6d2ef535a78902768',
    algorithm: 'EdDSA (−8)',
    publicKey: hex(encodeCbor(credential.publicKey)),
    hasLargeBlobKey: 'Yes',
    thirdPartyPayment: 'Yes',
  });
  expect(shown['key']).toContain(alpha.name);
  await looksRight(person.app, 'details');
});

it('puts a byte field on the clipboard', async () => {
  await person.find(t.details).locator(`[data-testid="${t.detailsCopy}"][data-field="credentialId"]`).click();
  const { credential } = alpha.read().credentials[2]!;
  await expect.poll(() => person.clipboard()).toBe(Buffer.from(credential.id).toString('hex'));
  await person.find(t.detailsClose).click();
  await person.noDialog();
  await person.focusIsOn(t.row, 'bob');
});

it('opens the menu of a row beside its button', async () => {
  await person.row('zoe').getByTestId(t.rowMenu).click();
  await person.find(t.menuDetails).waitFor();
  await looksRight(person.app, 'row-menu', { keepSize: true });
  await person.keyboard.press('Escape');
  await person.hides(t.menuDetails);
  await person.focusIsOn(t.row, 'zoe');
});

it('says on the Security keys page what a key can do and how full it is', async () => {
  const panel = await person.panel(alpha.name);
  expect(await panel.getByTestId(t.keySlots).innerText()).toBe('3 used, 97 free');
  expect(await panel.getByTestId(t.keyPin).innerText()).toBe('Set, 8 tries left');
  const facts = await panel
    .getByTestId(t.keyFact)
    .evaluateAll((elements) => elements.map((element) => element.getAttribute('data-term')));
  expect(facts).toEqual(expect.arrayContaining(['firmwareVersion', 'options.credMgmt', 'options.clientPin']));
  await looksRight(person.app, 'security-keys');
});

it('locks by hand: the passkeys of that key are gone from the list', async () => {
  const panel = await person.panel(alpha.name);
  await panel.getByTestId(t.keyLock).click();
  await panel.getByTestId(t.keyUnlock).waitFor();
  await person.goTo('passkeys');
  await person.sees([MALLORY, CAROL]);
  await person.card(alpha.name, 'locked').waitFor();
});

it('shows the other pages', async () => {
  await person.goTo('browsers');
  await looksRight(person.app, 'browsers');
  await person.goTo('advanced-options');
  await person.shows(t.advancedAutoLock, '5');
  await looksRight(person.app, 'advanced-options');
  await person.goTo('passkeys');
});
