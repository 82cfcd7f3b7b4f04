/* Tests of WASI's functions, each by name: what a call returns and what it leaves is printed, and is the same wherever the
 * functions are what they should be. The functions are called as they are imported. */

#ifndef CALLS_H
#define CALLS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) int wasi_##name

IMPORT(args_get)(char **argv, char *buffer);
IMPORT(args_sizes_get)(uint32_t *count, uint32_t *size);
IMPORT(environ_get)(char **environ, char *buffer);
IMPORT(environ_sizes_get)(uint32_t *count, uint32_t *size);
IMPORT(clock_res_get)(int id, uint64_t *resolution);
IMPORT(clock_time_get)(int id, uint64_t precision, uint64_t *time);
IMPORT(fd_advise)(int fd, uint64_t offset, uint64_t len, int advice);
IMPORT(fd_allocate)(int fd, uint64_t offset, uint64_t len);
IMPORT(fd_close)(int fd);
IMPORT(fd_datasync)(int fd);
IMPORT(fd_fdstat_get)(int fd, __wasi_fdstat_t *stat);
IMPORT(fd_fdstat_set_flags)(int fd, int flags);
IMPORT(fd_fdstat_set_rights)(int fd, uint64_t base, uint64_t inheriting);
IMPORT(fd_filestat_get)(int fd, __wasi_filestat_t *stat);
IMPORT(fd_filestat_set_size)(int fd, uint64_t size);
IMPORT(fd_filestat_set_times)(int fd, uint64_t accessed, uint64_t modified, int flags);
IMPORT(fd_pread)(int fd, const __wasi_iovec_t *iovs, int count, uint64_t offset, uint32_t *size);
IMPORT(fd_prestat_get)(int fd, __wasi_prestat_t *prestat);
IMPORT(fd_prestat_dir_name)(int fd, char *path, int len);
IMPORT(fd_pwrite)(int fd, const __wasi_ciovec_t *iovs, int count, uint64_t offset, uint32_t *size);
IMPORT(fd_read)(int fd, const __wasi_iovec_t *iovs, int count, uint32_t *size);
IMPORT(fd_readdir)(int fd, void *buffer, int len, uint64_t cookie, uint32_t *used);
IMPORT(fd_renumber)(int from, int to);
IMPORT(fd_seek)(int fd, int64_t offset, int whence, uint64_t *position);
IMPORT(fd_sync)(int fd);
IMPORT(fd_tell)(int fd, uint64_t *position);
IMPORT(fd_write)(int fd, const __wasi_ciovec_t *iovs, int count, uint32_t *size);
IMPORT(path_create_directory)(int fd, const char *path, int len);
IMPORT(path_filestat_get)(int fd, int lookup, const char *path, int len, __wasi_filestat_t *stat);
IMPORT(path_filestat_set_times)(int fd, int lookup, const char *path, int len, uint64_t accessed, uint64_t modified, int flags);
IMPORT(path_link)(int old_fd, int lookup, const char *old, int old_len, int new_fd, const char *new, int new_len);
IMPORT(path_open)(int fd, int lookup, const char *path, int len, int oflags, uint64_t rights, uint64_t inheriting, int fdflags, uint32_t *opened);
IMPORT(path_readlink)(int fd, const char *path, int len, char *buffer, int size, uint32_t *used);
IMPORT(path_remove_directory)(int fd, const char *path, int len);
IMPORT(path_rename)(int old_fd, const char *old, int old_len, int new_fd, const char *new, int new_len);
IMPORT(path_symlink)(const char *old, int old_len, int fd, const char *new, int new_len);
IMPORT(path_unlink_file)(int fd, const char *path, int len);
IMPORT(poll_oneoff)(const __wasi_subscription_t *in, __wasi_event_t *out, int count, uint32_t *happened);
IMPORT(proc_raise)(int signal);
IMPORT(random_get)(void *buffer, int len);
IMPORT(sched_yield)(void);
IMPORT(sock_accept)(int fd, int flags, uint32_t *accepted);
IMPORT(sock_recv)(int fd, const __wasi_iovec_t *iovs, int count, int flags, uint32_t *size, uint16_t *out_flags);
IMPORT(sock_send)(int fd, const __wasi_ciovec_t *iovs, int count, int flags, uint32_t *size);
IMPORT(sock_shutdown)(int fd, int how);

