/*
 * Loaded in front of libc (LD_PRELOAD): the disk under the exchange, and what may go wrong with it.
 *
 *   exchange ──▶ FAULT SHIM ──▶ libc ──▶ kernel
 *                    ▲
 *   suite ── orders page, a file that both map or write ──┘
 *
 * The suite arms it while the exchange runs: "the 7th fdatasync from now, on a file that is called so: end the process
 * before it". Nothing in the exchange knows of it. Until it is armed a call costs one load more than without.
 *
 * The orders page, 32-bit words in the machine's order, then the pattern. The suite writes `armed` last.
 *
 *   word 0       1     2        3       4           5        6       7      8      64         512
 *        +-------+-----+--------+-------+-----------+--------+-------+------+- - - +---------+---------+
 *        | armed | ops | action | value | countdown | sticky | fired | seen | free | pattern | starter |
 *        +-------+-----+--------+-------+-----------+--------+-------+------+- - - +---------+---------+
 *
 * Both are fnmatch patterns, ended by NUL. Where there is a starter, calls count from the creation of such a file on; the
 * shim clears it then.
 *
 *   gcc -shared -fPIC -O2 -Wall -o fault-shim.so fault-shim.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum op { OP_CREATE = 1, OP_WRITE = 2, OP_SYNC = 4, OP_RENAME = 8, OP_UNLINK = 16 };
enum action { KILL_BEFORE = 1, KILL_AFTER = 2, FAIL = 3, SHORT = 4, DELAY = 5 };

#define PAGE_BYTES 4096
#define PATTERN_OFFSET 256
#define STARTER_OFFSET 2048
#define PATH_BYTES 512

struct orders {
  _Atomic int32_t armed;
  int32_t ops;
  int32_t action;
  /*
   * FAIL: errno; SHORT: bytes that are written all the same; DELAY: milliseconds. KILL: a process that dies first, for a
   * child may make the call; negative: it dies alone, and the caller goes on.
   */
  int32_t value;
  /* The call that finds 1 here is the one. */
  _Atomic int32_t countdown;
  /* All calls after it as well. */
  int32_t sticky;
  _Atomic int32_t fired;
  /* Calls that the orders speak of, hit or not. */
  _Atomic int32_t seen;
};

static struct orders *orders;
static const char *pattern;
static char *starter;

__attribute__((constructor)) static void map_orders(void) {
  const char *path = getenv("FAULT_ORDERS");
  if (path == NULL) return;
  int fd = open(path, O_RDWR | O_CLOEXEC);
  void *page = fd < 0 ? MAP_FAILED : mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED) {
    perror("fault shim: FAULT_ORDERS");
    _exit(97);
  }
  close(fd);
  pattern = (const char *)page + PATTERN_OFFSET;
  starter = (char *)page + STARTER_OFFSET;
  orders = page;
}

/* The action that this call is to suffer, or 0. */
static int strikes_path(const char *path) {
  if (starter[0] != 0 || fnmatch(pattern, path, 0) != 0) return 0;
  atomic_fetch_add(&orders->seen, 1);
  int32_t before = atomic_fetch_sub(&orders->countdown, 1);
  if (before != 1 && !(orders->sticky && before < 1)) return 0;
  atomic_fetch_add(&orders->fired, 1);
  return orders->action;
}

static int is_ordered(int op) {
  return orders != NULL && atomic_load_explicit(&orders->armed, memory_order_acquire) && (orders->ops & op);
}

static int strikes(int op, int fd) {
  if (!is_ordered(op)) return 0;
  char link[64], path[PATH_BYTES];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return strikes_path(path);
}

static void die(void) {
  int32_t other = orders->value;
  if (other != 0) kill(other < 0 ? -other : other, SIGKILL);
  if (other < 0) return;
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static void wait_ms(int32_t ms) {
  struct timespec left = {ms / 1000, (ms % 1000) * 1000000L};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) continue;
}

/* 1: the caller answers -1 at once. */
static int suffer(int action) {
  if (action == KILL_BEFORE) die();
  if (action == DELAY) wait_ms(orders->value);
  if (action != FAIL) return 0;
  errno = orders->value;
  return 1;
}

static size_t at_most(size_t bytes) { return bytes < (size_t)orders->value ? bytes : (size_t)orders->value; }

