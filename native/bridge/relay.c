/*
 * The relay between a browser and the running app: the native messaging host. The browser starts it and speaks with it over standard
 * input and output, in frames of a length (4 bytes, little-endian) and JSON; the app listens at a private socket and takes the
 * same frames. The relay starts the app when it is asked to, shows it that it knows the secret of this installation and has the app show
 * the same (main/control/handshake.ts with the protocol `latchkey bridge`), says who started it, and then passes whole frames on as they
 * are. What it says itself: FromRelay of main/bridge/messages.ts.
 *
 * Two threads: one waits for the browser, the other for the app. Either one's end ends the program, in `browser_went` or in `fail`.
 * Nothing is allocated.
 */
#include <string.h>

#include "hello.h"
#include "platform.h"
#include "sha256.h"

#define HEAD 4u
/* Bytes of the longest frame without its head: what browsers take (main/bridge/messages.ts, LONGEST_MESSAGE). */
#define LONGEST_FRAME (1u << 20)

/* Milliseconds. The tests build it with shorter ones. */
#ifndef START_MILLISECONDS
#define START_MILLISECONDS 20000
#endif
#ifndef ANSWER_MILLISECONDS
#define ANSWER_MILLISECONDS 10000
#endif
#define TRY_AGAIN_MILLISECONDS 50

static const char start_message[] = "{\"relay\":\"start\"}";
#define START_MESSAGE_LENGTH (sizeof start_message - 1)

/* main/control/handshake.ts */
#define VERSION 1u
#define SECRET_LENGTH 32u
#define NONCE 32u
#define PROOF SHA256_LENGTH
#define LONGEST_ANSWER 128u
#define CHALLENGE_LENGTH (3u + NONCE + PROOF)
static const char magic[] = {'L', 'A', 'T', 'C', 'H', 'K', 'E', 'Y'};
static const char proof_of_server[] = "latchkey bridge 1 proof of the server";
static const char proof_of_client[] = "latchkey bridge 1 proof of the client";
enum { CHALLENGE = 0, OTHER_VERSION = 1, BUSY = 2, ACCEPTED = 0 };

/* The file that says how the app is started. */
#define LONGEST_START 65536u
#define MOST_WORDS 256u

/* RelayFailure of main/bridge/messages.ts, and the sentence for whoever reads standard error. */
struct failure {
  const char *message;
  const char *sentence;
};
#define FAILURE(name, why, sentence) \
  static const struct failure name = {"{\"relay\":\"failed\",\"why\":\"" why "\"}", "latchkey-bridge: " sentence "\n"}
FAILURE(cannot_start, "cannot-start", "Latchkey does not run, and how it is started is not known.");
FAILURE(no_answer, "no-answer", "Latchkey does not answer.");
FAILURE(not_trusted, "not-trusted", "What answers is not the Latchkey of this installation.");
FAILURE(older, "older", "The Latchkey that runs is older than this relay.");
FAILURE(newer, "newer", "The Latchkey that runs is newer than this relay.");
FAILURE(busy, "busy", "Latchkey serves as many browsers as it can.");
FAILURE(closed, "closed", "Latchkey ended the connection.");
FAILURE(protocol, "protocol", "What came was no frame of the bridge.");

static char folder[LONGEST_PATH];
static uint8_t secret[SECRET_LENGTH];
static uint8_t from_browser[HEAD + LONGEST_FRAME];
static uint8_t from_app[HEAD + LONGEST_FRAME];

static void put_length(uint8_t head[HEAD], size_t length) {
  for (size_t i = 0; i < HEAD; i++) head[i] = (uint8_t)(length >> (8 * i));
}

static size_t length_at(const uint8_t head[HEAD]) {
  return head[0] | ((size_t)head[1] << 8) | ((size_t)head[2] << 16) | ((size_t)head[3] << 24);
}

/* For short messages of the relay itself. */
static bool write_message(const char *json) {
  uint8_t frame[HEAD + 64];
  size_t length = strlen(json);
  put_length(frame, length);
  memcpy(frame + HEAD, json, length);
  return browser_write(frame, HEAD + length);
}

static bool tell_browser(const char *json) {
  platform_lock();
  bool told = write_message(json);
  platform_unlock();
  return told;
}

