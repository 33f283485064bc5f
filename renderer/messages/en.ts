/** Every word the window shows, in English. One part per feature; a translation is another object of the type `Words`. */
import { browsers } from './en/browsers';
import { common } from './en/common';
import { device } from './en/device';
import { deviceDialogs } from './en/device-dialogs';
import { keys } from './en/keys';
import { advanced, simulator } from './en/pages';
import { passkeys } from './en/passkeys';
import { pin } from './en/pin';
import { reset } from './en/reset';
import { testers } from './en/testers';

export const words = {
  common,
  passkeys,
  device,
  deviceDialogs,
  keys,
  pin,
  reset,
  browsers,
  advanced,
  testers,
  simulator,
} as const;

export type Words = typeof words;
