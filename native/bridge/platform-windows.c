/* Windows 10 and later. */
#define WIN32_LEAN_AND_MEAN
#ifndef UNICODE
#define UNICODE
#endif
#define _WIN32_WINNT 0x0a00
#include <windows.h>

#include <bcrypt.h>
#include <tlhelp32.h>

#include <string.h>
#include <wchar.h>

#include "platform.h"

/* CreateProcessW takes no longer one, with its end. */
#define LONGEST_COMMAND 32767
/* Milliseconds between two looks whether the browser is still there; a pipe does not wake whoever waits for something else. */
#define LOOK_MILLISECONDS 100

static HANDLE app = INVALID_HANDLE_VALUE;
/* One for each direction: each is one thread's. Manual reset; ReadFile and WriteFile reset them. */
static HANDLE app_was_read, app_was_written;
static SRWLOCK writing = SRWLOCK_INIT;

void platform_exit(int code) {
  ExitProcess((UINT)code);
}

void platform_complain(const char *sentence) {
  DWORD done;
  WriteFile(GetStdHandle(STD_ERROR_HANDLE), sentence, (DWORD)strlen(sentence), &done, NULL);
}

int64_t platform_now(void) {
  return (int64_t)GetTickCount64();
}

bool platform_random(uint8_t *to, size_t length) {
  return BCryptGenRandom(NULL, to, (ULONG)length, BCRYPT_USE_SYSTEM_PREFERRED_RNG) >= 0;
}

/* False when there is not room enough, or when it is no UTF-8. */
static bool to_wide(const char *text, wchar_t *to, int room) {
  return MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, to, room) > 0;
}

/* Half a surrogate pair becomes U+FFFD. */
static bool from_wide(const wchar_t *text, char *to, int room) {
  return WideCharToMultiByte(CP_UTF8, 0, text, -1, to, room, NULL, NULL) > 0;
}

bool platform_own_folder(char to[LONGEST_PATH]) {
  wchar_t path[LONGEST_PATH];
  DWORD length = GetModuleFileNameW(NULL, path, LONGEST_PATH);
  if (length == 0 || length >= LONGEST_PATH) return false;
  wchar_t *name = wcsrchr(path, L'\\');
  if (!name) return false;
  *name = 0;
  return from_wide(path, to, LONGEST_PATH);
}

/* The number of the process that started `process`; 0 when it is not known. */
static DWORD parent_of(DWORD process) {
  HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  if (all == INVALID_HANDLE_VALUE) return 0;
  PROCESSENTRY32W entry = {.dwSize = sizeof entry};
  DWORD parent = 0;
  for (BOOL more = Process32FirstW(all, &entry); more; more = Process32NextW(all, &entry)) {
    if (entry.th32ProcessID != process) continue;
    parent = entry.th32ParentProcessID;
    break;
  }
  CloseHandle(all);
  return parent;
}

static bool began(HANDLE process, FILETIME *when) {
  FILETIME exited, kernel, user;
  return GetProcessTimes(process, when, &exited, &kernel, &user) != 0;
}

/* The program of `process`, which cannot have begun after `child`: numbers are used again. */
static bool program_of(DWORD process, FILETIME *child, wchar_t path[LONGEST_PATH]) {
  HANDLE handle = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process);
  if (!handle) return false;
  FILETIME when;
  DWORD length = LONGEST_PATH;
  bool known = began(handle, &when) && CompareFileTime(&when, child) <= 0 &&
               QueryFullProcessImageNameW(handle, 0, path, &length) != 0;
  CloseHandle(handle);
  if (known) *child = when;
  return known;
}

/* Browsers may start their hosts through the command interpreter: then it is the interpreter's parent. */
void platform_browser(char to[LONGEST_PATH]) {
  wchar_t path[LONGEST_PATH];
  DWORD process = GetCurrentProcessId();
  FILETIME when;
  to[0] = 0;
  if (!began(GetCurrentProcess(), &when)) return;
  for (int step = 0; step < 2; step++) {
    process = parent_of(process);
    if (process == 0 || !program_of(process, &when, path)) return;
    const wchar_t *name = wcsrchr(path, L'\\');
    if (name && _wcsicmp(name, L"\\cmd.exe") == 0) continue;
    if (!from_wide(path, to, LONGEST_PATH)) to[0] = 0;
    return;
  }
}

