// recurse DEPTH [frame]: calls itself DEPTH times and prints 2 * DEPTH - 2, for a DEPTH above 40; with `frame` each call
// also has 256 bytes of the stack in linear memory. A DEPTH of 0 is without end.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The division after the call keeps the compiler from making a loop of it.
__attribute__((noinline)) static unsigned long plain(unsigned long depth) {
    return depth == 1 ? 1 : plain(depth - 1) / 2 + depth;
}

__attribute__((noinline)) static unsigned long framed(unsigned long depth) {
    volatile unsigned char frame[256];
    memset((void *)frame, (int)depth, sizeof frame);
    return depth == 1 ? 1 : framed(depth - 1) / 2 + depth + frame[255] - (unsigned char)depth;
}

int main(int argc, char **argv) {
    if (argc < 2)
        return 2;
    unsigned long depth = strtoul(argv[1], NULL, 10);
    int frames = argc > 2 && strcmp(argv[2], "frame") == 0;
    printf("%lu\n", frames ? framed(depth) : plain(depth));
    return 0;
}
