/**
 * A cpio archive in the "newc" format, the one the kernel unpacks as its first root
 * (Documentation/driver-api/early-userspace/buffer-format.rst).
 *
 * @typedef {object} Entry
 * @property {string} path             Without a leading slash.
 * @property {number} mode             File type and permissions, as in `stat`.
 * @property {Uint8Array} [content]    Of a file, or the target of a symbolic link.
 * @property {readonly [number, number]} [device]  Major and minor number of a device node.
 */

export const FOLDER = 0o040755;
export const PROGRAM = 0o100755;
export const LINK = 0o120777;
export const CHARACTER_DEVICE = 0o020600;

/**
 * @param {readonly Entry[]} entries   Folders before what is in them.
 * @returns {Buffer}
 */
export function cpioArchive(entries) {
  const parts = entries.flatMap((entry, index) => record(entry, index + 1));
  return Buffer.concat([...parts, ...record({ path: 'TRAILER!!!', mode: 0 }, 0)]);
}

/**
 * @param {Entry} entry
 * @param {number} inode
 */
function record({ path, mode, content = new Uint8Array(), device = [0, 0] }, inode) {
  const name = Buffer.from(`${path}\0`);
  const fields = [
    ...[inode, mode, 0, 0, 1, 0, content.length], // inode, mode, uid, gid, links, time, size
    ...[0, 0, ...device, name.length, 0], // device it is on, device it is, length of the name, checksum
  ];
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return [padded(Buffer.concat([Buffer.from(head), name])), padded(content)];
}

/** @param {Uint8Array} bytes */
function padded(bytes) {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
