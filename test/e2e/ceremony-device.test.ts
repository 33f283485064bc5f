/** This device at a ceremony: without passkeys yet, locked, with biometrics, turned off; asked by the command line; and the app's end. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ExitCode } from '../../main/cli/failure';
import { testIds as t } from '../../renderer/test-ids';
import {
  CeremonyPerson,
  DEVICE_PIN,
  Home,
  startsOverAfterFailure,
  type Request,
} from '../support/ceremony-person';
import { PIN as KEY_PIN } from '../support/desk';
import { JsonSite, refusedWith, type Registered } from '../support/json-site';
import { PATIENCE } from '../support/person';
import { PrivateBus } from '../support/private-bus';
import { builtProgram, RunningProgram } from '../support/program';
import type { SoftKeyFile } from '../support/soft-key-file';
import { StandInFprintd } from '../support/stand-in-fprintd';

const WRONG_PIN = '803518';
const NEW_PIN = '918264';

const site = new JsonSite('https://a.example');
const { origin } = site;

let home: Home;
let bus: PrivateBus;
let fprintd: StandInFprintd;
let key: SoftKeyFile;
let program: string;
let recoveryKey = '';
let ada: CeremonyPerson;
let onDevice: Registered;

beforeAll(async () => {
  [home, bus, program] = await Promise.all([Home.open(), PrivateBus.start(), builtProgram()]);
  fprintd = await StandInFprintd.start(bus.socket);
  key = home.keys.make('Simulated drawer', { passkeys: [{ rpId: 'a.example', userName: 'grace' }] });
  ada = await CeremonyPerson.sitDown(home, [key], { args: ['--system-bus', bus.socket] });
});

startsOverAfterFailure(() => ada);

afterAll(async () => {
  await ada?.standUp();
  await fprintd?.die();
  await bus?.stop();
  await home?.close();
});

function saving(user: string, only?: 'device'): Request {
  return { kind: 'create', origin, options: site.creation(user), ...(only && { only }) };
}

const using = (): Request => ({ kind: 'get', origin, options: site.request(), only: 'device' });

const mainWindow = {
  /** Nobody sees it. */
  hide: () =>
    ada.person.app.app.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows())
        if (window.webContents.getURL().endsWith('/index.html')) window.hide();
    }),
  isVisible: () =>
    ada.person.app.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().some(
        (window) => window.webContents.getURL().endsWith('/index.html') && window.isVisible(),
      ),
    ),
};

it('simulated keys serve no site unless they are told to; this device says that it is not set up', async () => {
  const { answer } = await ada.askedFor(saving('ada'), 'choose-place');
  await ada.entry('Place', 'This device').filter({ hasText: 'Not set up yet' }).waitFor();
  expect(await ada.entry('Place', key.name).count()).toBe(0);
  await ada.clicks(t.ceremonyCancel);
  await ada.seesItGone();
  refusedWith(await answer, 'NotAllowedError');

  const get = await ada.asks({ kind: 'get', origin, options: site.request() });
  await ada.seesTrouble('no-match');
  expect(await ada.entries('Key')).toEqual([]);
  await ada.clicks(t.ceremonyCancel);
  await ada.seesItGone();
  refusedWith(await get.answer, 'NotAllowedError');
});

it('where this device is wanted and not set up, the way to do that is shown, and then it goes on', async () => {
  const { answer } = await ada.asks(saving('ada', 'device'));
  await ada.seesTrouble('vault-missing', 'not set up');
  await mainWindow.hide();
  await ada.clicks(t.ceremonyOpenLatchkey);
  await expect.poll(mainWindow.isVisible, { timeout: PATIENCE }).toBe(true);
  const made = await ada.person.page.evaluate(
    (pin) => window.latchkey.call('setUpDevice', pin, null),
    DEVICE_PIN,
  );
  if (!made.ok) throw new Error(made.problem.message);
  ({ recoveryKey } = made.value);
  await ada.clicks(t.ceremonyRetry);
  // The PIN was right just now: the sensor would do.
  await ada.sees('device-biometrics', 'fingerprint');
  await ada.clicks(t.ceremonyUsePin);
  await ada.sees('device-pin');
  await fprintd.free();
  await ada.typesPin(DEVICE_PIN);
  await ada.sees('saved');
  onDevice = await site.takes(await answer);
  await ada.clicks(t.ceremonySubmit);
  await ada.seesItGone();
});

it('a finger is enough where the PIN was right since the start', async () => {
  fprintd.calls.length = 0;
  const { answer } = await ada.askedFor(using(), 'device-biometrics');
  await fprintd.called('VerifyStart');
  fprintd.status('verify-match', true);
  await ada.seesItGone();
  await site.letsIn(await answer, onDevice);
  await fprintd.free();
});

it('a finger that is not known leaves the PIN; Cancel lets the sensor go', async () => {
  fprintd.calls.length = 0;
  const first = await ada.askedFor(using(), 'device-biometrics');
  await fprintd.called('VerifyStart');
  fprintd.status('verify-no-match', true);
  await ada.sees('device-pin');
  await ada.typesPin(DEVICE_PIN);
  await ada.seesItGone();
  await site.letsIn(await first.answer, onDevice);
  await fprintd.free();

  fprintd.calls.length = 0;
  const second = await ada.askedFor(using(), 'device-biometrics');
  await fprintd.called('VerifyStart');
  await ada.page.keyboard.press('Escape');
  await ada.seesItGone();
  refusedWith(await second.answer, 'NotAllowedError');
  await fprintd.free();
});

