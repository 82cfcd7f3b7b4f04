/* Functions of open descriptors. */

#include "calls.h"

static int text_file(int dir)
{
    make(dir, "file", "0123456789");
    return open_at(dir, "file", 0, READ | WRITE, 0);
}

static void fd_advise(int dir)
{
    int file = text_file(dir);
    for (int advice = 0; advice < 6; advice++)
        TRY(wasi_fd_advise(file, 0, 10, advice));
    TRY(wasi_fd_advise(file, 1000, 0, 0));
    TRY(wasi_fd_advise(file, 0, UINT64_MAX, 0));
    TRY(wasi_fd_advise(dir, 0, 0, 0));
    TRY(wasi_fd_advise(1, 0, 0, 0));
    TRY(wasi_fd_advise(99, 0, 0, 0));
}

static void fd_allocate(int dir)
{
    int file = text_file(dir);
    TRY(wasi_fd_allocate(file, 0, 100));
    TRY(wasi_fd_allocate(dir, 0, 100));
    TRY(wasi_fd_allocate(99, 0, 100));
    show_path(dir, 0, "file");
}

static void fd_close(int dir)
{
    int file = text_file(dir);
    TRY(wasi_fd_close(file));
    TRY(wasi_fd_close(file));
    TRY(wasi_fd_close(99));
    int again = open_at(dir, "file", 0, READ, 0);
    printf("the number is used again: %d\n", again == file);
}

static void fd_datasync(int dir)
{
    int file = text_file(dir);
    TRY(wasi_fd_datasync(file));
    TRY(wasi_fd_datasync(dir));
    TRY(wasi_fd_datasync(99));
}

static void fd_sync(int dir)
{
    int file = text_file(dir);
    TRY(wasi_fd_sync(file));
    TRY(wasi_fd_sync(dir));
    TRY(wasi_fd_sync(99));
}

static void show_fdstat(const char *what, int fd)
{
    __wasi_fdstat_t stat;
    int error = wasi_fd_fdstat_get(fd, &stat);
    if (error != 0)
        printf("%s = %d\n", what, error);
    else
        printf("%s = 0, type %d, flags %d, rights %llx, %llx\n", what, stat.fs_filetype, stat.fs_flags,
               (unsigned long long)stat.fs_rights_base, (unsigned long long)stat.fs_rights_inheriting);
}

static void fd_fdstat_get(int dir)
{
    make(dir, "file", "");
    show_fdstat("preopen", 3);
    show_fdstat("directory", dir);
    show_fdstat("read", open_at(dir, "file", 0, READ, 0));
    show_fdstat("write", open_at(dir, "file", 0, WRITE, 0));
    show_fdstat("both", open_at(dir, "file", 0, READ | WRITE, 0));
    show_fdstat("append", open_at(dir, "file", 0, WRITE, __WASI_FDFLAGS_APPEND));
    show_fdstat("nonblocking", open_at(dir, "file", 0, READ, __WASI_FDFLAGS_NONBLOCK));
    show_fdstat("none", 99);
}

static void fd_fdstat_set_flags(int dir)
{
    int file = text_file(dir);
    TRY(wasi_fd_fdstat_set_flags(file, __WASI_FDFLAGS_APPEND));
    show_fdstat("append", file);
    put(file, "end");
    show(file, 0);
    TRY(wasi_fd_fdstat_set_flags(file, 0));
    show_fdstat("not any more", file);
    uint64_t position;
    wasi_fd_seek(file, 0, __WASI_WHENCE_SET, &position);
    put(file, "start");
    show(file, 0);
    TRY(wasi_fd_fdstat_set_flags(file, __WASI_FDFLAGS_SYNC));
    TRY(wasi_fd_fdstat_set_flags(file, __WASI_FDFLAGS_NONBLOCK));
    TRY(wasi_fd_fdstat_set_flags(dir, 0));
    TRY(wasi_fd_fdstat_set_flags(99, 0));
}

static void fd_fdstat_set_rights(int dir)
{
    int file = text_file(dir);
    TRY(wasi_fd_fdstat_set_rights(file, READ, 0));
    TRY(wasi_fd_fdstat_set_rights(dir, READ, READ));
    TRY(wasi_fd_fdstat_set_rights(1, WRITE, 0));
    TRY(wasi_fd_fdstat_set_rights(99, 0, 0));
    put(file, "still writable");
}

