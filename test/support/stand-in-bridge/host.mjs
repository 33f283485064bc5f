/** Started by a browser as native messaging host, in tests: passes bytes between it and the test that waits at a socket. */
import { connect } from 'node:net';

const [, , socketPath, ...given] = process.argv;
const socket = connect(String(socketPath));
const about = Buffer.from(JSON.stringify({ given }));
const length = Buffer.alloc(4);
length.writeUInt32LE(about.length);
socket.write(Buffer.concat([length, about]));
process.stdin.pipe(socket);
socket.pipe(process.stdout);
socket.on('error', () => process.exit(1));
socket.on('close', () => process.exit(0));
