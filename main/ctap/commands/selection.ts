/** authenticatorSelection (CTAP 2.1 §6.9): waits for a touch; no parameters, no answer. */
export const SELECTION = 0x0b;
