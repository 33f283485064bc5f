/** What page.ts, in the page's own world, and frame.ts say to each other through a private MessagePort: JSON texts, nothing else. */
import type { Answer, OptionsJson, SignalName } from '../../main/bridge/messages';

/** Characters of a message of a page. The app takes frames of 1 MiB, in which a character may need two bytes. */
export const LONGEST_FROM_PAGE = 512 * 1024;

/** `id` counts up in the frame; the answer to it has the same, once. */
export type FromPage =
  | { readonly is: 'create' | 'get' | 'autofill'; readonly id: number; readonly options: OptionsJson }
  | {
      readonly is: 'signal';
      readonly id: number;
      readonly signal: SignalName;
      readonly options: OptionsJson;
    }
  /** Whether passkeys can be saved and used on this device. */
  | { readonly is: 'device'; readonly id: number }
  /** There is no answer any more. */
  | { readonly is: 'cancel'; readonly id: number };

export type ToPage = { readonly id: number } & (Answer | { readonly is: 'device'; readonly device: boolean });
