/** `npm run kit`: writes what the test kit and its document say about the code. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kitFiles } from '../test/support/kit-files';
import { projectRoot } from './places.mjs';

for (const [path, content] of await kitFiles()) writeFileSync(join(projectRoot, path), content);
