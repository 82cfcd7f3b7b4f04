/* Functions of paths. */

#include "calls.h"

static void path_create_directory(int dir)
{
    TRY(wasi_path_create_directory(dir, P("a")));
    TRY(wasi_path_create_directory(dir, P("a")));
    TRY(wasi_path_create_directory(dir, P("a/b/")));
    TRY(wasi_path_create_directory(dir, P("none/b")));
    TRY(wasi_path_create_directory(dir, P("../out")));
    TRY(wasi_path_create_directory(dir, P("/out")));
    TRY(wasi_path_create_directory(dir, P("")));
    TRY(wasi_path_create_directory(dir, P(".")));
    TRY(wasi_path_create_directory(dir, P("a/..")));
    TRY(wasi_path_create_directory(dir, "nul\0", 4));
    TRY(wasi_path_create_directory(dir, P("no utf-8 \xff")));
    char name[300];
    memset(name, 'n', sizeof name);
    TRY(wasi_path_create_directory(dir, name, 255));
    TRY(wasi_path_create_directory(dir, name, 256));
    make(dir, "file", "");
    TRY(wasi_path_create_directory(dir, P("file")));
    TRY(wasi_path_create_directory(dir, P("file/b")));
    TRY(wasi_path_create_directory(1, P("b")));
    TRY(wasi_path_create_directory(99, P("b")));
}

static void path_filestat_get(int dir)
{
    make(dir, "file", "text");
    TRY(wasi_path_create_directory(dir, P("a")));
    TRY(wasi_path_symlink(P("../file"), dir, P("a/link")));
    TRY(wasi_path_symlink(P("nothing"), dir, P("dangling")));
    const char *const paths[] = {"file", "file/", "file/.", "a", "a/", "a/link", "a/link/", "dangling", "none", "..", "."};
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) {
        show_path(dir, 0, paths[i]);
        show_path(dir, FOLLOW, paths[i]);
    }
    show_path(1, 0, "file");
    show_path(99, 0, "file");
}

static void path_filestat_set_times(int dir)
{
    const int both = __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM;
    __wasi_filestat_t stat;
    make(dir, "file", "text");
    TRY(wasi_path_symlink(P("file"), dir, P("link")));
    TRY(wasi_path_filestat_set_times(dir, 0, P("file"), 10, 20, both));
    TRY(wasi_path_filestat_set_times(dir, 0, P("link"), 30, 40, both));
    wasi_path_filestat_get(dir, 0, P("link"), &stat);
    printf("the link's: %llu\n", (unsigned long long)stat.mtim);
    wasi_path_filestat_get(dir, FOLLOW, P("link"), &stat);
    printf("the file's: %llu %llu\n", (unsigned long long)stat.atim, (unsigned long long)stat.mtim);
    TRY(wasi_path_filestat_set_times(dir, FOLLOW, P("link"), 50, 60, both));
    wasi_path_filestat_get(dir, 0, P("file"), &stat);
    printf("the file's: %llu %llu\n", (unsigned long long)stat.atim, (unsigned long long)stat.mtim);
    TRY(wasi_path_filestat_set_times(dir, 0, P("file"), 0, 0, __WASI_FSTFLAGS_ATIM_NOW | __WASI_FSTFLAGS_ATIM));
    TRY(wasi_path_filestat_set_times(dir, 0, P("none"), 1, 1, both));
    TRY(wasi_path_filestat_set_times(dir, 0, P("../none"), 1, 1, both));
    TRY(wasi_path_filestat_set_times(99, 0, P("file"), 1, 1, both));
}

