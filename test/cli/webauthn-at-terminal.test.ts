/** `latchkey webauthn create` and `get`, without an app, by somebody at a terminal. */
import { beforeEach, describe, expect, it } from 'vitest';
import { PIN } from '../support/desk';
import { PIN as DEVICE_PIN } from '../support/memory-vault';
import { ownNamesIn } from '../support/own-names';
import { creationJson, PAGE, registered, SITE } from '../support/site';
import { handleOf, made, PASSPHRASE, WebAuthnBench, withFile } from '../support/webauthn-command-line';

let bench: WebAuthnBench;
beforeEach(() => {
  bench = new WebAuthnBench();
});

describe('at a terminal', () => {
  it('saves to this device: the places, the PIN again after a wrong one, a name of one’s own', async () => {
    await bench.withDevice();
    await bench.plugNamed('key');
    const { code, out, err } = await bench.atTerminal(
      'create',
      [
        ['Which one', '1'],
        ['PIN of this device', '111111'],
        ['PIN of this device', DEVICE_PIN],
        ['A name of your own', '  My laptop '],
      ],
      ['--data-folder', '/vault', '--soft-key', 'demo'],
    );
    expect(code).toBe(0);
    const passkey = await registered(out);
    expect(err).toBe(
      `${PAGE} asks to save a passkey for ada@example.org (Ada Lovelace). Its passkeys are those of ${SITE}.\n` +
        'Choose where to save this passkey:\n' +
        '  1  This device: asks for its PIN\n' +
        '  2  Security key “Simulated key”: asks for its PIN\n' +
        '  3  Another security key: plug it in, or touch it\n' +
        '  -  iPhone, iPad or Android device: not from the command line\n' +
        'Which one (number; Enter cancels)? 1\n' +
        'PIN of this device (Enter for other ways): \n' +
        'That PIN is wrong. 9 tries are left.\n' +
        'PIN of this device (Enter for other ways): \n' +
        'Passkey saved on this device. It stays there: it is device-bound.\n' +
        'A name of your own for it (Enter for none):   My laptop \n' +
        'It is called “My laptop” in Latchkey.\n',
    );
    const kept = ownNamesIn(bench.namesFile);
    await kept.read();
    expect(kept.nameOf(Buffer.from(passkey.credential.id, 'base64url'))).toBe('My laptop');
  });

  it('asks for no name of one’s own where this device is left alone', async () => {
    await bench.plug();
    const { code, err } = await bench.atTerminal('create', [['PIN of', PIN]]);
    expect(code).toBe(0);
    expect(err).not.toContain('name of your own');
    expect(bench.questions.map(({ kind }) => kind)).toEqual(['secret']);
  });

  it('gives a key its first PIN, twice the same and by its rules', async () => {
    const { simulated } = await bench.plug({ pin: null });
    const { code, out, err } = await bench.atTerminal('create', [
      ['New PIN of', '12'],
      ['again', '12'],
      ['New PIN of', '4711'],
      ['again', '4712'],
      ['New PIN of', '4711'],
      ['again', '4711'],
    ]);
    expect({ code, err }).toMatchObject({ code: 0 });
    await registered(out);
    expect(err).toContain('has no PIN yet');
    expect(err).toContain('That PIN is too short: it takes at least 4 characters.');
    expect(err).toContain('The two are not the same.');
    expect(simulated.snapshot().pin.hash).toBeDefined();
  });

  it('changes a PIN that the key wants changed', async () => {
    await bench.plug({ profile: '2.3', forceChange: true });
    const { code, err } = await bench.atTerminal('create', [
      ['Present PIN', '000000'],
      ['New PIN of', '471100'],
      ['again', '471100'],
      ['Present PIN', PIN],
      ['New PIN of', '471100'],
      ['again', '471100'],
    ]);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('wants a new PIN before anything else');
    expect(err).toContain('That PIN is wrong. 7 tries are left.');
  });

  it('tells a wrong PIN of a key with the tries, until the key blocks: with its next step', async () => {
    await bench.plug();
    const { code, err } = await bench.atTerminal('create', [
      ['PIN of', '000001'],
      ['PIN of', '000002'],
      ['PIN of', '000003'],
      ['Which one', ''],
    ]);
    expect(code).toBe(24);
    expect(err).toContain('That PIN is wrong. 7 tries are left.');
    expect(err).toContain('takes no PIN until it was taken out and put back in');
    expect(err).toMatch(/ {2}1 {2}Try again\n/);
  });

  it('lists several accounts, and signs in with the one that is chosen', async () => {
    await bench.plug();
    for (const name of ['ada', 'bob'])
      await made(
        bench.byProgram(
          'create',
          [PIN],
          ['--soft-key', 'demo'],
          creationJson({ user: { id: handleOf(name), name, displayName: '' } }),
        ),
      );
    const { code, err, out } = await bench.atTerminal('get', [
      ['PIN of', PIN],
      ['Which one', '7'],
      ['Which one', '2'],
    ]);
    expect(code).toBe(0);
    expect(err).toContain('Type a number from 1 to 3');
    const chosen = /^ {2}2 {2}(\w+), on “Simulated security key”$/m.exec(err)?.[1] ?? '';
    expect(JSON.parse(out)).toMatchObject({
      response: { userHandle: handleOf(chosen) },
    });
  });

  it('touches: the name of the key, and the first of two wins', async () => {
    const one = await bench.plugNamed('one');
    const two = await bench.plugNamed('two');
    for (const { presence } of [one, two]) presence.next('wait');
    const running = bench.atTerminal('create', [['PIN of “Simulated two”', PIN]]);
    await bench.until(() => one.presence.waiting && two.presence.waiting);
    expect(bench.told).toContain('Touch one of the security keys “Simulated one”, “Simulated two” …');
    two.presence.answer('granted');
    const { code } = await running;
    expect(code).toBe(0);
    expect(one.presence.waiting).toBe(false);
    expect(one.simulated.snapshot().credentials).toHaveLength(0);
    expect(two.simulated.snapshot().credentials).toHaveLength(1);
  });

  it('waits for a key to be plugged in', async () => {
    const running = bench.atTerminal('create', [['PIN of', PIN]]);
    await bench.until(() => bench.told.includes('Plug in a security key …'));
    await bench.plugNamed('late');
    expect(await running).toMatchObject({ code: 0 });
  });

  it('goes on when a key that was taken out is back', async () => {
    const { soft, presence } = await bench.plugNamed('loose');
    presence.next('wait');
    const running = bench.atTerminal('create', [
      ['PIN of', PIN],
      ['Which one', () => (bench.observed.bus.plug(soft), '1')],
      ['PIN of', PIN],
    ]);
    await bench.until(() => presence.waiting);
    bench.observed.bus.unplug(soft);
    const { code, err } = await running;
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('“Simulated loose” was taken out.');
  });

  it('tries again when nobody touched the key in time', async () => {
    const { presence } = await bench.plug();
    presence.next('timed-out');
    const { code, err } = await bench.atTerminal('create', [
      ['PIN of', PIN],
      ['Which one', '1'],
      ['PIN of', PIN],
    ]);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('Nobody touched “Simulated security key” in time.');
  });

  it('touches the sensor of a key that has one, again when the finger was not recognised', async () => {
    const { presence } = await bench.plug({ profile: 'fingerprint', fingers: [{ friendlyName: 'thumb' }] });
    presence.fingers.next('no-match');
    const { code, err } = await bench.atTerminal('create', []);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('Touch the sensor of “Simulated');
    expect(err).toMatch(/That finger was not recognised\. \d tries are left\. Touch the sensor/);
  });

  it('goes elsewhere from a PIN: nothing typed tells the other ways', async () => {
    await bench.withDevice();
    await bench.plugNamed('key');
    const { code, err } = await bench.atTerminal(
      'create',
      [
        ['Which one', '2'],
        ['PIN of “Simulated key”', ''],
        ['Which one', '2'],
        ['Which one', '1'],
        ['PIN of this device', DEVICE_PIN],
        ['A name', ''],
      ],
      ['--data-folder', '/vault', '--soft-key', 'demo'],
    );
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('  1  Type it after all\n  2  Use another device\n  3  Back to the choice\n');
  });

  it('goes elsewhere while a key waits for a touch, and the key stops blinking', async () => {
    await bench.withDevice();
    const { presence } = await bench.plugNamed('key');
    presence.next('wait');
    const { code, err } = await bench.atTerminal(
      'create',
      [
        ['Which one', '2'],
        ['PIN of “Simulated key”', PIN],
        ['1 use another device', '1'],
        ['Which one', '1'],
        ['PIN of this device', DEVICE_PIN],
        ['A name', ''],
      ],
      ['--data-folder', '/vault', '--soft-key', 'demo'],
    );
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(presence.waiting).toBe(false);
  });

  it('shows a key in the list as soon as it is plugged in', async () => {
    await bench.withDevice();
    const running = bench.atTerminal(
      'create',
      [
        ['Which one', () => (void bench.plugNamed('late'), 'nothing yet')],
        ['Which one', '2'],
        ['PIN of “Simulated late”', PIN],
        ['A name', ''],
      ],
      ['--data-folder', '/vault', '--soft-key', 'demo'],
    );
    const { code, err } = await running;
    expect({ code, err }).toMatchObject({ code: 0 });
  });

  it('asks for the passphrase of this device, again when it was wrong', async () => {
    await bench.withDevice(PASSPHRASE);
    const { code, err } = await bench.atTerminal(
      'create',
      [
        ['Passphrase of this device', 'wrong one'],
        ['Passphrase of this device', PASSPHRASE],
        ['PIN of this device', DEVICE_PIN],
        ['A name', ''],
      ],
      ['--on', 'device'],
    );
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('That passphrase is wrong.');
  });

  it('asks at the terminal itself with --options, and reads no line of a pipe', async () => {
    await bench.plug();
    const outcome = await withFile(creationJson(), (path) =>
      bench.run(['--soft-key', 'demo', 'webauthn', 'create', '--origin', PAGE, '--options', path], {
        interactive: true,
        input: [PIN],
      }),
    );
    expect(outcome).toMatchObject({ code: 0 });
    expect(bench.questions).toMatchObject([{ kind: 'secret' }]);
  });
});
