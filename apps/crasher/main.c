// crasher INDEX: trusts its argument, and reads that element of an array of 16. Far out of bounds this is a trap, and
// the report names the functions below, innermost first. They are kept apart, or the optimiser would leave one.

#include <stdio.h>
#include <stdlib.h>

static const int samples[16] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};

__attribute__((noinline)) static int read_sample(unsigned long index) {
    return samples[index];
}

__attribute__((noinline)) static int filter(unsigned long index) {
    return (read_sample(index) + read_sample(index + 1)) / 2;
}

__attribute__((noinline)) static int calibrate(unsigned long index) {
    return 100 * filter(index) / 16;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: crasher INDEX\n");
        return 2;
    }
    unsigned long index = strtoul(argv[1], NULL, 10);
    printf("calibrating with sample %lu of 16\n", index);
    fflush(stdout);
    printf("calibration: %d %%\n", calibrate(index));
    return 0;
}
