/* The relay's first frame to the app: RelayHello of main/bridge/messages.ts. */
#ifndef LATCHKEY_HELLO_H
#define LATCHKEY_HELLO_H

#include <stddef.h>
#include <stdint.h>

/* Writes its JSON; returns the bytes, or 0 when there is not room enough. What is no UTF-8 becomes U+FFFD, as WHATWG Encoding does. */
size_t write_hello(uint8_t *to, size_t room, int count, char *const *arguments, const char *browser);

#endif