static void fd_filestat_get(int dir)
{
    __wasi_filestat_t stat, other;
    int file = text_file(dir);
    show_stat("file", wasi_fd_filestat_get(file, &stat), &stat);
    show_stat("directory", wasi_fd_filestat_get(dir, &other), &other);
    printf("other inode: %d\n", stat.ino != other.ino);
    int twice = open_at(dir, "file", 0, READ, 0);
    wasi_fd_filestat_get(twice, &other);
    printf("same inode: %d\n", stat.ino == other.ino && stat.dev == other.dev);
    printf("times: %d\n", stat.mtim > 1000000 && stat.ctim <= stat.mtim);
    show_stat("none", wasi_fd_filestat_get(99, &stat), &stat);
    TRY(wasi_path_unlink_file(dir, P("file")));
    show_stat("without a name", wasi_fd_filestat_get(file, &stat), &stat);
    show(file, 5);
}

static void fd_filestat_set_size(int dir)
{
    int file = text_file(dir);
    TRY(wasi_fd_filestat_set_size(file, 4));
    show(file, 0);
    TRY(wasi_fd_filestat_set_size(file, 8));
    show(file, 0);
    TRY(wasi_fd_filestat_set_size(file, 1 << 30));
    show(file, (1 << 30) - 3);
    TRY(wasi_fd_filestat_set_size(file, UINT64_MAX));
    TRY(wasi_fd_filestat_set_size(file, 6));
    TRY(wasi_fd_filestat_set_size(open_at(dir, "file", 0, READ, 0), 0));
    TRY(wasi_fd_filestat_set_size(dir, 0));
    TRY(wasi_fd_filestat_set_size(99, 0));
}

static void fd_filestat_set_times(int dir)
{
    const int both = __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM;
    __wasi_filestat_t stat;
    int file = text_file(dir);
    TRY(wasi_fd_filestat_set_times(file, 1000000001, 2000000002, both));
    wasi_fd_filestat_get(file, &stat);
    printf("%llu %llu\n", (unsigned long long)stat.atim, (unsigned long long)stat.mtim);
    TRY(wasi_fd_filestat_set_times(file, 3, 4, __WASI_FSTFLAGS_MTIM));
    wasi_fd_filestat_get(file, &stat);
    printf("%llu %llu\n", (unsigned long long)stat.atim, (unsigned long long)stat.mtim);
    TRY(wasi_fd_filestat_set_times(file, 5, 6, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM_NOW));
    wasi_fd_filestat_get(file, &stat);
    printf("%llu, now: %d\n", (unsigned long long)stat.atim, stat.mtim > 1000000);
    TRY(wasi_fd_filestat_set_times(file, 0, 0, 0));
    TRY(wasi_fd_filestat_set_times(file, 0, 0, both | __WASI_FSTFLAGS_MTIM_NOW));
    TRY(wasi_fd_filestat_set_times(dir, 7, 8, both));
    wasi_fd_filestat_get(dir, &stat);
    printf("%llu %llu\n", (unsigned long long)stat.atim, (unsigned long long)stat.mtim);
    TRY(wasi_fd_filestat_set_times(99, 0, 0, both));
}

static void fd_pread(int dir)
{
    int file = text_file(dir);
    uint64_t position = 0;
    show(file, 0);
    show(file, 7);
    show(file, 10);
    show(file, 1000);
    show(file, INT64_MAX);
    show(file, UINT64_MAX);
    show(dir, 0);
    show(99, 0);
    show(open_at(dir, "file", 0, WRITE, 0), 0);
    TRY(wasi_fd_tell(file, &position));
    printf("%llu\n", (unsigned long long)position);
}

static void fd_pwrite(int dir)
{
    int file = text_file(dir);
    __wasi_ciovec_t out = {(const uint8_t *)"abc", 3};
    uint32_t size = 0;
    uint64_t position = 0;
    TRY(wasi_fd_pwrite(file, &out, 1, 2, &size));
    TRY(wasi_fd_pwrite(file, &out, 1, 15, &size));
    show(file, 0);
    TRY(wasi_fd_pwrite(file, &out, 1, INT64_MAX, &size));
    TRY(wasi_fd_pwrite(file, &out, 1, UINT64_MAX, &size));
    TRY(wasi_fd_tell(file, &position));
    printf("%llu\n", (unsigned long long)position);
    /* As on Linux, whatever the offset. */
    TRY(wasi_fd_pwrite(open_at(dir, "file", 0, WRITE, __WASI_FDFLAGS_APPEND), &out, 1, 0, &size));
    show(file, 0);
    TRY(wasi_fd_pwrite(open_at(dir, "file", 0, READ, 0), &out, 1, 0, &size));
    TRY(wasi_fd_pwrite(1, &out, 1, 0, &size));
    TRY(wasi_fd_pwrite(dir, &out, 1, 0, &size));
    TRY(wasi_fd_pwrite(99, &out, 1, 0, &size));
}

