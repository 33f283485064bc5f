/** authenticatorReset (CTAP 2.1 §6.6): back to factory defaults; no parameters, no answer. */
export const RESET = 0x07;
