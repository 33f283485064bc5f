/** What a frame waits for. */
import type { FromExtension, PageFacts, ScreenArea } from '../../main/bridge/messages';
import type { FromFrame } from '../between/frame-messages';
import type { ToPage } from '../between/page-messages';
import type { FrameSession } from './frame-session';

export type Asked = Exclude<FromFrame, { is: 'field' | 'cancel' | 'alive' }>;

export interface Field {
  readonly is: 'entered' | 'wanted';
  readonly area?: ScreenArea;
}

export interface Pending {
  readonly frame: FrameSession;
  readonly asked: Asked;
  /** By which the app knows it, on this connection. Absent: the app has not been told. */
  appId?: number;
  /** Of an autofill: the field that the person is in. */
  field?: Field;
}

/** Without the ID of the frame's own counting. */
export type AnswerToFrame = ToPage extends infer One
  ? One extends unknown
    ? Omit<One, 'id'>
    : never
  : never;

export const FALL_THROUGH = { is: 'fall-through' } as const;

/** The message to the app. Undefined for a question that the worker answers itself. */
export function messageOf(id: number, { asked, frame }: Pending): FromExtension | undefined {
  const facts: PageFacts = {
    origin: frame.origin,
    ...(asked.topOrigin !== undefined && { topOrigin: asked.topOrigin }),
    ...(frame.isPrivate && { isPrivate: true }),
  };
  switch (asked.is) {
    case 'create':
    case 'get':
      return { type: 'request', id, kind: asked.is, options: asked.options, ...facts };
    case 'autofill':
      return { type: 'autofill', id, options: asked.options, ...facts };
    case 'signal':
      return { type: 'signal', id, signal: asked.signal, options: asked.options, ...facts };
    case 'device':
      return undefined;
  }
}

const encoder = new TextEncoder();

/** Bytes of a message on its way to the app: browsers write a few characters as six. */
export function sizeOf(message: object): number {
  const text = JSON.stringify(message);
  const longer = text.match(/[<>&\u007f\u2028\u2029]/g)?.length ?? 0;
  return encoder.encode(text).length + 5 * longer;
}
