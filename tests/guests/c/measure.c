// Measures what the kernel does for a program, in nanoseconds, which are executed instructions under -icount shift=0.
// One line for each figure: its name and the value.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

enum { ROUNDS = 1001, PAGES = 16384 };

static int64_t now(void) {
    __wasi_timestamp_t time = 0;
    if (__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &time)) abort();
    return (int64_t)time;
}

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void print_median(const char *name, int64_t *values, int64_t overhead) {
    qsort(values, ROUNDS, sizeof *values, ascending);
    fprintf(stderr, "%s %lld\n", name, (long long)(values[ROUNDS / 2] - overhead));
}

// What it takes to read the clock twice.
static int64_t clock_overhead(void) {
    static int64_t values[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = now();
        values[i] = now() - start;
    }
    qsort(values, ROUNDS, sizeof *values, ascending);
    return values[ROUNDS / 2];
}

static void yield(void) {
    static int64_t values[ROUNDS];
    int64_t overhead = clock_overhead();
    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = now();
        if (__wasi_sched_yield()) abort();
        values[i] = now() - start;
    }
    print_median("yield", values, overhead);
}

// The other side of it.
static void yield_back(void) {
    for (int i = 0; i < 2 * ROUNDS; i++)
        if (__wasi_sched_yield()) abort();
}

// A byte to the other program and back.
static void ping(void) {
    static int64_t values[ROUNDS];
    char byte = 'x';
    int64_t overhead = clock_overhead();
    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = now();
        if (write(1, &byte, 1) != 1 || read(0, &byte, 1) != 1) abort();
        values[i] = now() - start;
    }
    print_median("pipe", values, overhead);
}

static void pong(void) {
    char byte;
    for (int i = 0; i < ROUNDS; i++)
        if (read(0, &byte, 1) != 1 || write(1, &byte, 1) != 1) abort();
}

static void touch(void) {
    unsigned char *memory = aligned_alloc(4096, (size_t)PAGES * 4096);
    if (!memory) abort();
    volatile unsigned char *page = memory;
    int64_t start = now();
    for (int i = 0; i < PAGES; i++) page[i * 4096] = 1;
    fprintf(stderr, "touch %lld\n", (long long)((now() - start) / PAGES));
}

// How late a sleeper runs: from the tick of the timer to the program.
static void sleeper(void) {
    static int64_t values[ROUNDS];
    int64_t overhead = clock_overhead();
    for (int i = 0; i < ROUNDS; i++) {
        __wasi_timestamp_t deadline = (__wasi_timestamp_t)now() + 100000;
        __wasi_subscription_t wait = {.u.tag = __WASI_EVENTTYPE_CLOCK,
                                      .u.u.clock = {.id = __WASI_CLOCKID_MONOTONIC,
                                                    .timeout = deadline,
                                                    .flags = __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME}};
        __wasi_event_t event;
        size_t count;
        if (__wasi_poll_oneoff(&wait, &event, 1, &count)) abort();
        values[i] = now() - (int64_t)deadline;
    }
    print_median("latency", values, overhead / 2);
}

// A computation of always the same length.
static void compute(void) {
    uint32_t x = 1;
    for (int i = 0; i < 20000000; i++) x = x * 1664525 + 1013904223;
    if (x == 0) abort();
}

int main(int argc, char **argv) {
    int64_t start = now();
    const char *what = argc > 1 ? argv[1] : "";
    if (!strcmp(what, "start")) fprintf(stderr, "start %lld\n", (long long)start);
    else if (!strcmp(what, "yield")) yield();
    else if (!strcmp(what, "yield-back")) yield_back();
    else if (!strcmp(what, "ping")) ping();
    else if (!strcmp(what, "pong")) pong();
    else if (!strcmp(what, "touch")) touch();
    else if (!strcmp(what, "sleeper")) sleeper();
    else if (!strcmp(what, "compute")) compute();
    else return 2;
    return 0;
}
