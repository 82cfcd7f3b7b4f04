// wild NUMBER: makes one WASI call with a pointer that lies outside of its memory, or is not aligned, and prints the
// errno. Without a number it prints how many calls there are.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wasi/api.h>

#define OUTSIDE ((void *)0xfffff000)
// Memory ends in the middle of what this pointer promises.
#define EDGE ((void *)(__builtin_wasm_memory_size(0) * 65536 - 4))

static uint8_t small[8];
static _Alignas(8) uint8_t aligned[64];
static __wasi_size_t size;
static __wasi_subscription_t subscription = {.u.tag = __WASI_EVENTTYPE_CLOCK};

static int call(int number) {
    __wasi_ciovec_t wild_data = {.buf = OUTSIDE, .buf_len = 16};
    __wasi_ciovec_t too_long = {.buf = small, .buf_len = UINT32_MAX};
    __wasi_ciovec_t first_good[2] = {{.buf = (const uint8_t *)"good\n", .buf_len = 5}, wild_data};
    __wasi_iovec_t wild_target = {.buf = OUTSIDE, .buf_len = 16};

    switch (number) {
    case 0: return __wasi_fd_write(1, OUTSIDE, 1, &size);
    case 1: return __wasi_fd_write(1, EDGE, 1, &size);
    case 2: return __wasi_fd_write(1, &wild_data, 1, &size);
    case 3: return __wasi_fd_write(1, &too_long, 1, &size);
    case 4: return __wasi_fd_write(1, first_good, 2, &size);
    // As many vectors as wrap around 4 GiB.
    case 5: return __wasi_fd_write(1, first_good, 0x20000001, &size);
    case 6: return __wasi_fd_write(1, first_good, 1, OUTSIDE);
    case 7: return __wasi_fd_read(0, &wild_target, 1, &size);
    case 8: return __wasi_args_get(OUTSIDE, small);
    case 9: return __wasi_args_sizes_get(OUTSIDE, &size);
    case 10: return __wasi_environ_sizes_get(&size, OUTSIDE);
    case 11: return __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, OUTSIDE);
    case 12: return __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, EDGE);
    case 13: return __wasi_random_get(OUTSIDE, 16);
    case 14: return __wasi_random_get(small, UINT32_MAX);
    case 15: return __wasi_random_get(EDGE, 8);
    case 16: return __wasi_random_get(OUTSIDE, 0);
    case 17: return __wasi_fd_fdstat_get(1, OUTSIDE);
    case 18: return __wasi_fd_filestat_get(1, OUTSIDE);
    case 19: return __wasi_fd_prestat_get(3, OUTSIDE);
    case 20: return __wasi_fd_seek(1, 0, __WASI_WHENCE_CUR, OUTSIDE);
    case 21: return __wasi_poll_oneoff(OUTSIDE, OUTSIDE, 1, &size);
    case 22: return __wasi_poll_oneoff(&subscription, OUTSIDE, 1, &size);
    // Inside, but not aligned.
    case 23: return __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, (void *)(aligned + 1));
    case 24: return __wasi_fd_fdstat_get(1, (void *)(aligned + 1));
    default: return -1;
    }
}

int main(int argc, char **argv) {
    if (argc < 2)
        printf("25 calls\n");
    else
        printf("%d\n", call(atoi(argv[1])));
    return 0;
}
