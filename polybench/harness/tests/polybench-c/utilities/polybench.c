#include "polybench.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>

static double start;

static double now(void)
{
    struct timeval time;
    gettimeofday(&time, NULL);
    return time.tv_sec + time.tv_usec * 1.0e-6;
}

#ifndef POLYBENCH_NO_FLUSH_CACHE
static void flush_cache(void)
{
    int length = 32 << 20;
    char *bytes = calloc(length, 1), sum = 0;
    for (int i = 0; i < length; i += 64)
        sum |= bytes[i];
    assert(sum == 0);
    free(bytes);
}
#endif

void polybench_timer_start(void)
{
#ifndef POLYBENCH_NO_FLUSH_CACHE
    flush_cache();
#endif
    start = now();
}

void polybench_timer_print(void)
{
    printf("%0.6f\n", now() - start);
}