#define READ __WASI_RIGHTS_FD_READ
#define WRITE __WASI_RIGHTS_FD_WRITE
#define CREAT __WASI_OFLAGS_CREAT
#define DIRECTORY __WASI_OFLAGS_DIRECTORY
#define EXCL __WASI_OFLAGS_EXCL
#define TRUNC __WASI_OFLAGS_TRUNC
#define FOLLOW __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW

/* A path as two arguments. */
#define P(path) path, (int)strlen(path)

/* Makes a call and prints its errno. */
#define TRY(call) printf("%s = %d\n", #call, call)

/* A function by name, and what tests it in the empty directory `dir`. */
struct test {
    const char *name;
    void (*run)(int dir);
};

/* The descriptor of what is at `path`, or -1. */
static inline int open_at(int dir, const char *path, int oflags, uint64_t rights, int fdflags)
{
    uint32_t fd;
    int error = wasi_path_open(dir, 0, P(path), oflags, rights, rights, fdflags, &fd);
    if (error != 0)
        printf("open %s = %d\n", path, error);
    return error == 0 ? (int)fd : -1;
}

static inline void put(int fd, const char *text)
{
    __wasi_ciovec_t out = {(const uint8_t *)text, strlen(text)};
    uint32_t size = 0;
    int error = wasi_fd_write(fd, &out, 1, &size);
    if (error != 0 || size != strlen(text))
        printf("write = %d, %u bytes\n", error, size);
}

/* A file in `dir` with this text. */
static inline void make(int dir, const char *path, const char *text)
{
    int fd = open_at(dir, path, CREAT | TRUNC, READ | WRITE, 0);
    put(fd, text);
    wasi_fd_close(fd);
}

/* Prints the bytes from `offset` on, at most 99. */
static inline void show(int fd, uint64_t offset)
{
    char text[100] = "";
    __wasi_iovec_t in = {(uint8_t *)text, 99};
    uint32_t size = 0;
    int error = wasi_fd_pread(fd, &in, 1, offset, &size);
    printf("at %llu = %d, %u bytes:", (unsigned long long)offset, error, size);
    for (uint32_t i = 0; error == 0 && i < size; i++)
        printf(text[i] >= ' ' ? " %c" : " \\%d", text[i]);
    printf("\n");
}

/* Prints what every file system agrees upon. */
static inline void show_stat(const char *what, int error, const __wasi_filestat_t *stat)
{
    if (error != 0)
        printf("%s = %d\n", what, error);
    else if (stat->filetype == __WASI_FILETYPE_DIRECTORY)
        printf("%s = 0, a directory\n", what);
    else
        printf("%s = 0, type %d, %llu links, %llu bytes\n", what, stat->filetype, (unsigned long long)stat->nlink,
               (unsigned long long)stat->size);
}

static inline void show_path(int dir, int lookup, const char *path)
{
    __wasi_filestat_t stat;
    int error = wasi_path_filestat_get(dir, lookup, P(path), &stat);
    show_stat(path, error, &stat);
}

/* Runs those tests that the arguments name, or all of them, each in a directory of its own below descriptor 3. */
static inline int run_tests(const struct test *tests, int count, int argc, char **argv)
{
    for (int i = 0; i < count; i++) {
        int wanted = argc < 2;
        for (int j = 1; j < argc; j++)
            wanted |= strcmp(argv[j], tests[i].name) == 0;
        if (!wanted)
            continue;
        printf("== %s\n", tests[i].name);
        int error = wasi_path_create_directory(3, P(tests[i].name));
        int dir = open_at(3, tests[i].name, DIRECTORY, 0, 0);
        if (error != 0 || dir < 0) {
            printf("no directory: %d\n", error);
            return 1;
        }
        tests[i].run(dir);
        wasi_fd_close(dir);
    }
    return 0;
}

#endif
