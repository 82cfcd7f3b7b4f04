/* What calls of WASI cost: the median of the monotonic clock's steps in one call, on standard error. Under an instruction
 * count, that is executed instructions. What is measured is called as it is imported, without the C library. Descriptor 3 is an empty directory of a memory file system, 4 has the devices;
 * what is written to standard output comes back on standard input. */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))

IMPORT(clock_time_get) int clock_time_get(int clock, uint64_t precision, __wasi_timestamp_t *time);
IMPORT(fd_close) int fd_close(int fd);
IMPORT(fd_filestat_get) int fd_filestat_get(int fd, __wasi_filestat_t *stat);
IMPORT(fd_read) int fd_read(int fd, const __wasi_iovec_t *iovs, int count, __wasi_size_t *size);
IMPORT(fd_write) int fd_write(int fd, const __wasi_ciovec_t *iovs, int count, __wasi_size_t *size);
IMPORT(path_open) int path_open(int fd, int lookup, const char *path, int len, int oflags, uint64_t rights,
                                uint64_t inheriting, int fdflags, __wasi_fd_t *opened);
IMPORT(random_get) int random_get(uint8_t *buffer, int len);
IMPORT(sched_yield) int sched_yield_call(void);

#define SAMPLES 101
#define MIB (1 << 20)

static uint8_t buffer[MIB];
static uint64_t samples[SAMPLES], clock_cost;

static void check(int error, const char *what)
{
    if (error != 0) {
        fprintf(stderr, "%s: errno %d\n", what, error);
        exit(1);
    }
}

static uint64_t now(void)
{
    __wasi_timestamp_t time;
    check(clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &time), "clock_time_get");
    return time;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint64_t median(void)
{
    qsort(samples, SAMPLES, sizeof *samples, compare);
    return samples[SAMPLES / 2];
}

/* Measures CALL, with BEFORE before each sample. */
#define MEASURE(name, before, call)                                     \
    do {                                                                \
        for (int i = 0; i < SAMPLES; i++) {                             \
            before;                                                     \
            uint64_t start = now();                                     \
            check(call, name);                                          \
            samples[i] = now() - start - clock_cost;                    \
        }                                                               \
        fprintf(stderr, "cost %s: %llu\n", name, (unsigned long long)median()); \
    } while (0)

static __wasi_fd_t open_at(__wasi_fd_t directory, const char *path, __wasi_oflags_t oflags, __wasi_fdflags_t fdflags)
{
    __wasi_fd_t fd;
    __wasi_rights_t rights = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE;
    check(__wasi_path_open(directory, 0, path, oflags, rights, rights, fdflags, &fd), path);
    return fd;
}

static void rewind_to_start(__wasi_fd_t fd)
{
    __wasi_filesize_t position;
    check(__wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &position), "fd_seek");
}

static int open_and_close(const char *path)
{
    __wasi_fd_t fd;
    int error = path_open(3, 0, path, strlen(path), 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd);
    return error != 0 ? error : fd_close(fd);
}

static int ping(void)
{
    __wasi_ciovec_t out = {buffer, 1};
    __wasi_iovec_t in = {buffer, 1};
    __wasi_size_t size;
    int error = fd_write(1, &out, 1, &size);
    return error != 0 ? error : fd_read(0, &in, 1, &size);
}

int main(void)
{
    __wasi_size_t size;
    __wasi_filestat_t stat;
    __wasi_fd_t file = open_at(3, "file", __WASI_OFLAGS_CREAT, 0);
    __wasi_fd_t null = open_at(4, "null", 0, 0);
    const uint32_t lens[] = {1, 64, 4096, MIB};
    const char *const names[][2] = {{"fd_write of 1 B", "fd_read of 1 B"},
                                    {"fd_write of 64 B", "fd_read of 64 B"},
                                    {"fd_write of 4096 B", "fd_read of 4096 B"},
                                    {"fd_write of 1 MiB", "fd_read of 1 MiB"}};

    for (int i = 0; i < SAMPLES; i++) {
        uint64_t start = now();
        samples[i] = now() - start;
    }
    clock_cost = median();
    fprintf(stderr, "cost clock_time_get: %llu\n", (unsigned long long)clock_cost);

    memset(buffer, 'x', MIB);
    for (int i = 0; i < 4; i++) {
        __wasi_ciovec_t out = {buffer, lens[i]};
        __wasi_iovec_t in = {buffer, lens[i]};
        check(fd_write(file, &out, 1, &size), "fd_write");
        MEASURE(names[i][0], rewind_to_start(file), fd_write(file, &out, 1, &size));
        MEASURE(names[i][1], rewind_to_start(file), fd_read(file, &in, 1, &size));
    }

    __wasi_ciovec_t out = {buffer, 64};
    MEASURE("fd_write of 64 B to /dev/null", , fd_write(null, &out, 1, &size));
    MEASURE("random_get of 32 B", , random_get(buffer, 32));
    MEASURE("fd_filestat_get", , fd_filestat_get(file, &stat));
    MEASURE("sched_yield alone", , sched_yield_call());

    char name[16];
    check(__wasi_path_create_directory(3, "directory"), "path_create_directory");
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "directory/%d", i);
        check(__wasi_fd_close(open_at(3, name, __WASI_OFLAGS_CREAT, 0)), "fd_close");
    }
    MEASURE("path_open and fd_close among 1000", , open_and_close("directory/777"));

    const uint64_t sizes[] = {1 << 10, 64 << 20};
    const char *const appends[] = {"append of 64 B to 1 KiB", "append of 64 B to 64 MiB"};
    for (int i = 0; i < 2; i++) {
        __wasi_fd_t log = open_at(3, appends[i], __WASI_OFLAGS_CREAT, __WASI_FDFLAGS_APPEND);
        for (uint64_t at = 0; at < sizes[i]; at += MIB) {
            __wasi_ciovec_t part = {buffer, sizes[i] < MIB ? sizes[i] : MIB};
            check(fd_write(log, &part, 1, &size), "fd_write");
        }
        MEASURE(appends[i], , fd_write(log, &out, 1, &size));
    }
    MEASURE("round trip through two pipes", , ping());
    return 0;
}
