/* Linux and macOS. */
#ifdef __linux__
#define _GNU_SOURCE
#else
#define _DARWIN_C_SOURCE
#endif
#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __APPLE__
#include <libproc.h>
#include <mach-o/dyld.h>
#else
#include <sys/random.h>
#include <sys/syscall.h>
#endif

/* The other end writes no more, also where it still reads (a socket in place of a pipe). macOS says POLLHUP then. */
#ifndef POLLRDHUP
#define POLLRDHUP 0
#endif
/* macOS has none: SIGPIPE is ignored anyway. */
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

static int app = -1;
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;

void platform_exit(int code) {
  _exit(code);
}

void platform_complain(const char *sentence) {
  size_t length = strlen(sentence);
  while (length > 0) {
    ssize_t done = write(STDERR_FILENO, sentence, length);
    if (done <= 0) return;
    sentence += done;
    length -= (size_t)done;
  }
}

int64_t platform_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool platform_random(uint8_t *to, size_t length) {
#ifdef __APPLE__
  arc4random_buf(to, length);
  return true;
#else
  while (length > 0) {
    ssize_t done = getrandom(to, length, 0);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    to += done;
    length -= (size_t)done;
  }
  return true;
#endif
}

#ifdef __APPLE__
bool platform_own_folder(char to[LONGEST_PATH]) {
  char path[LONGEST_PATH], real[PATH_MAX];
  uint32_t room = sizeof path;
  if (_NSGetExecutablePath(path, &room) != 0 || !realpath(path, real)) return false;
  size_t length = (size_t)(strrchr(real, '/') - real);
  if (length >= LONGEST_PATH) return false;
  memcpy(to, real, length);
  to[length] = 0;
  return true;
}

void platform_browser(char to[LONGEST_PATH]) {
  char path[PROC_PIDPATHINFO_MAXSIZE];
  int length = proc_pidpath(getppid(), path, sizeof path);
  if (length <= 0 || (size_t)length >= LONGEST_PATH || (size_t)length > sizeof path) length = 0;
  memcpy(to, path, (size_t)length);
  to[length] = 0;
}
#else
/* What the system says of a program that was replaced while it runs. */
static const char deleted[] = " (deleted)";

static bool program_of(const char *process, char to[LONGEST_PATH]) {
  ssize_t length = readlink(process, to, LONGEST_PATH - 1);
  if (length <= 0 || (size_t)length == LONGEST_PATH - 1) return false;
  to[length] = 0;
  size_t kept = (size_t)length, tail = sizeof deleted - 1;
  if (kept > tail && strcmp(to + kept - tail, deleted) == 0) to[kept - tail] = 0;
  return true;
}

bool platform_own_folder(char to[LONGEST_PATH]) {
  if (!program_of("/proc/self/exe", to)) return false;
  *strrchr(to, '/') = 0;
  return true;
}

void platform_browser(char to[LONGEST_PATH]) {
  char process[64];
  snprintf(process, sizeof process, "/proc/%ld/exe", (long)getppid());
  if (!program_of(process, to)) to[0] = 0;
}
#endif

bool platform_read_file(const char *folder, const char *name, void *to, size_t room, size_t *length) {
  char path[LONGEST_PATH];
  int used = snprintf(path, sizeof path, "%s/%s", folder, name);
  if (used < 0 || (size_t)used >= sizeof path) return false;
  /* O_NONBLOCK: what is no file is not waited for. */
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return false;
  struct stat about;
  bool whole = false;
  *length = 0;
  if (fstat(file, &about) == 0 && S_ISREG(about.st_mode)) {
    for (;;) {
      /* With no room left, one byte more tells whether that was all. */
      char beyond;
      size_t left = room - *length;
      ssize_t done = left > 0 ? read(file, (char *)to + *length, left) : read(file, &beyond, 1);
      if (done < 0 && errno == EINTR) continue;
      whole = done == 0;
      if (done <= 0 || left == 0) break;
      *length += (size_t)done;
    }
  }
  close(file);
  return whole;
}

bool browser_read(void *to, size_t length) {
  char *at = to;
  while (length > 0) {
    ssize_t done = read(STDIN_FILENO, at, length);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    at += done;
    length -= (size_t)done;
  }
  return true;
}

bool browser_write(const void *from, size_t length) {
  const char *at = from;
  while (length > 0) {
    ssize_t done = write(STDOUT_FILENO, at, length);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    at += done;
    length -= (size_t)done;
  }
  return true;
}

/* Waits for one of `events` of `file`, for so many milliseconds at most (-1: for ever). False as soon as the browser goes. */
static bool browser_stays_until(int file, short events, int milliseconds) {
  struct pollfd watched[] = {
      {.fd = STDIN_FILENO, .events = POLLRDHUP},
      {.fd = file, .events = events},
  };
  return poll(watched, 2, milliseconds) <= 0 || watched[0].revents == 0;
}

