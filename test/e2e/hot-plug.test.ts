/** Keys come and go: in the list, of the same make, and while every dialog is open. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CLIENT_PIN, ClientPinSubcommand } from '../../main/ctap/commands/client-pin';
import {
  CREDENTIAL_MANAGEMENT,
  CredentialManagementSubcommand,
} from '../../main/ctap/commands/credential-management';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { PIN } from '../support/desk';
import { Person, startsOverAfterFailure } from '../support/person';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';

/** "Within a second", and some slack for a machine that is busy with something else. */
const A_MOMENT = 2000;

let folder: SoftKeyFolder;
let twin: SoftKeyFile;
let twin2: SoftKeyFile;
let slow: SoftKeyFile;
let endless: SoftKeyFile;
let bare: SoftKeyFile;
let person: Person;

beforeAll(async () => {
  folder = new SoftKeyFolder();
  twin = folder.make('Simulated twin', {
    passkeys: [{ rpId: 'a.example', userName: 'ada' }],
    changes: { serial: '' },
  });
  twin2 = folder.make('Simulated twin', {
    passkeys: [{ rpId: 'a.example', userName: 'bob' }],
    changes: { serial: '' },
  });
  slow = folder.make('Simulated slow key', {
    changes: {
      quirks: [
        {
          name: 'keepalives-for-ever',
          command: CLIENT_PIN,
          subCommand: ClientPinSubcommand.GET_TOKEN_USING_PIN,
        },
      ],
    },
  });
  endless = folder.make('Simulated endless key', {
    passkeys: [{ rpId: 'a.example', userName: 'eve' }],
    changes: {
      quirks: [
        {
          name: 'keepalives-for-ever',
          command: CREDENTIAL_MANAGEMENT,
          subCommand: CredentialManagementSubcommand.ENUMERATE_RPS_BEGIN,
        },
      ],
    },
  });
  bare = folder.make('Simulated bare key', { pin: null });
  person = await Person.sitDown([twin, twin2, slow, endless, bare]);
});

afterAll(async () => {
  await person?.standUp();
  folder.remove();
});

startsOverAfterFailure(() => person);

/** The dialog says that the key was taken out and lets itself be closed; nothing of it is left. */
async function endsWell(dialog: string, closeButton: string): Promise<void> {
  await person.dialog(dialog, 'removed');
  await person.find(closeButton).click();
  await person.noDialog();
}

it('asks for a key when there is none', async () => {
  await person.keepsIn();
  await person.shows(t.empty, 'Plug in a security key');
  expect(await person.find(t.empty).getAttribute('data-kind')).toBe('no-key');
  await looksRight(person.app, 'no-key');
  await person.goTo('security-keys');
  await person.shows(t.keysEmpty, 'No security key plugged in');
  await looksRight(person.app, 'no-key-security-keys');
  await person.goTo('passkeys');
});

it('shows a key within a moment after it was plugged in, and no longer after it was taken out', async () => {
  await person.plugIn(twin.name, 0);
  await person.card('Simulated twin', 'locked').waitFor({ timeout: A_MOMENT });
  await person.unplug(twin.name, 0);
  await person.card('Simulated twin').waitFor({ state: 'detached', timeout: A_MOMENT });
  await person.shows(t.empty, 'Plug in a security key');
});

it('tells two keys of the same make apart', async () => {
  await person.plugIn(twin.name, 0);
  await person.card('Simulated twin', 'locked').waitFor();
  await person.plugIn(twin.name, 1);
  await person.card('Simulated twin (2)', 'locked').waitFor();
  await person.unlock('Simulated twin', PIN);
  await person.unlock('Simulated twin (2)', PIN);
  await person.sees(['a.example ada', 'a.example bob']);
  expect(await person.row('ada').getByTestId(t.rowPlace).innerText()).not.toContain('(2)');
  expect(await person.row('bob').getByTestId(t.rowPlace).innerText()).toContain('Simulated twin (2)');
  await person.find(t.place).selectOption({ label: 'Simulated twin (2) (Simulated)' });
  await person.sees(['a.example bob']);
  await looksRight(person.app, 'twins');
  await person.find(t.place).selectOption({ label: 'Everywhere' });
  await person.menu(person.row('bob'), 'menuDelete');
  expect(await (await person.dialog(t.delete, 'asking')).innerText()).toContain('Simulated twin (2)');
  await person.find(t.deleteCancel).click();
  await person.noDialog();
});

