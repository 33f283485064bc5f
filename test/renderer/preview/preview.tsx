/** The window on a made-up main process: `?scenario=` says which state. `window.fake` drives it. */
import { mount } from '../../../renderer/app/mount';
import { listen } from '../../../renderer/store/feed';
import type { FakeLatchkey } from '../../support/fake-latchkey';
import { scenario } from './scenarios';

declare global {
  interface Window {
    fake: FakeLatchkey;
  }
}

const fake = scenario(new URLSearchParams(window.location.search).get('scenario') ?? 'demo');
window.fake = fake;
const root = document.getElementById('root');
if (root !== null) mount(root, fake, listen(fake));
