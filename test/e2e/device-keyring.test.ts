/**
 * The passkeys of this device when the keychain is in trouble: locked, another one, one that hangs, none at all. The keychain is a real
 * gnome-keyring. What goes well is in device.test.ts.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { Vault } from '../../main/vault/vault';
import { testIds as t } from '../../renderer/test-ids';
import { looksRight } from '../support/appearance';
import { PIN as KEY_PIN } from '../support/desk';
import type { LaunchedApp } from '../support/launch-app';
import { PATIENCE, Person, startsOverAfterFailure } from '../support/person';
import { builtProgram, runProgram } from '../support/program';
import { PrivateSecretService } from '../support/secret-service';
import { SoftKeyFolder, type SoftKeyFile } from '../support/soft-key-file';
import { withVaultOf } from '../support/vault-of-data';

const KEY = 'Simulated drawer';
const PIN = '803517';
const WRONG_PIN = '803518';
const NEXT_PIN = '918264';
const PASSWORD = 'correct horse';
const PASSPHRASE = 'seven sunny sparrows';

let folder: string;
let data: string;
let keys: SoftKeyFolder;
let key: SoftKeyFile;
let keychain: PrivateSecretService;
let program: string;
let person: Person | undefined;
/** The keychain of a test alone. */
let others: PrivateSecretService | undefined;
const secrets: string[] = [PIN, NEXT_PIN, PASSPHRASE];
/** What every start of the app printed, and what its pages held. */
let told = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-keyring-'));
  data = join(folder, 'data');
  keys = new SoftKeyFolder();
  key = keys.make(KEY, { passkeys: [{ rpId: 'key.example', userName: 'ada' }] });
  [keychain, program] = await Promise.all([PrivateSecretService.start(PASSWORD), builtProgram()]);
  secrets.push((await latchkey(keychain, [PIN], 'device', 'set-up')).trim());
  await latchkey(keychain, [PIN], 'device', 'add-test', 'github.example', '--user', 'ada');
});

// In the order from the last to the first: the picture of a failure, the end of the app, that of the bus it speaks to.
afterEach(async () => {
  keychain?.wakeUp();
  await person?.app.close();
  person = undefined;
  await others?.stop();
  others = undefined;
});
startsOverAfterFailure(() => person);