it('resets neither of two that cannot be told apart by what they say', async () => {
  const panel = await person.panel('Simulated twin (2)');
  await panel.getByTestId(t.keyReset).click();
  await person.find(t.resetUnderstood).check();
  await person.find(t.resetStart).click();
  expect(await (await person.dialog(t.reset, 'failed')).innerText()).toContain(
    'Another key of the same model is plugged in.',
  );
  await person.find(t.resetClose).click();
  await person.noDialog();
  await person.goTo('passkeys');
});

it('says why passkeys have gone when their key was taken out, and keeps those of the other', async () => {
  // The attempt to reset has locked it.
  await person.unlock('Simulated twin (2)', PIN);
  await person.unplug(twin.name, 1);
  await person.shows(t.notice, 'Simulated twin (2) was taken out, so its passkeys are no longer shown.');
  await person.sees(['a.example ada']);
  await looksRight(person.app, 'key-removed');
});

it('forgets the unlocked state of a key that was taken out', async () => {
  await person.reinsert(twin.name, 0);
  await person.card('Simulated twin', 'locked').waitFor();
  expect(await person.rows()).toEqual([]);
});

it('says so when the key is taken out while its details are open', async () => {
  await person.unlock(twin.name, PIN);
  await person.menu(person.row('ada'), 'menuDetails');
  await person.dialog(t.details, 'shown');
  await person.dialog(t.detailsTechnical, 'known');
  const bytes = await person.text(t.detailsTechnical);
  await person.unplug(twin.name, 0);
  const dialog = await person.dialog(t.details, 'removed');
  expect(await dialog.innerText()).toContain('The key was taken out. This is what it said before.');
  expect(bytes).toMatch(/[0-9a-f]{64}/);
  expect(await person.text(t.detailsTechnical)).toBe(bytes);
  expect(await person.find(t.detailsDelete).count()).toBe(0);
  await looksRight(person.app, 'details-removed');
  await person.find(t.detailsClose).click();
  await person.noDialog();
});

it.each(['keyCardUnlock', 'change', 'set'] as const)(
  'says so when the key is taken out while its PIN is asked for (%s), and lets go on when it is back',
  async (what) => {
    const key = what === 'set' ? bare : slow;
    await person.keepsIn(key.name);
    await person.goTo('passkeys');
    if (what === 'keyCardUnlock') await person.card(key.name).getByTestId(t.keyCardUnlock).click();
    else {
      const panel = await person.panel(key.name);
      await panel.getByTestId(what === 'set' ? t.keySetPin : t.keyChangePin).click();
    }
    await person.dialog(t.pin, 'entering');
    await person.unplug(key.name);
    await person.dialog(t.pin, 'removed');
    await person.focusIsOn(t.pinClose);
    await person.plugIn(key.name);
    await person.dialog(t.pin, 'entering');
    await person.unplug(key.name);
    await endsWell(t.pin, t.pinClose);
  },
);

it('does not hang when the key is taken out while it checks the PIN', async () => {
  await person.keepsIn(slow.name);
  await person.goTo('passkeys');
  await person.enterPin(slow.name, PIN);
  await person.dialog(t.pin, 'sending');
  await looksRight(person.app, 'unlocking');
  await person.unplug(slow.name);
  await endsWell(t.pin, t.pinClose);
});

it('lets go of a key that never ends to check the PIN', async () => {
  await person.plugIn(slow.name);
  await person.enterPin(slow.name, PIN);
  await person.dialog(t.pin, 'sending');
  await person.find(t.pinCancel).click();
  await person.noDialog();
  await person.card(slow.name, 'locked').waitFor();
});

it('shows that it is reading, and stops when asked to', async () => {
  await person.keepsIn(endless.name);
  await person.enterPin(endless.name, PIN);
  await person.noDialog();
  const card = person.card(endless.name, 'listing');
  expect(await card.innerText()).toContain('0 of 1 passkey');
  await looksRight(person.app, 'listing');
  await card.getByTestId(t.keyCardStop).click();
  await person.card(endless.name, 'locked').waitFor();
});

it('does not hang when the key is taken out while it is read', async () => {
  await person.keepsIn();
  await person.plugIn(endless.name);
  await person.enterPin(endless.name, PIN);
  await person.card(endless.name, 'listing').waitFor();
  await person.unplug(endless.name);
  await person.shows(t.empty, 'Plug in a security key');
  await person.settled();
});