static void path_link(int dir)
{
    make(dir, "file", "text");
    TRY(wasi_path_create_directory(dir, P("a")));
    TRY(wasi_path_link(dir, 0, P("file"), dir, P("a/second")));
    show_path(dir, 0, "file");
    int file = open_at(dir, "a/second", 0, READ | WRITE, 0);
    put(file, "TEXT");
    TRY(wasi_path_unlink_file(dir, P("file")));
    show_path(dir, 0, "a/second");
    show(file, 0);
    TRY(wasi_path_link(dir, 0, P("a/second"), dir, P("a/second")));
    TRY(wasi_path_link(dir, 0, P("a"), dir, P("directory")));
    TRY(wasi_path_link(dir, 0, P("none"), dir, P("b")));
    TRY(wasi_path_link(dir, 0, P("a/second"), dir, P("none/b")));
    TRY(wasi_path_link(dir, 0, P("a/second"), dir, P("../out")));
    TRY(wasi_path_link(dir, FOLLOW, P("a/second"), dir, P("b")));
    TRY(wasi_path_symlink(P("a/second"), dir, P("link")));
    TRY(wasi_path_link(dir, 0, P("link"), dir, P("link to the link")));
    show_path(dir, 0, "link to the link");
    TRY(wasi_path_link(99, 0, P("file"), dir, P("b")));
    TRY(wasi_path_link(dir, 0, P("a/second"), 99, P("b")));
}

static void try_open(int dir, int lookup, const char *path, int oflags, uint64_t rights, int fdflags)
{
    uint32_t fd = 0;
    int error = wasi_path_open(dir, lookup, P(path), oflags, rights, rights, fdflags, &fd);
    __wasi_fdstat_t stat;
    printf("%s, %d, %d, %llx, %d = %d", path, lookup, oflags, (unsigned long long)rights, fdflags, error);
    if (error == 0 && wasi_fd_fdstat_get(fd, &stat) == 0)
        printf(", type %d", stat.fs_filetype);
    printf("\n");
    if (error == 0)
        wasi_fd_close(fd);
}

static void path_open(int dir)
{
    make(dir, "file", "text");
    TRY(wasi_path_create_directory(dir, P("a")));
    TRY(wasi_path_symlink(P("file"), dir, P("link")));
    TRY(wasi_path_symlink(P("a"), dir, P("link to a")));
    TRY(wasi_path_symlink(P("new"), dir, P("dangling")));
    TRY(wasi_path_symlink(P("../out"), dir, P("leads out")));
    TRY(wasi_path_symlink(P("/etc"), dir, P("absolute")));
    TRY(wasi_path_symlink(P("loop"), dir, P("loop")));
    const char *const paths[] = {"file", "file/", "a", "a/", ".", "a/../file", "link", "link/", "link to a", "link to a/",
                                 "none", "none/file", "file/file", "dangling", "leads out", "absolute", "loop", "loop/x",
                                 "../path_open/file", "..", "/", ""};
    const int oflags[] = {0, DIRECTORY, CREAT | EXCL, CREAT | DIRECTORY, EXCL};
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++)
        for (int lookup = 0; lookup < 2; lookup++) {
            for (unsigned j = 0; j < sizeof oflags / sizeof *oflags; j++) {
                try_open(dir, lookup, paths[i], oflags[j], READ, 0);
                wasi_path_unlink_file(dir, P("none"));
            }
            try_open(dir, lookup, paths[i], 0, WRITE, 0);
        }
    for (int flags = 0; flags < 32; flags++)
        try_open(dir, 0, "file", 0, READ | WRITE, flags);
    try_open(dir, 1, "dangling", CREAT, WRITE, 0);
    show_path(dir, 0, "new");
    /* What truncates is a write. */
    show_path(dir, 0, "file");
    try_open(dir, 1, "link", TRUNC, READ, 0);
    show_path(dir, 0, "file");
    try_open(dir, 0, "a", TRUNC, WRITE, 0);
    /* Forty links are followed, no more. */
    char from[8] = "l0", to[8] = "file";
    for (int i = 0; i <= 41; i++) {
        snprintf(from, sizeof from, "l%d", i);
        wasi_path_symlink(P(to), dir, P(from));
        strcpy(to, from);
    }
    try_open(dir, 1, "l38", 0, READ, 0);
    try_open(dir, 1, "l39", 0, READ, 0);
    try_open(dir, 1, "l40", 0, READ, 0);
    char name[5000];
    memset(name, '/', sizeof name);
    memset(name, 'n', 256);
    uint32_t fd;
    TRY(wasi_path_open(dir, 0, name, 255, CREAT, WRITE, 0, 0, &fd));
    TRY(wasi_path_open(dir, 0, name, 256, CREAT, WRITE, 0, 0, &fd));
    for (int i = 0; i < 4999; i += 2)
        name[i] = '.';
    TRY(wasi_path_open(dir, 0, name, 4094, 0, READ, 0, 0, &fd));
    TRY(wasi_path_open(dir, 0, name, 4096, 0, READ, 0, 0, &fd));
    try_open(1, 0, "file", 0, READ, 0);
    try_open(99, 0, "file", 0, READ, 0);
}

