/** The relay in plain Node with times that a test can wait for: FOLDER ARGUMENT… as relay.mjs. */
import { Relay } from '../../../native/bridge/relay.mjs';

const [, , folder = '', ...browsers] = process.argv;
process.exit(await new Relay(folder, browsers, { start: 300, answer: 300 }).run());