bool browser_stays(int milliseconds) {
  /* A negative file is not looked at. */
  return browser_stays_until(-1, 0, milliseconds);
}

enum connected app_connect(const char *address) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  size_t length = strlen(address);
  if (address[0] != '/' || length >= sizeof name.sun_path) return NOBODY_THERE;
  memcpy(name.sun_path, address, length + 1);
  app = socket(AF_UNIX, SOCK_STREAM, 0);
  if (app < 0) return NO_ROOM;
  /* Connecting must not wait for an app that accepts nobody: the browser may go meanwhile. */
  if (fcntl(app, F_SETFD, FD_CLOEXEC) == 0 && fcntl(app, F_SETFL, O_NONBLOCK) == 0 &&
      connect(app, (const struct sockaddr *)&name, sizeof name) == 0)
    return CONNECTED;
  int error = errno;
  close(app);
  app = -1;
  return error == EAGAIN || error == EINPROGRESS ? NO_ROOM : NOBODY_THERE;
}

enum got app_read(void *to, size_t length, int64_t deadline) {
  char *at = to;
  while (length > 0) {
    ssize_t done = recv(app, at, length, 0);
    if (done > 0) {
      at += done;
      length -= (size_t)done;
    } else if (done == 0) {
      return APP_WENT;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (deadline == NEVER) {
        struct pollfd watched = {.fd = app, .events = POLLIN};
        poll(&watched, 1, -1);
      } else {
        int64_t left = deadline - platform_now();
        if (left <= 0) return TOO_LATE;
        if (!browser_stays_until(app, POLLIN, (int)left)) return BROWSER_WENT;
      }
    } else if (errno != EINTR) {
      return APP_WENT;
    }
  }
  return GOT_ALL;
}

bool app_write(const void *from, size_t length) {
  const char *at = from;
  while (length > 0) {
    ssize_t done = send(app, at, length, MSG_NOSIGNAL);
    if (done >= 0) {
      at += done;
      length -= (size_t)done;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
      if (!browser_stays_until(app, POLLOUT, -1)) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

static void close_from(int first) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, first, ~0u, 0) == 0) return;
#endif
  long most = sysconf(_SC_OPEN_MAX);
  if (most < 0 || most > 65536) most = 65536;
  for (int file = first; file < most; file++) close(file);
}

/* In the child. `report` closes by itself when the program starts, or tells that it did not. */
_Noreturn static void become(char *const *command, int report) {
  int failed = 0;
  /* Out of the browser's session, and nobody's child but the system's: whoever ends them does not end it. */
  if (setsid() < 0) failed = errno;
  pid_t grandchild = failed ? -1 : fork();
  if (grandchild > 0) _exit(0);
  int nothing = open("/dev/null", O_RDWR);
  if (grandchild == 0 && nothing >= 0 && chdir("/") == 0) {
    for (int file = 0; file <= 2; file++) dup2(nothing, file);
    /* `report` is at least 3: the first three are open. */
    if (report != 3) dup2(report, 3);
    fcntl(3, F_SETFD, FD_CLOEXEC);
    report = 3;
    close_from(4);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    execv(command[0], command);
  }
  failed = errno;
  ssize_t told = write(report, &failed, sizeof failed);
  _exit(told == (ssize_t)sizeof failed ? 127 : 126);
}

bool app_start(char *const *command) {
  int report[2], failed;
  if (command[0][0] != '/' || pipe(report) != 0) return false;
  fcntl(report[0], F_SETFD, FD_CLOEXEC);
  fcntl(report[1], F_SETFD, FD_CLOEXEC);
  pid_t child = fork();
  if (child == 0) become(command, report[1]);
  close(report[1]);
  ssize_t told = child < 0 ? 1 : read(report[0], &failed, sizeof failed);
  close(report[0]);
  if (child > 0)
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) continue;
  /* Nothing told: it started. */
  return told == 0;
}

static void *beside(void *work) {
  void (*function)(void);
  memcpy(&function, work, sizeof function);
  function();
  return NULL;
}

bool platform_thread(void (*work)(void)) {
  static void (*function)(void);
  pthread_t thread;
  function = work;
  return pthread_create(&thread, NULL, beside, (void *)&function) == 0;
}

void platform_lock(void) {
  pthread_mutex_lock(&writing);
}

void platform_unlock(void) {
  pthread_mutex_unlock(&writing);
}

/* Where one of the first three is closed, the socket would take its place. */
static void open_standard_files(void) {
  for (int file = 0; file <= 2; file++)
    if (fcntl(file, F_GETFD) < 0 && open("/dev/null", O_RDWR) != file) _exit(1);
}

int main(int count, char **arguments) {
  open_standard_files();
  /* A reader that is gone is an error of `write`. */
  signal(SIGPIPE, SIG_IGN);
  run_relay(count > 0 ? count - 1 : 0, arguments + (count > 0 ? 1 : 0));
}
