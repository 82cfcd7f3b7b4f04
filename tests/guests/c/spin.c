// spin: a loop without an end and without a call, which only preemption can stop.

#include <stdio.h>

int main(void) {
    printf("spinning\n");
    fflush(stdout);
    for (volatile unsigned turns = 0;; turns++)
        ;
}
