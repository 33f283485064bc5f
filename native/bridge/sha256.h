/* SHA-256 (FIPS 180-4) and HMAC (RFC 2104) with it, for the proofs of the handshake. */
#ifndef LATCHKEY_SHA256_H
#define LATCHKEY_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_LENGTH 32u
#define SHA256_BLOCK 64u

struct sha256 {
  uint32_t state[8];
  /* Bytes that were taken in. */
  uint64_t length;
  uint8_t block[SHA256_BLOCK];
};

void sha256_begin(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *bytes, size_t length);
/* Overwrites the state. */
void sha256_end(struct sha256 *hash, uint8_t digest[SHA256_LENGTH]);

/* Of any number of pieces, one after the other. The key is of SHA256_BLOCK bytes at the most. */
struct piece {
  const void *bytes;
  size_t length;
};
void hmac_sha256(const uint8_t *key, size_t key_length, const struct piece *pieces, size_t count,
                 uint8_t mac[SHA256_LENGTH]);

/* Overwrites what is needed no more; no compiler leaves it out. */
void wipe(void *bytes, size_t length);

#endif