/* Both threads may find something at the same time: the first to say so is the last to write. */
_Noreturn static void fail(const struct failure *failure) {
  platform_lock();
  wipe(secret, sizeof secret);
  platform_complain(failure->sentence);
  write_message(failure->message);
  platform_exit(1);
}

_Noreturn static void browser_went(void) {
  wipe(secret, sizeof secret);
  platform_exit(0);
}

/* Secret and address are read anew each time: an app that starts may write them. */
static enum connected connect_once(void) {
  char address[LONGEST_PATH];
  size_t length;
  /* One byte more than expected tells a file that is longer. */
  uint8_t read[SECRET_LENGTH + 1];
  bool known = platform_read_file(folder, "bridge-secret", read, sizeof read, &length) && length == SECRET_LENGTH;
  if (known) memcpy(secret, read, SECRET_LENGTH);
  wipe(read, sizeof read);
  if (!known || !platform_read_file(folder, "bridge-address", address, sizeof address - 1, &length))
    return NOBODY_THERE;
  while (length > 0 && strchr(" \t\r\n", address[length - 1])) length--;
  address[length] = 0;
  if (length == 0 || strlen(address) != length) return NOBODY_THERE;
  return app_connect(address);
}

/* An app that starts is waited for while nobody is there; one that runs, only while it has more to accept than the system holds. */
static enum connected connect_until(int64_t deadline, bool starting) {
  for (;;) {
    enum connected state = connect_once();
    if (state == CONNECTED) return state;
    wipe(secret, sizeof secret);
    if ((state == NOBODY_THERE && !starting) || platform_now() >= deadline) return state;
    if (!browser_stays(TRY_AGAIN_MILLISECONDS)) browser_went();
  }
}

/* The only thing that the browser has to say before the app is there. */
static void wait_for_start(void) {
  uint8_t said[HEAD + START_MESSAGE_LENGTH];
  if (!browser_read(said, HEAD) || length_at(said) != START_MESSAGE_LENGTH) browser_went();
  if (!browser_read(said + HEAD, START_MESSAGE_LENGTH)) browser_went();
  if (memcmp(said + HEAD, start_message, START_MESSAGE_LENGTH) != 0) browser_went();
}

/* The file `start` is one word a line, each ended by a line feed: the program, then its arguments. */
static void start_app(void) {
  static char text[LONGEST_START];
  char *words[MOST_WORDS + 1];
  size_t length, count = 0;
  if (!platform_read_file(folder, "start", text, sizeof text, &length)) fail(&cannot_start);
  if (length == 0 || text[length - 1] != '\n' || memchr(text, 0, length)) fail(&cannot_start);
  for (char *at = text; at < text + length;) {
    if (count == MOST_WORDS) fail(&cannot_start);
    words[count++] = at;
    char *end = memchr(at, '\n', (size_t)(text + length - at));
    *end = 0;
    at = end + 1;
  }
  words[count] = NULL;
  if (!app_start(words)) fail(&cannot_start);
}

/* The next frame of the app, which is a short one while both sides are not known. Returns its length. */
static size_t answer(uint8_t to[LONGEST_ANSWER]) {
  uint8_t head[HEAD];
  int64_t deadline = platform_now() + ANSWER_MILLISECONDS;
  enum got got = app_read(head, HEAD, deadline);
  size_t length = 0;
  if (got == GOT_ALL) {
    length = length_at(head);
    if (length > LONGEST_ANSWER) fail(&protocol);
    got = app_read(to, length, deadline);
  }
  if (got == BROWSER_WENT) browser_went();
  if (got == APP_WENT) fail(&closed);
  if (got == TOO_LATE) fail(&no_answer);
  return length;
}

static void prove(const char *role, size_t role_length, const uint8_t *client, const uint8_t *server,
                  uint8_t proof[PROOF]) {
  const struct piece pieces[] = {{role, role_length}, {client, NONCE}, {server, NONCE}};
  hmac_sha256(secret, sizeof secret, pieces, sizeof pieces / sizeof pieces[0], proof);
}