afterAll(async () => {
  await keychain?.stop();
  keys.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** At the command line, with these lines on standard input. Resolves to what it printed. */
async function latchkey(
  { env }: PrivateSecretService,
  lines: readonly string[],
  ...args: readonly string[]
): Promise<string> {
  const input = lines.map((line) => `${line}\n`).join('');
  const outcome = await runProgram(program, ['--data-folder', data, ...args], { input, env });
  expect(outcome).toMatchObject({ code: 0 });
  return outcome.out;
}

async function sitDown(
  env: Readonly<Record<string, string>> = keychain.env,
  where: string = data,
): Promise<Person> {
  person = await Person.sitDown([key], {
    args: ['--data-folder', where],
    env,
    userDataDir: join(folder, 'profile'),
  });
  return person;
}

async function standUp(): Promise<void> {
  if (!person) return;
  const snapshot = await person.page.evaluate(() => window.latchkey.call('snapshot'));
  told += `${await person.page.content()}${JSON.stringify(snapshot)}`;
  await person.standUp();
  told += person.app.output();
  person = undefined;
}

function deviceCard(kind: string) {
  if (!person) throw new Error('nobody sits there');
  return person.page.locator(`[data-testid="${t.deviceCard}"][data-kind="${kind}"]`);
}

/** The card says this, and the keys work as ever. */
async function hasTrouble(what: string): Promise<void> {
  await deviceCard('problem').filter({ hasText: what }).waitFor();
  await person?.unlock(KEY, KEY_PIN);
  await person?.sees(['key.example ada']);
}

/** The ID of the process that asks the keychain, once there is one. */
async function askerOfTheKeychain({ app }: LaunchedApp): Promise<number> {
  const find = () =>
    app.evaluate(
      ({ app: electron }) =>
        electron.getAppMetrics().find(({ name }) => name === 'Latchkey keychain')?.pid ?? 0,
    );
  await expect.poll(find, { timeout: PATIENCE }).not.toBe(0);
  return find();
}

/** Does this with the vault itself, which nobody else has open, on a day of the past. */
async function withVault(hoursAgo: number, work: (vault: Vault) => Promise<void>): Promise<void> {
  for (const [name, value] of Object.entries(keychain.env)) vi.stubEnv(name, value);
  try {
    await withVaultOf(data, hoursAgo, work);
  } finally {
    vi.unstubAllEnvs();
  }
}

it('a locked keyring is told of, and opens the passkeys once it is unlocked', async () => {
  await keychain.restartKeyring();
  const { app, page, find, row } = bound(await sitDown());
  await hasTrouble('The keychain is locked. Unlock it and try again.');
  await looksRight(app, 'device-keychain-locked');
  const again = await page.evaluate(() => window.latchkey.call('openDevice'));
  expect(again).toMatchObject({ ok: false, problem: { code: 'keychain-locked' } });
  await keychain.restartKeyring(PASSWORD);
  await find(t.deviceCardRetry).click();
  await row('github.example', 'This device').waitFor();
  await deviceCard('open').waitFor();
  await standUp();
});

it('a keychain without the key is not taken for a new beginning', async () => {
  others = await PrivateSecretService.start(PASSWORD);
  const { app, find } = bound(await sitDown(others.env));
  await hasTrouble('The keychain has no key for');
  await looksRight(app, 'device-key-missing');
  await find(t.deviceCardStartAnew).click();
  await find(t.anewClose).click();
  await standUp();
  const { row } = bound(await sitDown());
  await row('github.example', 'This device').waitFor();
  await standUp();
});

it('a keychain with the key of other passkeys opens none and changes none', async () => {
  others = await PrivateSecretService.start(PASSWORD);
  const aside = join(folder, 'aside');
  renameSync(data, aside);
  secrets.push((await latchkey(others, [NEXT_PIN], 'device', 'set-up')).trim());
  rmSync(data, { recursive: true });
  renameSync(aside, data);
  const before = readFileSync(join(data, 'passkeys.vault'));
  await sitDown(others.env);
  await hasTrouble('There are two vaults:');
  await standUp();
  expect(readFileSync(join(data, 'passkeys.vault')).equals(before)).toBe(true);
});

it('a keyring that hangs holds up neither the keys nor the end of the app', async () => {
  keychain.hang();
  const { app, find } = bound(await sitDown());
  await hasTrouble('The keychain did not answer.');
  await looksRight(app, 'device-keychain-hangs');
  // It hangs again while the app is ended, and whoever asks it is not left behind.
  await find(t.deviceCardRetry).click();
  const asker = await askerOfTheKeychain(app);
  await standUp();
  await expect.poll(() => existsSync(`/proc/${asker}`), { timeout: PATIENCE }).toBe(false);
  keychain.wakeUp();
  const { row } = bound(await sitDown());
  await row('github.example', 'This device').waitFor();
  await standUp();
});

it('ten wrong PINs lock it, whenever the first nine were; the recovery key opens it', async () => {
  await withVault(24, async (vault) => {
    for (let wrong = 1; wrong <= 9; wrong++)
      await expect(vault.verifyPin(WRONG_PIN)).rejects.toMatchObject({ code: 'pin-wrong' });
  });
  const somebody = await sitDown();
  const { find } = bound(somebody);
  await deviceCard('open').waitFor();
  await somebody.goTo('advanced-options');
  await find(t.deviceNewRecoveryKey).click();
  await looksRight(somebody.app, 'device-last-try');
  await somebody.typePin(WRONG_PIN);
  await somebody.dialog(t.deviceTask, 'pin-locked');
  await looksRight(somebody.app, 'device-ten-wrong-pins');
  await somebody.keyboard.press('Escape');
  await somebody.noDialog();
  await somebody.goTo('passkeys');
  await deviceCard('pin-locked').waitFor();
  await find(t.deviceCardRecover).click();
  await find(t.recoveryTyped).fill(secrets[3] ?? '');
  await find(t.pinNew).fill(NEXT_PIN);
  await find(t.pinAgain).fill(NEXT_PIN);
  await find(t.pinSubmit).click();
  await somebody.dialog(t.recovery, 'showing');
  const fresh = (await somebody.text(t.recoveryKey)).replaceAll(' ', '-');
  secrets.push(fresh);
  await find(t.recoveryNext).click();
  await find(t.recoveryGroup).fill(fresh.split('-').at(-1) ?? '');
  await find(t.recoveryFinish).click();
  await somebody.noDialog();
  await deviceCard('open').waitFor();
  await latchkey(keychain, [NEXT_PIN], 'device', 'add-test', 'recovered.example');
  await somebody.row('recovered.example').waitFor();
  await standUp();
});

it('without any keychain the wizard offers a passphrase, which the next start asks for', async () => {
  const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'no-bus')}` };
  const elsewhere = join(folder, 'passphrase');
  const somebody = await sitDown(env, elsewhere);
  const { find } = bound(somebody);
  await find(t.deviceCardSetUp).click();
  await find(t.setUpNext).click();
  await find(t.pinNew).fill(PIN);
  await find(t.pinAgain).fill(PIN);
  await find(t.setUpNext).click();
  await somebody.dialog(t.setUp, 'no-keychain');
  await looksRight(somebody.app, 'device-no-keychain');
  await find(t.setUpUsePassphrase).click();
  await find(t.passphraseNew).fill(PASSPHRASE);
  await find(t.passphraseAgain).fill(PASSPHRASE);
  await find(t.setUpNext).click();
  await somebody.dialog(t.recovery, 'showing');
  const recoveryKey = (await somebody.text(t.recoveryKey)).replaceAll(' ', '-');
  secrets.push(recoveryKey);
  await find(t.recoveryNext).click();
  await find(t.recoveryGroup).fill(recoveryKey);
  await find(t.recoveryFinish).click();
  await somebody.noDialog();
  await deviceCard('open').waitFor();
  await standUp();

  const later = await sitDown(env, elsewhere);
  await deviceCard('passphrase').waitFor();
  await looksRight(later.app, 'device-passphrase-needed');
  await later.find(t.deviceCardPassphrase).click();
  await later.find(t.passphrase).fill(PASSPHRASE);
  await later.find(t.pinSubmit).click();
  await later.noDialog();
  await deviceCard('open').waitFor();
  await standUp();
});

it('all of it is for this user alone, and holds no secret', async () => {
  const privateKeys: Buffer[] = [];
  await withVault(0, async (vault) => {
    await vault.verifyPin(NEXT_PIN);
    for (const { id } of await vault.storage.credentials.list()) {
      const found = await vault.storage.credentials.secretsOf(id);
      if (found) privateKeys.push(Buffer.from(found.privateKey));
    }
    vault.endCeremony();
  });
  expect(privateKeys).toHaveLength(2);

  const written: Buffer[] = [];
  for (const place of [data, join(folder, 'passphrase')]) {
    expect(statSync(place).mode & 0o777).toBe(0o700);
    const before = written.length;
    for (const path of filesIn(place)) {
      expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o600]);
      written.push(readFileSync(path));
    }
    expect(written.length - before).toBeGreaterThan(2); // the vault, the one before, the tries
  }
  const sealed = Buffer.concat(written);
  expect(told).toContain('github.example');
  expect(sealed.includes('github.example')).toBe(false);
  const chromiums = filesIn(join(folder, 'profile')).map((path) => readFileSync(path));
  const everything = Buffer.concat([sealed, Buffer.from(told), ...chromiums]);
  const bytes = privateKeys.flatMap((one) => [one, one.toString('hex'), one.toString('base64url')]);
  for (const secret of [...secrets, ...bytes]) {
    expect(secret.length).toBeGreaterThan(5);
    expect(everything.includes(secret)).toBe(false);
  }
});

function filesIn(place: string): readonly string[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function bound(somebody: Person) {
  return {
    app: somebody.app,
    page: somebody.page,
    find: (testId: string) => somebody.find(testId),
    row: (...texts: readonly string[]) => somebody.row(...texts),
  };
}
