#include "sha256.h"

#include <string.h>

/* FIPS 180-4 §4.2.2. */
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

void wipe(void *bytes, size_t length) {
  volatile uint8_t *at = bytes;
  while (length > 0) {
    *at++ = 0;
    length--;
  }
}

static uint32_t rotated(uint32_t word, unsigned bits) {
  return (word >> bits) | (word << (32u - bits));
}

static uint32_t word_at(const uint8_t *bytes) {
  return ((uint32_t)bytes[0] << 24) | ((uint32_t)bytes[1] << 16) | ((uint32_t)bytes[2] << 8) | bytes[3];
}

/* FIPS 180-4 §6.2.2. */
static void take_block(uint32_t state[8], const uint8_t *block) {
  uint32_t schedule[64];
  for (size_t t = 0; t < 16; t++) schedule[t] = word_at(block + 4 * t);
  for (size_t t = 16; t < 64; t++) {
    uint32_t w15 = schedule[t - 15], w2 = schedule[t - 2];
    uint32_t s0 = rotated(w15, 7) ^ rotated(w15, 18) ^ (w15 >> 3);
    uint32_t s1 = rotated(w2, 17) ^ rotated(w2, 19) ^ (w2 >> 10);
    schedule[t] = schedule[t - 16] + s0 + schedule[t - 7] + s1;
  }
  uint32_t v[8];
  memcpy(v, state, sizeof v);
  for (size_t t = 0; t < 64; t++) {
    uint32_t sum1 = rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25);
    uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
    uint32_t t1 = v[7] + sum1 + choice + round_constants[t] + schedule[t];
    uint32_t sum0 = rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22);
    uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    memmove(v + 1, v, 7 * sizeof v[0]);
    v[4] += t1;
    v[0] = t1 + sum0 + majority;
  }
  for (size_t i = 0; i < 8; i++) state[i] += v[i];
  wipe(schedule, sizeof schedule);
  wipe(v, sizeof v);
}

void sha256_begin(struct sha256 *hash) {
  static const uint32_t first[8] = {
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  };
  memcpy(hash->state, first, sizeof first);
  hash->length = 0;
}

void sha256_add(struct sha256 *hash, const void *bytes, size_t length) {
  const uint8_t *from = bytes;
  while (length > 0) {
    size_t held = (size_t)(hash->length % SHA256_BLOCK);
    size_t room = SHA256_BLOCK - held;
    size_t taken = length < room ? length : room;
    memcpy(hash->block + held, from, taken);
    hash->length += taken;
    from += taken;
    length -= taken;
    if (taken == room) take_block(hash->state, hash->block);
  }
}

void sha256_end(struct sha256 *hash, uint8_t digest[SHA256_LENGTH]) {
  static const uint8_t padding[SHA256_BLOCK] = {0x80};
  uint64_t bits = hash->length * 8;
  size_t held = (size_t)(hash->length % SHA256_BLOCK);
  sha256_add(hash, padding, held < 56 ? 56 - held : 56 + SHA256_BLOCK - held);
  uint8_t length[8];
  for (size_t i = 0; i < 8; i++) length[i] = (uint8_t)(bits >> (56 - 8 * i));
  sha256_add(hash, length, sizeof length);
  for (size_t i = 0; i < SHA256_LENGTH; i++) digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
  wipe(hash, sizeof *hash);
}

void hmac_sha256(const uint8_t *key, size_t key_length, const struct piece *pieces, size_t count,
                 uint8_t mac[SHA256_LENGTH]) {
  uint8_t inner[SHA256_BLOCK] = {0}, outer[SHA256_BLOCK] = {0}, digest[SHA256_LENGTH];
  memcpy(inner, key, key_length);
  memcpy(outer, key, key_length);
  for (size_t i = 0; i < SHA256_BLOCK; i++) {
    inner[i] ^= 0x36;
    outer[i] ^= 0x5c;
  }
  struct sha256 hash;
  sha256_begin(&hash);
  sha256_add(&hash, inner, sizeof inner);
  for (size_t i = 0; i < count; i++) sha256_add(&hash, pieces[i].bytes, pieces[i].length);
  sha256_end(&hash, digest);
  sha256_begin(&hash);
  sha256_add(&hash, outer, sizeof outer);
  sha256_add(&hash, digest, sizeof digest);
  sha256_end(&hash, mac);
  wipe(inner, sizeof inner);
  wipe(outer, sizeof outer);
  wipe(digest, sizeof digest);
}
