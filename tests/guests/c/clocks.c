// clocks: reads every clock and its resolution, sleeps, yields. Prints what holds; status 1 if something does not.

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

static bool all = true;

static void check(const char *what, bool holds) {
    printf("%s: %d\n", what, holds);
    all = all && holds;
}

static long long nanoseconds(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0)
        return -1;
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(void) {
    struct timespec resolution;
    check("monotonic resolution", clock_getres(CLOCK_MONOTONIC, &resolution) == 0 && resolution.tv_sec == 0 &&
                                      resolution.tv_nsec > 0);
    check("realtime resolution", clock_getres(CLOCK_REALTIME, &resolution) == 0);
    check("monotonic", nanoseconds(CLOCK_MONOTONIC) >= 0);
    check("realtime", nanoseconds(CLOCK_REALTIME) >= 0);
    check("time", time(NULL) != (time_t)-1);

    long long start = nanoseconds(CLOCK_MONOTONIC);
    struct timespec pause = {.tv_sec = 0, .tv_nsec = 20000000};
    check("nanosleep", nanosleep(&pause, NULL) == 0);
    check("slept 20 ms", nanoseconds(CLOCK_MONOTONIC) - start >= 20000000);

    struct timespec until = {.tv_sec = 0, .tv_nsec = 0};
    check("sleep until a time in the past", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0);
    struct timespec wrong = {.tv_sec = 0, .tv_nsec = 1000000000};
    check("nanosleep of too many nanoseconds", nanosleep(&wrong, NULL) == -1 && errno == EINVAL);
    check("sched_yield", sched_yield() == 0);
    return all ? 0 : 1;
}
