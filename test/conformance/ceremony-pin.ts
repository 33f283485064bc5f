/** The PIN that the keys of the conformance cases have. Alone here, because a program that is no test asks for it, too. */
export const PIN = '1234';
