/** The relay put where browsers find it, on a real disk. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskRelayInstaller, relayName } from '../../../native/bridge/install-relay';

let root: string;
let folder: string;
let compiled: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'latchkey-install-'));
  folder = join(root, "Ada's vault $HOME %PATH%", 'bridge');
  compiled = join(root, 'compiled');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const script = (): string => {
  const path = join(root, 'print "it".mjs');
  writeFileSync(
    path,
    'console.log(JSON.stringify([process.env.ELECTRON_RUN_AS_NODE, ...process.argv.slice(2)]));',
  );
  return path;
};

describe.runIf(process.platform !== 'win32')('a compiled relay', () => {
  it('becomes a program of this user alone in the bridge folder, which is made', async () => {
    writeFileSync(compiled, '#!/bin/sh\necho here', { mode: 0o644 });
    const path = await new DiskRelayInstaller({ compiled }).install(folder);
    expect(path).toBe(join(folder, 'latchkey-bridge'));
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(spawnSync(path, { encoding: 'utf8' }).stdout).toBe('here\n');
    expect(readdirSync(folder)).toEqual(['latchkey-bridge']);
  });

  it('is not written again while it is the same', async () => {
    writeFileSync(compiled, 'one');
    const installer = new DiskRelayInstaller({ compiled });
    const { ino } = statSync(await installer.install(folder));
    expect(statSync(await installer.install(folder)).ino).toBe(ino);
    writeFileSync(compiled, 'two');
    const path = await installer.install(folder);
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(statSync(path).ino).not.toBe(ino);
  });

  it('is mended when it lost its permissions', async () => {
    writeFileSync(compiled, 'one');
    const installer = new DiskRelayInstaller({ compiled });
    chmodSync(await installer.install(folder), 0o666);
    expect(statSync(await installer.install(folder)).mode & 0o777).toBe(0o700);
  });

  it('is replaced while it runs, and goes on', async () => {
    const cat = spawnSync('sh', ['-c', 'command -v cat'], { encoding: 'utf8' }).stdout.trim();
    copyFileSync(cat, compiled);
    const installer = new DiskRelayInstaller({ compiled });
    const path = await installer.install(folder);
    const running = spawn(path, { stdio: ['pipe', 'pipe', 'inherit'] });
    const said = (): Promise<string> =>
      new Promise((resolve) => running.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString())));
    running.stdin.write('before');
    expect(await said()).toBe('before');
    writeFileSync(compiled, '#!/bin/sh\necho newer');
    expect(await installer.install(folder)).toBe(path);
    running.stdin.write('after');
    expect(await said()).toBe('after');
    running.stdin.end();
    expect(spawnSync(path, { encoding: 'utf8' }).stdout).toBe('newer\n');
  });

  it('that is missing is said', async () => {
    await expect(new DiskRelayInstaller({ compiled }).install(folder)).rejects.toThrow(
      `This Latchkey has no program for browsers: ${compiled} cannot be read.`,
    );
    expect(existsSync(folder)).toBe(false);
  });

  it('is taken in place of the script', async () => {
    writeFileSync(compiled, 'compiled');
    const path = await new DiskRelayInstaller({ compiled, script: script() }).install(folder);
    expect(readFileSync(path, 'utf8')).toBe('compiled');
  });
});

describe.runIf(process.platform !== 'win32')('a relay that was never compiled', () => {
  it('is a script that knows its folder, passes on the arguments, and has the browser as its parent', async () => {
    const path = await new DiskRelayInstaller({ compiled, script: script() }).install(folder);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    const { stdout } = spawnSync(path, ['chrome-extension://abc/', 'a "b" $c'], { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual(['1', folder, 'chrome-extension://abc/', 'a "b" $c']);
    expect(readFileSync(path, 'utf8')).toContain(' exec ');
  });
});

describe('on Windows', () => {
  it('a relay that runs gets another name first, which is cleared away the next time', async () => {
    writeFileSync(compiled, 'one');
    const installer = new DiskRelayInstaller({ compiled }, 'win32');
    const path = await installer.install(folder);
    expect(path).toBe(join(folder, relayName('win32')));
    writeFileSync(compiled, 'two');
    await installer.install(folder);
    const old = readdirSync(folder).filter((name) => name.endsWith('.old'));
    expect(old).toHaveLength(1);
    expect(readFileSync(join(folder, old[0]!), 'utf8')).toBe('one');
    await installer.install(folder);
    expect(readdirSync(folder)).toEqual(['latchkey-bridge.exe']);
    expect(readFileSync(path, 'utf8')).toBe('two');
  });

  it('is a batch file when it was never compiled, in which nothing is a variable', async () => {
    const path = await new DiskRelayInstaller(
      { compiled, script: 'C:\\l\\relay.mjs' },
      'win32',
      'C:\\n\\node.exe',
    ).install(folder);
    expect(path).toBe(join(folder, 'latchkey-bridge.bat'));
    const lines = readFileSync(path, 'utf8').split('\r\n');
    expect(lines).toContain(`"C:\\n\\node.exe" "C:\\l\\relay.mjs" "${folder.replaceAll('%', '%%')}" %*`);
  });
});
