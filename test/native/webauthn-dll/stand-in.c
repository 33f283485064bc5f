/* A library with the functions of webauthn.dll, for Latchkey to load and call as it does on Windows. */
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#define NTE_USER_CANCELLED ((int32_t)0x80090036)
#define NTE_NOT_FOUND ((int32_t)0x80090011)

/* Windows' own, where pointers have 64 bits and DWORD 32. */
typedef struct {
  uint32_t dwVersion;
  uint32_t cbId;
  uint8_t *pbId;
  const uint16_t *pwszCredentialType;
} credential;
typedef struct {
  uint32_t dwVersion;
  uint32_t cbAuthenticatorData;
  uint8_t *pbAuthenticatorData;
  uint32_t cbSignature;
  uint8_t *pbSignature;
  credential Credential;
  uint32_t cbUserId;
  uint8_t *pbUserId;
} assertion;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int open_dialogs;
static int cancelled;
static int freed;
static uint8_t data[37] = {1}, signature[3] = {1, 2, 3}, id[2] = {7, 8}, user[1] = {9};

uint32_t WebAuthNGetApiVersionNumber(void) { return 7; }

void *GetForegroundWindow(void) { return (void *)0x123456789abcULL; }

int32_t WebAuthNGetCancellationId(uint8_t *guid) {
  memset(guid, 0x5a, 16);
  return 0;
}

int32_t WebAuthNCancelCurrentOperation(const uint8_t *guid) {
  int32_t result = NTE_NOT_FOUND;
  pthread_mutex_lock(&lock);
  if (open_dialogs > 0 && guid[0] == 0x5a && guid[15] == 0x5a) {
    cancelled = 1;
    result = 0;
    pthread_cond_broadcast(&changed);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

/* Blocks until it is cancelled, as a dialog before which nobody sits. */
int32_t WebAuthNAuthenticatorMakeCredential(void *window, const void *rp, const void *person, const void *algorithms,
                                            const void *client_data, const void *options, void **answer) {
  if (window != GetForegroundWindow() || !rp || !person || !algorithms || !client_data || !options || *answer)
    return NTE_NOT_FOUND;
  pthread_mutex_lock(&lock);
  open_dialogs++;
  while (!cancelled) pthread_cond_wait(&changed, &lock);
  cancelled = 0;
  open_dialogs--;
  pthread_mutex_unlock(&lock);
  return NTE_USER_CANCELLED;
}

/* Answers for its RP ID alone, and wants as much stack as a thread of Windows has. */
int32_t WebAuthNAuthenticatorGetAssertion(void *window, const uint16_t *rp_id, const void *client_data,
                                          const void *options, assertion **answer) {
  static const uint16_t expected[] = {'e', '.', 'o', 'r', 'g', 0};
  static assertion given;
  volatile uint8_t drawing[1000 * 1000];
  for (size_t at = 0; at < sizeof drawing; at += 512) drawing[at] = 1;
  if (!window || !client_data || !options || memcmp(rp_id, expected, sizeof expected) != 0) return NTE_NOT_FOUND;
  given = (assertion){.dwVersion = 1,
                      .cbAuthenticatorData = sizeof data,
                      .pbAuthenticatorData = data,
                      .cbSignature = sizeof signature,
                      .pbSignature = signature,
                      .Credential = {.dwVersion = 1, .cbId = sizeof id, .pbId = id},
                      .cbUserId = sizeof user,
                      .pbUserId = user};
  *answer = &given;
  return drawing[512] == 1 ? 0 : NTE_NOT_FOUND;
}

void WebAuthNFreeCredentialAttestation(void *answer) { (void)answer; }

void WebAuthNFreeAssertion(assertion *answer) {
  memset(answer, 0xff, sizeof *answer);
  freed++;
}

const uint16_t *WebAuthNGetErrorName(int32_t result) {
  static const uint16_t not_allowed[] = {'N', 'o', 't', 'A', 'l', 'l', 'o', 'w', 'e', 'd', 'E', 'r', 'r', 'o', 'r', 0};
  static const uint16_t success[] = {'S', 'u', 'c', 'c', 'e', 's', 's', 0};
  return result < 0 ? not_allowed : success;
}

/* For the test alone. */
int32_t freed_assertions(void) { return freed; }
int32_t dialogs_open(void) {
  pthread_mutex_lock(&lock);
  int32_t open = open_dialogs;
  pthread_mutex_unlock(&lock);
  return open;
}
