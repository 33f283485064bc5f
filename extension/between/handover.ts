/**
 * How the two scripts of a frame get to know each other: at the start of the document, one after the other, with no script of the page
 * in between, and in either order. Both hear what the other dispatches on the document at once, before the call returns.
 */

/** From page.ts: is there a port? */
export const PORT_WANTED = 'latchkey-port-wanted';
/** From frame.ts: a MessageEvent with the port. Whoever takes it prevents the default. */
export const PORT_GIVEN = 'latchkey-port-given';
