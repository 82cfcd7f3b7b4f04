#include "polybench.h"
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>

static double start;

static double now(void)
{
    struct timeval time;
    gettimeofday(&time, NULL);
    return time.tv_sec + time.tv_usec * 1.0e-6;
}

void polybench_timer_start(void)
{
    start = now();
}

void polybench_timer_print(void)
{
    printf("%0.6f\n", now() - start);
}