bool platform_read_file(const char *folder, const char *name, void *to, size_t room, size_t *length) {
  wchar_t path[LONGEST_PATH], last[64];
  if (!to_wide(folder, path, LONGEST_PATH) || !to_wide(name, last, 64)) return false;
  if (wcslen(path) + wcslen(last) + 2 > LONGEST_PATH) return false;
  wcscat(path, L"\\");
  wcscat(path, last);
  /* Shared in every way: the app may replace it at any time. */
  HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                            OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
  if (file == INVALID_HANDLE_VALUE) return false;
  bool whole = false;
  *length = 0;
  for (;;) {
    /* With no room left, one byte more tells whether that was all. */
    char beyond;
    size_t left = room - *length;
    DWORD done;
    if (!ReadFile(file, left > 0 ? (char *)to + *length : &beyond, left > 0 ? (DWORD)left : 1, &done, NULL)) break;
    whole = done == 0;
    if (done == 0 || left == 0) break;
    *length += done;
  }
  CloseHandle(file);
  return whole;
}

bool browser_read(void *to, size_t length) {
  char *at = to;
  while (length > 0) {
    DWORD done;
    if (!ReadFile(GetStdHandle(STD_INPUT_HANDLE), at, (DWORD)length, &done, NULL) || done == 0) return false;
    at += done;
    length -= done;
  }
  return true;
}

bool browser_write(const void *from, size_t length) {
  const char *at = from;
  while (length > 0) {
    DWORD done;
    if (!WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), at, (DWORD)length, &done, NULL)) return false;
    at += done;
    length -= done;
  }
  return true;
}

static bool browser_is_there(void) {
  DWORD waiting;
  if (PeekNamedPipe(GetStdHandle(STD_INPUT_HANDLE), NULL, 0, NULL, &waiting, NULL)) return true;
  DWORD error = GetLastError();
  /* A file, or a console, is no pipe and is not gone. */
  return error != ERROR_BROKEN_PIPE && error != ERROR_PIPE_NOT_CONNECTED && error != ERROR_NO_DATA;
}

bool browser_stays(int milliseconds) {
  if (!browser_is_there()) return false;
  Sleep((DWORD)milliseconds);
  return browser_is_there();
}

enum connected app_connect(const char *address) {
  static const char begin[] = "\\\\.\\pipe\\latchkey-";
  wchar_t name[LONGEST_PATH];
  if (strncmp(address, begin, sizeof begin - 1) != 0 || !to_wide(address, name, LONGEST_PATH)) return NOBODY_THERE;
  if (!app_was_read) app_was_read = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (!app_was_written) app_was_written = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (!app_was_read || !app_was_written) return NO_ROOM;
  /*
   * Overlapped: otherwise a read that waits holds up every write. Anonymous: whoever listens at a pipe could act in the name of who
   * opens it, and who listens is not known yet.
   */
  app = CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                    FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, NULL);
  if (app != INVALID_HANDLE_VALUE) return CONNECTED;
  return GetLastError() == ERROR_PIPE_BUSY ? NO_ROOM : NOBODY_THERE;
}

/* Waits for the end of a read or a write that has begun, and says how many bytes it was. `watched`: while the browser is there. */
static enum got finish(OVERLAPPED *transfer, bool watched, int64_t deadline, DWORD *done) {
  while (watched && WaitForSingleObject(transfer->hEvent, LOOK_MILLISECONDS) == WAIT_TIMEOUT) {
    bool there = browser_is_there();
    if (there && platform_now() < deadline) continue;
    /* The system has the caller's memory until it is over. */
    CancelIoEx(app, transfer);
    GetOverlappedResult(app, transfer, done, TRUE);
    return there ? TOO_LATE : BROWSER_WENT;
  }
  return GetOverlappedResult(app, transfer, done, TRUE) ? GOT_ALL : APP_WENT;
}

enum got app_read(void *to, size_t length, int64_t deadline) {
  char *at = to;
  while (length > 0) {
    OVERLAPPED reading = {.hEvent = app_was_read};
    DWORD done = 0;
    if (!ReadFile(app, at, (DWORD)length, NULL, &reading) && GetLastError() != ERROR_IO_PENDING) return APP_WENT;
    enum got got = finish(&reading, deadline != NEVER, deadline, &done);
    if (got != GOT_ALL) return got;
    at += done;
    length -= done;
  }
  return GOT_ALL;
}

