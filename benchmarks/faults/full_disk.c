/* Fails the n-th call that writes below a folder, for LD_PRELOAD; see full_disk.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[4096];
static size_t length;
static long calls, failing = -1;
static int lasting;

void faults_set(const char *below, long call, int on) {
    strncpy(folder, below, sizeof folder - 1);
    length = strlen(folder), calls = 0, failing = call, lasting = on;
}

long faults_calls(void) { return calls; }

static int below(const char *path) {
    return length && path && !strncmp(path, folder, length);
}

static int is_open_below(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = length ? readlink(link, path, sizeof path - 1) : -1;
    if (size < 0) return 0;
    path[size] = 0;
    return below(path);
}

static int fails(void) {
    calls++;
    if (failing < 1 || !(calls == failing || (lasting && calls > failing))) return 0;
    errno = ENOSPC;
    return 1;
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define WRAP(result, name, given, where, passed) \
    result name given { REAL(name); if ((where) && fails()) return -1; return real passed; }

WRAP(ssize_t, write, (int fd, const void *b, size_t n), fd > 2 && is_open_below(fd), (fd, b, n))
WRAP(ssize_t, writev, (int fd, const struct iovec *b, int n), fd > 2 && is_open_below(fd), (fd, b, n))
WRAP(ssize_t, pwrite, (int fd, const void *b, size_t n, off_t o), is_open_below(fd), (fd, b, n, o))
WRAP(ssize_t, pwrite64, (int fd, const void *b, size_t n, off64_t o), is_open_below(fd), (fd, b, n, o))
WRAP(int, fsync, (int fd), is_open_below(fd), (fd))
WRAP(int, ftruncate, (int fd, off_t o), is_open_below(fd), (fd, o))
WRAP(int, ftruncate64, (int fd, off64_t o), is_open_below(fd), (fd, o))
WRAP(int, mkdir, (const char *path, mode_t mode), below(path), (path, mode))
WRAP(int, rename, (const char *from, const char *to), below(to), (from, to))

/* A file that is there is opened without needing room: pysam crashes if it is not. */
#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        va_list more; va_start(more, flags); \
        mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        if ((flags & O_CREAT) && below(path) && access(path, F_OK) && fails()) return -1; \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)
