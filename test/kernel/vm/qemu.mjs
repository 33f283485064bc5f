/** Boots the test VM and waits for its end. */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/**
 * @param {import('./image.mjs').Image} image
 * @param {object} options
 * @param {string} options.share        A folder that the guest sees, writable, as /run/results; it runs `guest.sh` from there.
 * @param {number} options.memory       Megabytes.
 * @param {number} options.limit        Milliseconds; then the VM is killed.
 * @param {(text: string) => void} options.onConsole
 * @returns {Promise<{ timedOut: boolean }>}
 */
export async function runVm(image, { share, memory, limit, onConsole }) {
  const machine = spawn(
    'qemu-system-x86_64',
    [
      ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-m', String(memory), '-smp', '2'],
      ...['-kernel', image.kernel, '-initrd', image.initramfs],
      ...['-append', 'console=ttyS0 panic=-1 quiet random.trust_cpu=on mitigations=off'],
      ...['-nographic', '-no-reboot', '-nic', 'none', '-device', 'virtio-rng-pci'],
      ...['-virtfs', 'local,path=/,mount_tag=hostroot,security_model=none,readonly=on,multidevs=remap'],
      ...[
        '-virtfs',
        `local,path=${share.replaceAll(',', ',,')},mount_tag=results,security_model=none,multidevs=remap`,
      ],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    machine.kill('SIGKILL');
  }, limit);
  const killWithUs = () => machine.kill('SIGKILL');
  process.on('exit', killWithUs);
  for (const stream of [machine.stdout, machine.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (/** @type {string} */ text) => {
      appendFileSync(`${share}/console.log`, text);
      onConsole(text);
    });
  }
  try {
    await new Promise((done, failed) => {
      machine.once('error', failed);
      machine.once('close', done);
    });
  } finally {
    clearTimeout(timer);
    process.off('exit', killWithUs);
  }
  return { timedOut };
}