bool app_write(const void *from, size_t length) {
  const char *at = from;
  while (length > 0) {
    OVERLAPPED writing_to_app = {.hEvent = app_was_written};
    DWORD done = 0;
    if (!WriteFile(app, at, (DWORD)length, NULL, &writing_to_app) && GetLastError() != ERROR_IO_PENDING)
      return false;
    if (finish(&writing_to_app, true, NEVER, &done) != GOT_ALL) return false;
    at += done;
    length -= done;
  }
  return true;
}

struct command {
  wchar_t *line;
  size_t length;
  bool full;
};

static void add(struct command *command, wchar_t character, size_t times) {
  for (; times > 0 && !command->full; times--) {
    if (command->length == LONGEST_COMMAND - 1) command->full = true;
    else command->line[command->length++] = character;
  }
}

/* In quotes, as CommandLineToArgvW and the C library take it apart: backslashes are doubled where a quote follows. */
static void add_word(struct command *command, const wchar_t *word) {
  if (command->length > 0) add(command, L' ', 1);
  add(command, L'"', 1);
  for (size_t backslashes = 0;; word++) {
    if (*word == L'\\') {
      backslashes++;
      continue;
    }
    bool quote = *word == L'"' || *word == 0;
    add(command, L'\\', quote ? 2 * backslashes : backslashes);
    backslashes = 0;
    if (*word == 0) break;
    if (quote) add(command, L'\\', 1);
    add(command, *word, 1);
  }
  add(command, L'"', 1);
}

static bool is_absolute(const wchar_t *path) {
  bool drive = ((path[0] >= L'A' && path[0] <= L'Z') || (path[0] >= L'a' && path[0] <= L'z')) && path[1] == L':';
  return (drive && path[2] == L'\\') || (path[0] == L'\\' && path[1] == L'\\');
}

bool app_start(char *const *command) {
  static wchar_t line[LONGEST_COMMAND], word[LONGEST_COMMAND], program[LONGEST_PATH], folder[MAX_PATH];
  struct command words = {line, 0, false};
  if (!to_wide(command[0], program, LONGEST_PATH) || !is_absolute(program)) return false;
  for (; *command; command++) {
    if (!to_wide(*command, word, LONGEST_COMMAND)) return false;
    add_word(&words, word);
  }
  if (words.full) return false;
  line[words.length] = 0;
  /* Not the browser's current folder, which could not be removed then. */
  UINT known = GetSystemWindowsDirectoryW(folder, MAX_PATH);
  STARTUPINFOW startup = {.cb = sizeof startup};
  PROCESS_INFORMATION started;
  /* Browsers put their hosts into a job that ends with them. Not every job lets out of it. */
  DWORD flags = DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP;
  const wchar_t *where = known > 0 && known < MAX_PATH ? folder : NULL;
  BOOL done = CreateProcessW(program, line, NULL, NULL, FALSE, flags | CREATE_BREAKAWAY_FROM_JOB, NULL, where, &startup,
                             &started);
  if (!done && GetLastError() == ERROR_ACCESS_DENIED)
    done = CreateProcessW(program, line, NULL, NULL, FALSE, flags, NULL, where, &startup, &started);
  if (!done) return false;
  CloseHandle(started.hThread);
  CloseHandle(started.hProcess);
  return true;
}

static DWORD WINAPI beside(void *work) {
  void (*function)(void);
  memcpy(&function, work, sizeof function);
  function();
  return 0;
}

bool platform_thread(void (*work)(void)) {
  static void (*function)(void);
  function = work;
  HANDLE thread = CreateThread(NULL, 0, beside, (void *)&function, 0, NULL);
  if (!thread) return false;
  CloseHandle(thread);
  return true;
}

void platform_lock(void) {
  AcquireSRWLockExclusive(&writing);
}

void platform_unlock(void) {
  ReleaseSRWLockExclusive(&writing);
}

/* The C library calls it. */
int wmain(int count, wchar_t **words);

int wmain(int count, wchar_t **words) {
  /* Browsers give one to three of them. */
  static char texts[8][LONGEST_PATH];
  char *arguments[8];
  int kept = 0;
  for (int i = 1; i < count && kept < 8; i++)
    if (from_wide(words[i], texts[kept], LONGEST_PATH)) {
      arguments[kept] = texts[kept];
      kept++;
    }
  run_relay(kept, arguments);
}