#define REAL(name)                                                 \
  static __typeof__(name) *real;                                   \
  if (real == NULL) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define SYNCED(fd, call)                                           \
  int action = strikes(OP_SYNC, fd);                               \
  if (suffer(action)) return -1;                                   \
  int result = (call);                                             \
  if (action == KILL_AFTER) die();                                 \
  return result

int fdatasync(int fd) { REAL(fdatasync); SYNCED(fd, real(fd)); }
int fsync(int fd) { REAL(fsync); SYNCED(fd, real(fd)); }

/* A short write writes what it says: the file is torn there. */
#define WRITTEN(fd, bytes, call)                                   \
  int action = strikes(OP_WRITE, fd);                              \
  if (suffer(action)) return -1;                                   \
  if (action == SHORT) bytes = at_most(bytes);                     \
  ssize_t result = (call);                                         \
  if (action == KILL_AFTER) die();                                 \
  return result

ssize_t write(int fd, const void *from, size_t bytes) {
  REAL(write);
  WRITTEN(fd, bytes, real(fd, from, bytes));
}
ssize_t pwrite(int fd, const void *from, size_t bytes, off_t at) {
  REAL(pwrite);
  WRITTEN(fd, bytes, real(fd, from, bytes, at));
}
ssize_t pwrite64(int fd, const void *from, size_t bytes, off64_t at) {
  REAL(pwrite64);
  WRITTEN(fd, bytes, real(fd, from, bytes, at));
}

/* Of several pieces a short write is of the first alone. */
#define GATHERED(fd, pieces, count, call)                          \
  int action = strikes(OP_WRITE, fd);                              \
  if (suffer(action)) return -1;                                   \
  struct iovec first = {0};                                        \
  if (action == SHORT && count > 0) {                              \
    first.iov_base = pieces[0].iov_base;                           \
    first.iov_len = at_most(pieces[0].iov_len);                    \
    pieces = &first;                                               \
    count = 1;                                                     \
  }                                                                \
  ssize_t result = (call);                                         \
  if (action == KILL_AFTER) die();                                 \
  return result

ssize_t writev(int fd, const struct iovec *pieces, int count) {
  REAL(writev);
  GATHERED(fd, pieces, count, real(fd, pieces, count));
}
ssize_t pwritev64(int fd, const struct iovec *pieces, int count, off64_t at) {
  REAL(pwritev64);
  GATHERED(fd, pieces, count, real(fd, pieces, count, at));
}

int rename(const char *from, const char *to) {
  REAL(rename);
  int action = is_ordered(OP_RENAME) ? strikes_path(to) : 0;
  if (suffer(action)) return -1;
  int result = real(from, to);
  if (action == KILL_AFTER) die();
  return result;
}

int unlink(const char *path) {
  REAL(unlink);
  int action = is_ordered(OP_UNLINK) ? strikes_path(path) : 0;
  if (suffer(action)) return -1;
  int result = real(path);
  if (action == KILL_AFTER) die();
  return result;
}

static int creates_file(const char *path, int flags) {
  if (orders == NULL || !(flags & O_CREAT) || !atomic_load_explicit(&orders->armed, memory_order_acquire)) return 0;
  if (access(path, F_OK) == 0) return 0;
  if (starter[0] != 0 && fnmatch(starter, path, 0) == 0) starter[0] = 0;
  return is_ordered(OP_CREATE);
}

#define OPENED(path, flags, call)                                  \
  mode_t mode = 0;                                                 \
  if (flags & (O_CREAT | O_TMPFILE)) {                             \
    va_list rest;                                                  \
    va_start(rest, flags);                                         \
    mode = va_arg(rest, mode_t);                                   \
    va_end(rest);                                                  \
  }                                                                \
  int action = creates_file(path, flags) ? strikes_path(path) : 0;  \
  if (suffer(action)) return -1;                                   \
  int result = (call);                                             \
  if (action == KILL_AFTER) die();                                 \
  return result

int open(const char *path, int flags, ...) { REAL(open); OPENED(path, flags, real(path, flags, mode)); }
int open64(const char *path, int flags, ...) { REAL(open64); OPENED(path, flags, real(path, flags, mode)); }
int openat(int at, const char *path, int flags, ...) {
  REAL(openat);
  OPENED(path, flags, real(at, path, flags, mode));
}
int openat64(int at, const char *path, int flags, ...) {
  REAL(openat64);
  OPENED(path, flags, real(at, path, flags, mode));
}
