/** What a key press in the list means. */

export type ListAction =
  | { readonly kind: 'move'; readonly to: number; readonly extend: boolean }
  | {
      readonly kind:
        'toggle' | 'select-all' | 'clear' | 'details' | 'menu' | 'delete' | 'into-row' | 'back-to-row';
    };

export interface PressedKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

export interface ListPosition {
  readonly index: number;
  readonly count: number;
  /** Rows that PageUp and PageDown move by. */
  readonly page: number;
  /** The row itself has the focus, not a control inside it. */
  readonly onRow: boolean;
}

/** Null: not ours, the browser may have it. */
export function listKey(pressed: PressedKey, at: ListPosition): ListAction | null {
  const target = moveTarget(pressed.key, at);
  if (target !== null) {
    const to = Math.max(0, Math.min(at.count - 1, target));
    return { kind: 'move', to, extend: pressed.shiftKey };
  }
  if (pressed.key === 'ContextMenu' || (pressed.key === 'F10' && pressed.shiftKey)) return { kind: 'menu' };
  if (pressed.key === 'Delete') return { kind: 'delete' };
  if (pressed.key === 'Escape') return { kind: 'clear' };
  if ((pressed.ctrlKey || pressed.metaKey) && pressed.key.toLowerCase() === 'a')
    return { kind: 'select-all' };
  if (pressed.key === 'ArrowRight' && at.onRow) return { kind: 'into-row' };
  if (pressed.key === 'ArrowLeft' && !at.onRow) return { kind: 'back-to-row' };
  // Inside a row, Space and Enter press the control that has the focus.
  if (!at.onRow) return null;
  if (pressed.key === ' ') return { kind: 'toggle' };
  if (pressed.key === 'Enter') return { kind: 'details' };
  return null;
}

function moveTarget(key: string, at: ListPosition): number | null {
  switch (key) {
    case 'ArrowDown':
      return at.index + 1;
    case 'ArrowUp':
      return at.index - 1;
    case 'PageDown':
      return at.index + at.page;
    case 'PageUp':
      return at.index - at.page;
    case 'Home':
      return 0;
    case 'End':
      return at.count - 1;
    default:
      return null;
  }
}
