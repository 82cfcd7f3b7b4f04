/* Copies those lines of its input that are multiples of its argument. */

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    unsigned long divisor = argc > 1 ? strtoul(argv[1], NULL, 10) : 1, number;

    while (scanf("%lu", &number) == 1) {
        if (number % divisor == 0) {
            printf("%lu\n", number);
        }
    }
    return ferror(stdin) || fclose(stdout) != 0;
}
