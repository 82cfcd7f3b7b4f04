// filesystem DIR: uses the C library's file functions below DIR, which is to be empty, and prints what it sees.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path_a[256], path_b[256], path_dir[256];

// Prints what a call returned, and why if it failed.
#define SHOW(call)                                                                                                     \
    do {                                                                                                               \
        errno = 0;                                                                                                     \
        long result = (long)(call);                                                                                    \
        printf("%s: %ld%s%s\n", #call, result, result < 0 ? ", " : "", result < 0 ? strerror(errno) : "");             \
    } while (0)

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void list(const char *dir) {
    struct dirent **entries;
    int count = scandir(dir, &entries, NULL, by_name);
    printf("%d entries:", count);
    for (int i = 0; i < count; i++) {
        if (strcmp(entries[i]->d_name, ".") != 0 && strcmp(entries[i]->d_name, "..") != 0)
            printf(" %s%s", entries[i]->d_name, entries[i]->d_type == DT_DIR ? "/" : "");
        free(entries[i]);
    }
    printf("\n");
    if (count >= 0)
        free(entries);
}

// Buffered streams.
static void streams(void) {
    FILE *file = fopen(path_a, "w+");
    if (file == NULL) {
        perror(path_a);
        exit(1);
    }
    for (int i = 0; i < 1000; i++)
        fprintf(file, "line %d\n", i);
    printf("ftell: %ld\n", ftell(file));
    SHOW(fseek(file, 7 * 3, SEEK_SET));
    char line[32];
    printf("fgets: %s", fgets(line, sizeof line, file));
    SHOW(fseek(file, -4, SEEK_END));
    printf("fread: %zu\n", fread(line, 1, sizeof line, file));
    printf("feof: %d, ferror: %d\n", feof(file) != 0, ferror(file) != 0);
    rewind(file);
    int number = -1;
    printf("fscanf: %d,", fscanf(file, "line %d", &number));
    printf(" %d\n", number);
    SHOW(fclose(file));
    file = fopen(path_a, "a");
    fputs("last\n", file);
    SHOW(fclose(file));
}

// Descriptors.
static void descriptors(void) {
    int fd = open(path_b, O_RDWR | O_CREAT | O_EXCL, 0644);
    printf("a descriptor above the standard ones: %d\n", fd > 2);
    SHOW(open(path_b, O_RDWR | O_CREAT | O_EXCL, 0644));
    SHOW(write(fd, "0123456789", 10));
    SHOW(pwrite(fd, "XY", 2, 4));
    char buffer[16] = "";
    SHOW(pread(fd, buffer, 4, 3));
    printf("pread: %s\n", buffer);
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(lseek(fd, -1, SEEK_SET));
    SHOW(ftruncate(fd, 6));
    SHOW(read(fd, buffer, sizeof buffer));
    SHOW(fsync(fd));
    SHOW(fdatasync(fd));
    SHOW(fcntl(fd, F_GETFL) & O_APPEND);
    SHOW(fcntl(fd, F_SETFL, O_APPEND));
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(write(fd, "tail", 4));

    struct stat by_fd, by_path;
    SHOW(fstat(fd, &by_fd));
    SHOW(stat(path_b, &by_path));
    printf("size: %lld, regular: %d\n", (long long)by_fd.st_size, S_ISREG(by_fd.st_mode) != 0);
    printf("the same file: %d\n", by_fd.st_ino == by_path.st_ino && by_fd.st_dev == by_path.st_dev);
    SHOW(close(fd));
    SHOW(close(fd));
    SHOW(read(fd, buffer, 1));
    SHOW(write(99, "x", 1));
    SHOW(isatty(0) & 0);
}

static void directories(const char *dir) {
    struct stat status;
    SHOW(mkdir(path_dir, 0755));
    SHOW(mkdir(path_dir, 0755));
    SHOW(stat(path_dir, &status));
    printf("directory: %d\n", S_ISDIR(status.st_mode) != 0);
    list(dir);
    SHOW(rename(path_a, path_b));
    SHOW(stat(path_a, &status));
    SHOW(stat(path_b, &status));
    printf("size: %lld\n", (long long)status.st_size);
    SHOW(access(path_b, R_OK | W_OK));
    SHOW(unlink(path_dir));
    SHOW(rmdir(path_b));
    SHOW(open(path_dir, O_RDONLY | O_NOFOLLOW) >= 0);
    SHOW(open(path_dir, O_WRONLY));
    SHOW(open(path_b, O_RDONLY | O_DIRECTORY));
    SHOW(unlink(path_b));
    SHOW(unlink(path_b));
    SHOW(rmdir(path_dir));
    list(dir);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: filesystem DIR\n");
        return 2;
    }
    const char *dir = argv[1];
    snprintf(path_a, sizeof path_a, "%s/a", dir);
    snprintf(path_b, sizeof path_b, "%s/b", dir);
    snprintf(path_dir, sizeof path_dir, "%s/sub", dir);
    list(dir);
    streams();
    descriptors();
    directories(dir);
    return 0;
}