static void fd_read(int dir)
{
    int file = text_file(dir);
    char one[4] = "", other[4] = "";
    __wasi_iovec_t in[3] = {{(uint8_t *)one, 0}, {(uint8_t *)one, 3}, {(uint8_t *)other, 3}};
    uint32_t size = 0;
    int error;
    for (int i = 0; i < 5; i++) {
        error = wasi_fd_read(file, in, 3, &size);
        printf("%d, %u bytes: %.*s\n", error, size, (int)size, one);
    }
    TRY(wasi_fd_read(file, in, 0, &size));
    TRY(wasi_fd_read(open_at(dir, "file", 0, WRITE, 0), in, 3, &size));
    TRY(wasi_fd_read(dir, in, 3, &size));
    TRY(wasi_fd_read(1, in, 3, &size));
    TRY(wasi_fd_read(99, in, 3, &size));
    /* A file that was opened twice has two positions. */
    int twice[2] = {open_at(dir, "file", 0, READ, 0), open_at(dir, "file", 0, READ, 0)};
    for (int i = 0; i < 4; i++) {
        error = wasi_fd_read(twice[i % 2], in, 3, &size);
        printf("%d, %u bytes: %.*s\n", error, size, (int)size, one);
    }
}

static void fd_renumber(int dir)
{
    int file = text_file(dir), other = open_at(dir, "other", CREAT, READ | WRITE, 0);
    put(other, "other");
    TRY(wasi_fd_renumber(other, file));
    show(file, 0);
    TRY(wasi_fd_close(other));
    TRY(wasi_fd_renumber(file, file));
    TRY(wasi_fd_renumber(file, 99));
    TRY(wasi_fd_renumber(99, file));
    show(file, 0);
}

static void fd_seek(int dir)
{
    const int64_t offsets[] = {0, 3, -3, 100, INT64_MAX, INT64_MIN};
    int file = text_file(dir);
    for (int whence = 0; whence < 3; whence++) {
        for (unsigned i = 0; i < sizeof offsets / sizeof *offsets; i++) {
            uint64_t position = 0;
            int error = wasi_fd_seek(file, offsets[i], whence, &position);
            printf("fd_seek(%lld, %d) = %d, %llu\n", (long long)offsets[i], whence, error, (unsigned long long)position);
            wasi_fd_seek(file, 5, __WASI_WHENCE_SET, &position);
        }
    }
    uint64_t position;
    TRY(wasi_fd_seek(dir, 0, 0, &position));
    TRY(wasi_fd_seek(1, 0, 0, &position));
    TRY(wasi_fd_seek(99, 0, 0, &position));
    TRY(wasi_fd_seek(file, 20, __WASI_WHENCE_SET, &position));
    put(file, "behind a hole");
    show(file, 8);
}

static void fd_tell(int dir)
{
    int file = text_file(dir);
    uint64_t position = 99;
    TRY(wasi_fd_tell(file, &position));
    printf("%llu\n", (unsigned long long)position);
    put(file, "abc");
    TRY(wasi_fd_tell(file, &position));
    printf("%llu\n", (unsigned long long)position);
    int append = open_at(dir, "file", 0, WRITE, __WASI_FDFLAGS_APPEND);
    put(append, "abc");
    TRY(wasi_fd_tell(append, &position));
    printf("%llu\n", (unsigned long long)position);
    TRY(wasi_fd_tell(dir, &position));
    TRY(wasi_fd_tell(1, &position));
    TRY(wasi_fd_tell(99, &position));
}

static void fd_write(int dir)
{
    int file = text_file(dir), append = open_at(dir, "file", 0, WRITE, __WASI_FDFLAGS_APPEND);
    __wasi_ciovec_t out[3] = {{(const uint8_t *)"", 0}, {(const uint8_t *)"abc", 3}, {(const uint8_t *)"def", 3}};
    uint32_t size = 0;
    int error = wasi_fd_write(file, out, 3, &size);
    printf("%d, %u bytes\n", error, size);
    error = wasi_fd_write(append, out + 1, 2, &size);
    printf("%d, %u bytes\n", error, size);
    put(file, "x");
    show(file, 0);
    error = wasi_fd_write(file, out, 1, &size);
    printf("%d, %u bytes\n", error, size);
    TRY(wasi_fd_write(file, out, 0, &size));
    TRY(wasi_fd_write(open_at(dir, "file", 0, READ, 0), out, 3, &size));
    TRY(wasi_fd_write(dir, out, 3, &size));
    TRY(wasi_fd_write(0, out, 3, &size));
    TRY(wasi_fd_write(99, out, 3, &size));
}

static void fd_prestat_get(int dir)
{
    __wasi_prestat_t prestat = {0};
    TRY(wasi_fd_prestat_get(3, &prestat));
    printf("type %d, %zu bytes\n", prestat.tag, prestat.u.dir.pr_name_len);
    TRY(wasi_fd_prestat_get(dir, &prestat));
    TRY(wasi_fd_prestat_get(0, &prestat));
    TRY(wasi_fd_prestat_get(99, &prestat));
}

