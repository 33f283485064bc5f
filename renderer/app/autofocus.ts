/** Marks the control that has the focus when a state of a dialog appears. */
export const AUTOFOCUS = { 'data-autofocus': '' } as const;

/** The control that is marked so. */
export const AUTOFOCUSED = '[data-autofocus]';
