// random: checks that random bytes are not constant, not repeated and roughly balanced. Prints what holds; status 1
// if something does not.

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
    unsigned char first[256], second[256];
    int ok = getentropy(first, sizeof first) == 0 && getentropy(second, sizeof second) == 0;
    printf("getentropy works: %d\n", ok);

    int differ = memcmp(first, second, sizeof first) != 0;
    printf("two calls differ: %d\n", differ);

    // 4,096 fair bits have 2,048 ones with a standard deviation of 32; eight of those never happen.
    int ones = 0;
    for (size_t i = 0; i < sizeof first; i++)
        ones += __builtin_popcount(first[i]) + __builtin_popcount(second[i]);
    int balanced = ones > 2048 - 256 && ones < 2048 + 256;
    printf("balanced: %d\n", balanced);
    return ok && differ && balanced ? 0 : 1;
}