static void path_readlink(int dir)
{
    char buffer[20] = "";
    uint32_t used = 0;
    make(dir, "file", "text");
    TRY(wasi_path_symlink(P("../any text"), dir, P("link")));
    TRY(wasi_path_readlink(dir, P("link"), buffer, 20, &used));
    printf("%u: %.*s\n", used, (int)used, buffer);
    TRY(wasi_path_readlink(dir, P("link"), buffer, 4, &used));
    printf("%u: %.*s\n", used, (int)used, buffer);
    TRY(wasi_path_readlink(dir, P("link"), buffer, 0, &used));
    TRY(wasi_path_readlink(dir, P("file"), buffer, 20, &used));
    TRY(wasi_path_readlink(dir, P("."), buffer, 20, &used));
    TRY(wasi_path_readlink(dir, P("none"), buffer, 20, &used));
    TRY(wasi_path_readlink(dir, P("../link"), buffer, 20, &used));
    TRY(wasi_path_readlink(99, P("link"), buffer, 20, &used));
}

static void path_remove_directory(int dir)
{
    make(dir, "file", "");
    TRY(wasi_path_create_directory(dir, P("a")));
    TRY(wasi_path_create_directory(dir, P("a/b")));
    TRY(wasi_path_symlink(P("a"), dir, P("link")));
    TRY(wasi_path_remove_directory(dir, P("a")));
    TRY(wasi_path_remove_directory(dir, P("link")));
    TRY(wasi_path_remove_directory(dir, P("file")));
    TRY(wasi_path_remove_directory(dir, P("none")));
    TRY(wasi_path_remove_directory(dir, P(".")));
    TRY(wasi_path_remove_directory(dir, P("..")));
    int b = open_at(dir, "a/b", DIRECTORY, 0, 0);
    TRY(wasi_path_remove_directory(dir, P("a/b/")));
    uint32_t fd;
    TRY(wasi_path_open(b, 0, P("new"), CREAT, WRITE, 0, 0, &fd));
    TRY(wasi_path_remove_directory(dir, P("a")));
    show_path(dir, 0, "a");
    TRY(wasi_path_remove_directory(99, P("a")));
}

