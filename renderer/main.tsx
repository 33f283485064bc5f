import { mount } from './app/mount';
import type { LatchkeyApi } from '../preload/contract';

declare global {
  interface Window {
    readonly latchkey: LatchkeyApi;
  }
}

const root = document.getElementById('root');
if (root !== null) mount(root, window.latchkey);
