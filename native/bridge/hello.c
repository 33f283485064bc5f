#include "hello.h"

#include <stdbool.h>
#include <string.h>

struct writer {
  uint8_t *to;
  size_t room;
  size_t used;
  bool full;
};

static void add(struct writer *writer, const void *bytes, size_t length) {
  if (writer->full || length > writer->room - writer->used) {
    writer->full = true;
    return;
  }
  memcpy(writer->to + writer->used, bytes, length);
  writer->used += length;
}

static void add_text(struct writer *writer, const char *text) {
  add(writer, text, strlen(text));
}

/*
 * The bytes of the UTF-8 character at `from`, or 0 where there is none; `skipped` says then how many bytes make one replacement
 * (WHATWG Encoding, UTF-8 decoder: the longest beginning of a character). The text ends with a zero byte, which continues nothing.
 */
static size_t character_at(const uint8_t *from, size_t *skipped) {
  uint8_t first = from[0], least = 0x80, most = 0xbf;
  size_t more;
  *skipped = 1;
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) {
    more = 1;
  } else if (first >= 0xe0 && first <= 0xef) {
    more = 2;
    if (first == 0xe0) least = 0xa0;
    if (first == 0xed) most = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    more = 3;
    if (first == 0xf0) least = 0x90;
    if (first == 0xf4) most = 0x8f;
  } else {
    return 0;
  }
  for (size_t at = 1; at <= more; at++) {
    if (from[at] < least || from[at] > most) {
      *skipped = at;
      return 0;
    }
    least = 0x80;
    most = 0xbf;
  }
  return 1 + more;
}

static void add_string(struct writer *writer, const char *text) {
  static const char digits[] = "0123456789abcdef";
  const uint8_t *from = (const uint8_t *)text;
  add(writer, "\"", 1);
  while (*from != 0) {
    size_t skipped, length = character_at(from, &skipped);
    if (length == 0) {
      add(writer, "\xef\xbf\xbd", 3);
      from += skipped;
      continue;
    }
    if (*from == '"' || *from == '\\') {
      add(writer, "\\", 1);
      add(writer, from, 1);
    } else if (*from < 0x20) {
      char escaped[] = {'\\', 'u', '0', '0', digits[*from >> 4], digits[*from & 15]};
      add(writer, escaped, sizeof escaped);
    } else {
      add(writer, from, length);
    }
    from += length;
  }
  add(writer, "\"", 1);
}

size_t write_hello(uint8_t *to, size_t room, int count, char *const *arguments, const char *browser) {
  struct writer writer = {to, room, 0, false};
  add_text(&writer, "{\"type\":\"relay\",\"arguments\":[");
  for (int i = 0; i < count; i++) {
    if (i > 0) add_text(&writer, ",");
    add_string(&writer, arguments[i]);
  }
  add_text(&writer, "],\"browser\":");
  add_string(&writer, browser);
  add_text(&writer, "}");
  return writer.full ? 0 : writer.used;
}
