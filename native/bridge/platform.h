/* What the relay needs of the system. platform-posix.c and platform-windows.c bring it, and `main`. All text is UTF-8. */
#ifndef LATCHKEY_PLATFORM_H
#define LATCHKEY_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the longest path, with its end. */
#define LONGEST_PATH 4096u
/* For a deadline. */
#define NEVER INT64_MAX

/* In relay.c; `main` calls it. Does not return. */
_Noreturn void run_relay(int count, char *const *arguments);

_Noreturn void platform_exit(int code);
/* One sentence on standard error. */
void platform_complain(const char *sentence);
/* Milliseconds that only go up. */
int64_t platform_now(void);
bool platform_random(uint8_t *to, size_t length);

/* The folder that this program lies in. */
bool platform_own_folder(char to[LONGEST_PATH]);
/* The program that started this one; empty when the system does not say. */
void platform_browser(char to[LONGEST_PATH]);
/* Reads a file of a folder; false when it is not there, not to be read, or longer than `room`. */
bool platform_read_file(const char *folder, const char *name, void *to, size_t room, size_t *length);

/*
 * The browser. Reading is one thread's business at a time, writing another's.
 */
/* Exactly so many bytes; false when it ends before. */
bool browser_read(void *to, size_t length);
bool browser_write(const void *from, size_t length);
/* Waits so long; false as soon as the browser goes. Only while nobody reads from it. */
bool browser_stays(int milliseconds);

/*
 * The app.
 */
enum connected { CONNECTED, NOBODY_THERE, NO_ROOM };
enum connected app_connect(const char *address);
enum got { GOT_ALL, APP_WENT, BROWSER_WENT, TOO_LATE };
/* Exactly so many bytes. With a deadline, the browser is watched meanwhile, and nobody else may read from it. */
enum got app_read(void *to, size_t length, int64_t deadline);
/* False when the app is gone, or when the browser goes while the app does not take it. For who reads from the browser. */
bool app_write(const void *from, size_t length);
/*
 * Starts the program `command[0]` with the arguments after it, up to NULL: it goes on when the browser and this program end. False
 * when it is not an absolute path or does not start.
 */
bool app_start(char *const *command);

/* Runs `work` beside the caller. */
bool platform_thread(void (*work)(void));
/* One thread at a time writes to the browser. */
void platform_lock(void);
void platform_unlock(void);

#endif
