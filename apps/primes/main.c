// primes LIMIT: counts the primes below LIMIT with the sieve of Eratosthenes.

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    char *end = "";
    unsigned long limit = argc == 2 ? strtoul(argv[1], &end, 10) : 0;
    if (limit < 3 || limit > 1000000000 || *end != '\0') {
        fprintf(stderr, "usage: primes LIMIT, from 3 to 1000000000\n");
        return 2;
    }

    bool *composite = calloc(limit, sizeof *composite);
    if (composite == NULL) {
        fprintf(stderr, "primes: no memory for a sieve of %lu bytes\n", limit);
        return 1;
    }
    unsigned long count = 0, last = 0;
    for (unsigned long n = 2; n < limit; n++) {
        if (composite[n])
            continue;
        count++;
        last = n;
        // Multiples below n * n have a smaller prime factor.
        if (n < 65536)
            for (unsigned long multiple = n * n; multiple < limit; multiple += n)
                composite[multiple] = true;
    }
    printf("%lu primes below %lu, the last is %lu\n", count, limit, last);
    free(composite);
    return 0;
}