static void path_rename(int dir)
{
    make(dir, "file", "text");
    make(dir, "other", "other text");
    TRY(wasi_path_create_directory(dir, P("a")));
    TRY(wasi_path_create_directory(dir, P("a/b")));
    TRY(wasi_path_create_directory(dir, P("empty")));
    int other = open_at(dir, "other", 0, READ, 0), a = open_at(dir, "a", DIRECTORY, 0, 0);
    TRY(wasi_path_rename(dir, P("file"), dir, P("other")));
    show(other, 0);
    show_path(dir, 0, "other");
    TRY(wasi_path_rename(dir, P("other"), a, P("moved")));
    show_path(dir, 0, "a/moved");
    TRY(wasi_path_rename(dir, P("a/moved"), dir, P("a/moved")));
    TRY(wasi_path_rename(dir, P("a/moved"), dir, P("empty")));
    TRY(wasi_path_rename(dir, P("a"), dir, P("a/moved")));
    TRY(wasi_path_rename(dir, P("a"), dir, P("a/b/c")));
    TRY(wasi_path_rename(dir, P("a/b"), dir, P("a")));
    TRY(wasi_path_rename(dir, P("empty"), dir, P("a/b")));
    TRY(wasi_path_rename(dir, P("a/b"), dir, P("a/moved")));
    TRY(wasi_path_rename(dir, P("a/moved/"), dir, P("x")));
    TRY(wasi_path_rename(dir, P("a/moved"), dir, P("x/")));
    TRY(wasi_path_rename(dir, P("a/"), dir, P("renamed/")));
    show_path(dir, 0, "renamed/moved");
    show_path(a, 0, "moved");
    TRY(wasi_path_rename(dir, P("none"), dir, P("x")));
    TRY(wasi_path_rename(dir, P("renamed/moved"), dir, P("../out")));
    TRY(wasi_path_rename(dir, P("../path_rename"), dir, P("x")));
    TRY(wasi_path_rename(dir, P("."), dir, P("x")));
    TRY(wasi_path_rename(99, P("x"), dir, P("y")));
    TRY(wasi_path_rename(dir, P("x"), 99, P("y")));
    /* Two names of one file: nothing happens. */
    TRY(wasi_path_link(dir, 0, P("renamed/moved"), dir, P("second")));
    TRY(wasi_path_rename(dir, P("second"), dir, P("renamed/moved")));
    show_path(dir, 0, "second");
}

static void path_symlink(int dir)
{
    TRY(wasi_path_symlink(P("any text"), dir, P("link")));
    TRY(wasi_path_symlink(P("any text"), dir, P("link")));
    TRY(wasi_path_symlink(P(""), dir, P("empty")));
    TRY(wasi_path_symlink(P("/absolute"), dir, P("absolute")));
    TRY(wasi_path_symlink(P("../.."), dir, P("out")));
    TRY(wasi_path_symlink(P("x"), dir, P("none/link")));
    TRY(wasi_path_symlink(P("x"), dir, P("../link")));
    TRY(wasi_path_symlink(P("x"), dir, P("link/")));
    TRY(wasi_path_symlink(P("x"), 99, P("link")));
    show_path(dir, 0, "link");
    show_path(dir, FOLLOW, "link");
    show_path(dir, FOLLOW, "out");
    show_path(dir, FOLLOW, "absolute");
}

static void path_unlink_file(int dir)
{
    make(dir, "file", "text");
    TRY(wasi_path_create_directory(dir, P("a")));
    TRY(wasi_path_symlink(P("a"), dir, P("link")));
    int file = open_at(dir, "file", 0, READ | WRITE, 0);
    TRY(wasi_path_unlink_file(dir, P("file")));
    TRY(wasi_path_unlink_file(dir, P("file")));
    put(file, "lives on");
    show(file, 0);
    make(dir, "file", "another");
    show(file, 0);
    TRY(wasi_path_unlink_file(dir, P("file/")));
    TRY(wasi_path_unlink_file(dir, P("a")));
    TRY(wasi_path_unlink_file(dir, P("link/")));
    TRY(wasi_path_unlink_file(dir, P("link")));
    show_path(dir, 0, "a");
    TRY(wasi_path_unlink_file(dir, P(".")));
    TRY(wasi_path_unlink_file(dir, P("../path_unlink_file/file")));
    TRY(wasi_path_unlink_file(99, P("file")));
}

static const struct test TESTS[] = {
    {"path_create_directory", path_create_directory},
    {"path_filestat_get", path_filestat_get},
    {"path_filestat_set_times", path_filestat_set_times},
    {"path_link", path_link},
    {"path_open", path_open},
    {"path_readlink", path_readlink},
    {"path_remove_directory", path_remove_directory},
    {"path_rename", path_rename},
    {"path_symlink", path_symlink},
    {"path_unlink_file", path_unlink_file},
};

int main(int argc, char **argv)
{
    return run_tests(TESTS, sizeof TESTS / sizeof *TESTS, argc, argv);
}