/* Takes as long for a wrong proof as for a right one. */
static bool same_proof(const uint8_t *one, const uint8_t *other) {
  volatile uint8_t difference = 0;
  for (size_t i = 0; i < PROOF; i++) difference = (uint8_t)(difference | (one[i] ^ other[i]));
  return difference == 0;
}

/* Where the app, or the browser, goes while the app is written to, that is found while its answer is read. */
static void shake_hands(void) {
  uint8_t hello[HEAD + sizeof magic + 2 + NONCE], said[LONGEST_ANSWER], proof[HEAD + PROOF], expected[PROOF];
  put_length(hello, sizeof hello - HEAD);
  memcpy(hello + HEAD, magic, sizeof magic);
  uint8_t *version = hello + HEAD + sizeof magic, *nonce = version + 2;
  version[0] = VERSION & 0xff;
  version[1] = VERSION >> 8;
  if (!platform_random(nonce, NONCE)) fail(&no_answer);
  app_write(hello, sizeof hello);

  size_t length = answer(said);
  if (length < 3) fail(&protocol);
  unsigned theirs = said[1] | ((unsigned)said[2] << 8);
  if (said[0] == BUSY) fail(&busy);
  if (theirs != VERSION) fail(theirs < VERSION ? &older : &newer);
  if (said[0] != CHALLENGE || length != CHALLENGE_LENGTH) fail(&protocol);

  /* With the zero byte that ends each role's text. */
  prove(proof_of_server, sizeof proof_of_server, nonce, said + 3, expected);
  bool trusted = same_proof(said + 3 + NONCE, expected);
  wipe(expected, sizeof expected);
  if (!trusted) fail(&not_trusted);
  put_length(proof, PROOF);
  prove(proof_of_client, sizeof proof_of_client, nonce, said + 3, proof + HEAD);
  wipe(secret, sizeof secret);
  app_write(proof, sizeof proof);
  wipe(proof, sizeof proof);
  wipe(said, sizeof said);

  length = answer(said);
  if (length == 3 && said[0] == BUSY) fail(&busy);
  if (length != 1 || said[0] != ACCEPTED) fail(&protocol);
}

static void introduce(int count, char *const *arguments) {
  char browser[LONGEST_PATH];
  platform_browser(browser);
  size_t length = write_hello(from_browser + HEAD, LONGEST_FRAME, count, arguments, browser);
  if (length == 0) fail(&protocol);
  put_length(from_browser, length);
  app_write(from_browser, HEAD + length);
}

static void pass_to_app(void) {
  for (bool app_takes = true;;) {
    if (!browser_read(from_browser, HEAD)) browser_went();
    size_t length = length_at(from_browser);
    if (length > LONGEST_FRAME) fail(&protocol);
    if (!browser_read(from_browser + HEAD, length)) browser_went();
    /*
     * Not taken: the app is gone, and the other thread passes on what it said last, and tells; or the browser is, and its end comes
     * here. Nothing follows half a frame.
     */
    if (app_takes) app_takes = app_write(from_browser, HEAD + length);
  }
}

_Noreturn static void pass_to_browser(void) {
  for (;;) {
    if (app_read(from_app, HEAD, NEVER) != GOT_ALL) fail(&closed);
    size_t length = length_at(from_app);
    if (length > LONGEST_FRAME) fail(&protocol);
    if (app_read(from_app + HEAD, length, NEVER) != GOT_ALL) fail(&closed);
    platform_lock();
    bool written = browser_write(from_app, HEAD + length);
    platform_unlock();
    if (!written) browser_went();
  }
}

_Noreturn void run_relay(int count, char *const *arguments) {
  if (!platform_own_folder(folder)) fail(&cannot_start);
  enum connected state = connect_until(platform_now() + ANSWER_MILLISECONDS, false);
  if (state == NOBODY_THERE) {
    if (!tell_browser("{\"relay\":\"not-running\"}")) browser_went();
    wait_for_start();
    start_app();
    state = connect_until(platform_now() + START_MILLISECONDS, true);
  }
  if (state != CONNECTED) fail(&no_answer);
  shake_hands();
  introduce(count, arguments);
  if (!tell_browser("{\"relay\":\"connected\"}")) browser_went();
  if (!platform_thread(pass_to_app)) fail(&closed);
  pass_to_browser();
}
