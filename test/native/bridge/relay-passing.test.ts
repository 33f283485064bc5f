/** What the relay passes on between a browser and an app that know each other, and how it ends. */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { RelayHello } from '../../../main/bridge/messages';
import { SystemRandom } from '../../../native/random';
import { describeEachRelay, endsQuietly, fails, MEBIBYTE, ORIGIN, PATIENCE, says } from './relay-bench';
import { frame } from './running-relay';
import { known } from './stand-in-app';

describeEachRelay('with the app running', (bench) => {
  it('tells the app who started it, before anything else', async () => {
    const app = await bench.standInApp();
    const browser = await bench.start({ args: [ORIGIN, '--parent-window=0'] });
    browser.send('{"type":"hello"}');
    const inside = await app.relay();
    const hello: RelayHello = {
      type: 'relay',
      arguments: [ORIGIN, '--parent-window=0'],
      browser: realpathSync(process.execPath),
    };
    expect((await inside.next())?.toString()).toBe(JSON.stringify(hello));
    expect((await inside.next())?.toString()).toBe('{"type":"hello"}');
    await says(browser, { relay: 'connected' });
  });

  it('tells every argument as it is, and what is no text with replacements', async () => {
    const app = await bench.standInApp();
    const path = await bench.installed();
    const plain = ['', '"\\\b\n\x01\x1f\x7f', "$HOME 'é' 👩‍👩‍👧", '--', '../x'];
    // Bytes that are no UTF-8 can be given by a shell alone: bad first ones, half characters, a surrogate, more than there are.
    const bytes = String.raw`a\377b\300\200\355\240\200\360\237\221c\342\202\364\220\200\200\303`;
    bench.run('/bin/sh', [
      '-c',
      `program=$0; last=$(printf '${bytes}'); exec "$program" "$@" "$last"`,
      path,
      ...plain,
    ]);
    const octal = bytes.replace(/\\(\d{3})|./g, (all, code: string | undefined) =>
      String.fromCharCode(code ? parseInt(code, 8) : all.charCodeAt(0)),
    );
    const inside = await app.relay();
    const sent = (await inside.next())!;
    // What is no text would not be the same again.
    expect(Buffer.from(sent.toString())).toEqual(sent);
    const hello = JSON.parse(sent.toString()) as RelayHello;
    expect(hello.arguments).toEqual([...plain, Buffer.from(octal, 'latin1').toString('utf8')]);
  });

  it('passes frames of every length on, both ways, as they are', async () => {
    const { browser, inside } = await bench.connected();
    const random = new SystemRandom();
    for (const length of [0, 1, 3, 4, 5, 4096, 65_535, 65_536, 65_537, MEBIBYTE - 1, MEBIBYTE]) {
      const content = random.bytes(length);
      browser.send(content);
      expect(Buffer.compare((await inside.next())!, content)).toBe(0);
      await inside.send(content);
      expect(Buffer.compare((await browser.next())!, content)).toBe(0);
    }
  });

  it('passes many frames on in their order, however they come in pieces', async () => {
    const { browser, inside } = await bench.connected();
    const contents = Array.from({ length: 500 }, (_, index) =>
      Buffer.from(`{"n":${index},"p":"${'x'.repeat(index)}"}`),
    );
    const all = Buffer.concat(contents.map((content) => frame(content)));
    for (let at = 0, piece = 1; at < all.length; at += piece, piece = (piece * 7) % 1013) {
      await browser.write(all.subarray(at, at + piece));
      await inside.write(all.subarray(at, at + piece));
    }
    for (const content of contents) {
      expect(Buffer.compare((await inside.next())!, content)).toBe(0);
      expect(Buffer.compare((await browser.next())!, content)).toBe(0);
    }
  });

  it('passes a frame on that comes byte by byte, once it is whole', async () => {
    const { browser, inside } = await bench.connected();
    const whole = frame('{"type":"hello"}');
    for (const byte of whole.subarray(0, -1)) await browser.write(Uint8Array.of(byte));
    for (const byte of whole.subarray(0, -1)) await inside.write(Uint8Array.of(byte));
    const reached: string[] = [];
    const both = [
      inside.next().then(() => reached.push('app')),
      browser.next().then(() => reached.push('browser')),
    ];
    // Meanwhile another relay comes and goes: had half a frame been passed on, it would be there by now.
    const other = await bench.start();
    await says(other, { relay: 'connected' });
    expect(reached).toEqual([]);
    await browser.write(whole.subarray(-1));
    await inside.write(whole.subarray(-1));
    await Promise.all(both);
  });

  it('refuses a frame of more than 1 MiB from the browser', async () => {
    const { browser, inside } = await bench.connected();
    const head = Buffer.alloc(4);
    head.writeUInt32LE(MEBIBYTE + 1);
    await browser.write(head);
    await fails(browser, 'protocol');
    expect(await inside.next()).toBeUndefined();
  });

  it('refuses a frame of more than 1 MiB from the app', async () => {
    const { browser, inside } = await bench.connected();
    await inside.send('{}');
    await inside.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
    expect(await browser.nextText()).toBe('{}');
    await fails(browser, 'protocol');
  });

  it('says what the matter is once, where both misbehave at the same time', async () => {
    const app = await bench.standInApp();
    for (let round = 0; round < 10; round++) {
      const browser = await bench.start();
      const inside = await app.relay();
      await says(browser, { relay: 'connected' });
      const bad = Buffer.alloc(4, 0xff);
      // Whichever comes second may find it gone.
      await Promise.allSettled([browser.write(bad), inside.write(bad)]);
      await fails(browser, 'protocol');
    }
  });

  it('drops half a frame that the browser ends in', async () => {
    const { browser, inside } = await bench.connected();
    await browser.write(frame('{"type":"hello"}').subarray(0, 11));
    browser.endInput();
    await endsQuietly(browser);
    expect(await inside.next()).toBeUndefined();
  });

  it('drops half a frame that the app ends in', async () => {
    const { browser, inside } = await bench.connected();
    await inside.write(frame('{"type":"welcome"}').subarray(0, 11));
    inside.close();
    await fails(browser, 'closed');
  });

  it('passes on what the app says last', async () => {
    const { browser, inside } = await bench.connected();
    for (let count = 0; count < 3; count++) await inside.send('x'.repeat(MEBIBYTE));
    await inside.send('{"type":"unwelcome"}');
    inside.close();
    for (let count = 0; count < 3; count++) expect(await browser.next()).toHaveLength(MEBIBYTE);
    expect(await browser.nextText()).toBe('{"type":"unwelcome"}');
    await fails(browser, 'closed');
  });

  it('ends with the browser', async () => {
    const { browser, inside } = await bench.connected();
    browser.vanish();
    expect(await inside.next()).toBeUndefined();
    expect((await browser.ended).code).toBe(0);
  });

  it('ends with the browser although the app takes nothing', async () => {
    const taken = new Promise<Socket>((resolve) => void bench.listen(known(bench.secret, resolve)));
    const browser = await bench.start();
    const socket = await taken;
    await says(browser, { relay: 'connected' });
    // More than the system holds for a socket that nobody reads. Its first bytes tell that the relay has all of it.
    const begun = new Promise<void>((resolve) =>
      socket
        .on('data', (bytes: Buffer) => {
          if (!bytes.includes('x'.repeat(100))) return;
          socket.pause();
          resolve();
        })
        .resume(),
    );
    void browser.write(frame('x'.repeat(MEBIBYTE)));
    await begun;
    await browser.write(frame('{}'));
    browser.vanish();
    expect((await browser.ended).code).toBe(0);
    socket.destroy();
  });

  it('ends when nobody reads what it writes any more', async () => {
    const { browser, inside } = await bench.connected();
    browser.stopReading();
    await inside.send('{}');
    expect(await inside.next()).toBeUndefined();
    expect((await browser.ended).code).toBe(0);
  });

  it('does not hold up one way while the other waits, and holds no more than a few frames', async () => {
    const app = await bench.standInApp();
    const browser = await bench.start({ reading: false });
    const inside = await app.relay();
    await inside.next();
    const content = Buffer.alloc(MEBIBYTE, 'y');
    const sent = Array.from({ length: 16 }, () => inside.send(content));
    for (let count = 0; count < 16; count++) {
      browser.send(content);
      expect(Buffer.compare((await inside.next())!, content)).toBe(0);
    }
    if (bench.program.compiled && !bench.program.sanitized) {
      const most = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${browser.pid}/status`, 'utf8'));
      expect(Number(most?.[1])).toBeLessThan(6 * 1024);
    }
    browser.read();
    await says(browser, { relay: 'connected' });
    for (let count = 0; count < 16; count++) expect(Buffer.compare((await browser.next())!, content)).toBe(0);
    await Promise.all(sent);
  });

  it(
    'serves many browsers at once, each apart',
    async () => {
      const app = await bench.standInApp();
      const browsers = await Promise.all(
        Array.from({ length: 8 }, (_, index) => bench.start({ args: [`b${index}`] })),
      );
      for (let count = 0; count < browsers.length; count++) {
        const inside = await app.relay();
        void (async () => {
          const { arguments: names } = JSON.parse((await inside.next())!.toString()) as RelayHello;
          for (let next = await inside.next(); next; next = await inside.next())
            await inside.send(`${names.join()} said ${next.toString()}`);
        })();
      }
      for (const [index, browser] of browsers.entries()) browser.send(`hello ${index}`);
      for (const [index, browser] of browsers.entries()) {
        await says(browser, { relay: 'connected' });
        expect(await browser.nextText()).toBe(`b${index} said hello ${index}`);
      }
    },
    PATIENCE,
  );

  it(
    `leaves nothing behind after ${bench.program.rounds} connections`,
    async () => {
      const app = await bench.standInApp();
      const files = (): number => readdirSync('/proc/self/fd').length;
      let before = 0;
      for (let round = 0; round < bench.program.rounds; round++) {
        const browser = await bench.start();
        const inside = await app.relay();
        browser.send('{}');
        await inside.next();
        expect((await inside.next())?.toString()).toBe('{}');
        if (round % 2 === 0) {
          browser.endInput();
          expect(await inside.next()).toBeUndefined();
        } else inside.close();
        await browser.ended;
        // The first ones open what stays open.
        if (round === 3) before = files();
      }
      expect(files()).toBeLessThanOrEqual(before);
    },
    PATIENCE,
  );
});