it('the command line asks with the same dialogs, and ends as WebAuthn does', async () => {
  await ada.person.goTo('advanced-options');
  await ada.person.find(t.deviceLock).click();
  const args = ['--data-folder', home.data, 'webauthn', 'get', '--origin', origin];
  const run = (options: string): RunningProgram => {
    const running = new RunningProgram(process.execPath, [program, ...args], { env: home.keychain.env });
    running.type(options);
    running.endInput();
    return running;
  };
  const signsIn = run(site.request());
  await ada.sees('device-pin', origin);
  await ada.typesPin(DEVICE_PIN);
  await ada.seesItGone();
  const { code, out } = await signsIn.ended;
  expect(code).toBe(0);
  await site.letsIn({ response: out }, onDevice);

  await ada.person.find(t.deviceLock).click();
  const cancelled = run(site.request());
  await ada.sees('device-pin');
  await ada.clicks(t.ceremonyCancel);
  await ada.seesItGone();
  const refused = await cancelled.ended;
  expect(refused).toMatchObject({ code: ExitCode.NOT_ALLOWED_ERROR, out: '' });
  expect(refused.err).toContain('NotAllowedError');

  const interrupted = run(site.request());
  await ada.sees('device-pin');
  interrupted.signal('SIGINT');
  await ada.seesItGone();
  expect(await interrupted.ended).toMatchObject({ code: ExitCode.ABORT_ERROR, out: '' });
});

it('where saving here is turned off, that is said, and what to do; passkeys that are here are used', async () => {
  await ada.person.goTo('advanced-options');
  await ada.person.find(t.deviceEnabled).click();
  const { answer } = await ada.asks(saving('eve', 'device'));
  await ada.seesTrouble('policy', 'turned off');
  await ada.find(t.ceremonyOpenLatchkey).waitFor();
  await ada.person.find(t.deviceEnabled).click();
  await expect.poll(() => ada.person.find(t.deviceEnabled).isChecked(), { timeout: PATIENCE }).toBe(true);
  await ada.clicks(t.ceremonyRetry);
  await ada.sees('device-pin');
  await ada.clicks(t.ceremonyCancel);
  await ada.seesItGone();
  refusedWith(await answer, 'NotAllowedError');

  await ada.person.find(t.deviceEnabled).click();
  await expect.poll(() => ada.person.find(t.deviceEnabled).isChecked(), { timeout: PATIENCE }).toBe(false);
  const get = await ada.askedFor(using(), 'device-pin');
  await ada.typesPin(DEVICE_PIN);
  await ada.seesItGone();
  await site.letsIn(await get.answer, onDevice);
});

it('when Latchkey is quit, the dialog closes, and the program that asked hears of it', async () => {
  await ada.person.find(t.deviceLock).click();
  const { answer } = await ada.askedFor(using(), 'device-pin');
  const ended = ada.person.app.app.waitForEvent('close');
  await ada.person.app.app.evaluate(({ app }) => app.quit());
  const outcome = await answer.catch((error: unknown) => ({ error }));
  expect(outcome.error).toMatchObject({
    name: expect.stringMatching(/^(AbortError|ControlError)$/) as unknown,
  });
  await ended;
});

it('after ten wrong PINs it is locked, which the recovery key opens; with the keys told to serve, they do', async () => {
  await home.withVault(24, async (vault) => {
    for (let wrong = 1; wrong <= 9; wrong++)
      await expect(vault.verifyPin(WRONG_PIN)).rejects.toMatchObject({ code: 'pin-wrong' });
  });
  ada = await CeremonyPerson.sitDown(home, [key], {
    args: ['--serve-simulated', '--system-bus', bus.socket],
  });
  // The sensor alone is never enough.
  const { answer } = await ada.askedFor(using(), 'device-pin');
  await ada.typesPin(WRONG_PIN);
  await ada.seesTrouble('device-locked', 'recovery key');
  await mainWindow.hide();
  await ada.clicks(t.ceremonyOpenLatchkey);
  await expect.poll(mainWindow.isVisible, { timeout: PATIENCE }).toBe(true);
  await ada.person.find(t.deviceCardRecover).click();
  await ada.person.find(t.recoveryTyped).fill(recoveryKey);
  await ada.person.find(t.pinNew).fill(NEW_PIN);
  await ada.person.find(t.pinAgain).fill(NEW_PIN);
  await ada.person.find(t.pinSubmit).click();
  await ada.person.dialog(t.recovery, 'showing');
  const fresh = (await ada.person.text(t.recoveryKey)).replaceAll(' ', '-');
  await ada.person.find(t.recoveryNext).click();
  await ada.person.find(t.recoveryGroup).fill(fresh.split('-').at(-1) ?? '');
  await ada.person.find(t.recoveryFinish).click();
  await ada.person.noDialog();
  fprintd.calls.length = 0;
  await ada.clicks(t.ceremonyRetry);
  await ada.sees('device-biometrics');
  await ada.clicks(t.ceremonyUsePin);
  await ada.sees('device-pin');
  await ada.typesPin(NEW_PIN);
  await ada.seesItGone();
  await site.letsIn(await answer, onDevice);

  // Saving here is still turned off: the key is all there is.
  const create = await ada.askedFor(saving('eve'), 'key-pin');
  await ada.typesPin(KEY_PIN);
  await ada.sees('touch-key');
  await ada.person.touch(key.name);
  await ada.sees('saved', key.name);
  await ada.clicks(t.ceremonySubmit);
  await ada.seesItGone();
  await site.takes(await create.answer);
});