static void fd_prestat_dir_name(int dir)
{
    char name[20] = "";
    TRY(wasi_fd_prestat_dir_name(3, name, 6));
    printf("%s\n", name);
    TRY(wasi_fd_prestat_dir_name(3, name, 5));
    TRY(wasi_fd_prestat_dir_name(3, name, 20));
    TRY(wasi_fd_prestat_dir_name(dir, name, 20));
    TRY(wasi_fd_prestat_dir_name(0, name, 20));
    TRY(wasi_fd_prestat_dir_name(99, name, 20));
}

/* The entries behind `cookie`, in a buffer of `size` bytes: how many are whole, the first one's name and the last one's
 * cookie. */
static int entries(int dir, uint64_t cookie, uint32_t size, uint64_t *next, uint32_t *used)
{
    static uint8_t buffer[4096];
    int error = wasi_fd_readdir(dir, buffer, size, cookie, used), count = 0;
    if (error != 0) {
        printf("fd_readdir = %d\n", error);
        return -1;
    }
    for (uint32_t at = 0; at + 24 <= *used; count++) {
        __wasi_dirent_t entry;
        memcpy(&entry, buffer + at, 24);
        at += 24 + entry.d_namlen;
        if (at > *used)
            break;
        *next = entry.d_next;
    }
    return count;
}

static void fd_readdir(int dir)
{
    char name[] = "entry 0";
    uint32_t used = 0;
    uint64_t cookie = 0;
    for (int i = 0; i < 8; i++, name[6]++)
        make(dir, name, "");
    TRY(wasi_path_create_directory(dir, P("directory")));
    TRY(wasi_path_symlink(P("entry 1"), dir, P("link")));
    int count = entries(dir, 0, 4096, &cookie, &used);
    printf("%d entries, %u bytes\n", count, used);
    count = entries(dir, cookie, 4096, &cookie, &used);
    printf("%d behind the last, %u bytes\n", count, used);
    /* One by one, and with a buffer that cuts names off. */
    for (cookie = 0, count = 0; entries(dir, cookie, 24 + 9, &cookie, &used) > 0; count++)
        ;
    printf("%d steps\n", count);
    entries(dir, 0, 30, &cookie, &used);
    printf("%u bytes of 30\n", used);
    entries(dir, 0, 0, &cookie, &used);
    printf("%u bytes of 0\n", used);
    /* What goes and comes meanwhile does not move the rest. */
    entries(dir, 0, 24 + 1 + 24 + 2 + 24 + 9, &cookie, &used);
    TRY(wasi_path_unlink_file(dir, P("link")));
    make(dir, "late", "");
    int rest = entries(dir, cookie, 4096, &cookie, &used);
    printf("about eight more: %d\n", rest >= 7 && rest <= 10);
    printf("a preopened one is listed: %d\n", entries(3, 0, 4096, &cookie, &used) > 2);
    TRY(wasi_fd_readdir(open_at(dir, "late", 0, READ, 0), &used, 0, 0, &used));
    TRY(wasi_fd_readdir(1, &used, 0, 0, &used));
    TRY(wasi_fd_readdir(99, &used, 0, 0, &used));
    /* A directory that was opened twice, and one that is gone. */
    int twice = open_at(dir, "directory", DIRECTORY, 0, 0);
    TRY(wasi_path_remove_directory(dir, P("directory")));
    count = entries(twice, 0, 4096, &cookie, &used);
    printf("%d in what is gone\n", count);
}

static const struct test TESTS[] = {
    {"fd_advise", fd_advise},
    {"fd_allocate", fd_allocate},
    {"fd_close", fd_close},
    {"fd_datasync", fd_datasync},
    {"fd_fdstat_get", fd_fdstat_get},
    {"fd_fdstat_set_flags", fd_fdstat_set_flags},
    {"fd_fdstat_set_rights", fd_fdstat_set_rights},
    {"fd_filestat_get", fd_filestat_get},
    {"fd_filestat_set_size", fd_filestat_set_size},
    {"fd_filestat_set_times", fd_filestat_set_times},
    {"fd_pread", fd_pread},
    {"fd_prestat_dir_name", fd_prestat_dir_name},
    {"fd_prestat_get", fd_prestat_get},
    {"fd_pwrite", fd_pwrite},
    {"fd_read", fd_read},
    {"fd_readdir", fd_readdir},
    {"fd_renumber", fd_renumber},
    {"fd_seek", fd_seek},
    {"fd_sync", fd_sync},
    {"fd_tell", fd_tell},
    {"fd_write", fd_write},
};

int main(int argc, char **argv)
{
    return run_tests(TESTS, sizeof TESTS / sizeof *TESTS, argc, argv);
}
