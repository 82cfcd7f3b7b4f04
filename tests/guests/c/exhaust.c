// exhaust: takes blocks of 1 MiB from malloc and writes to each page until malloc returns NULL, checks them, frees them
// and starts again. The number of blocks goes to standard error: it depends on the limit.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK = 1 << 20, PAGE = 4096 };

// Each block begins with a pointer to the one before.
struct block {
    struct block *before;
};

static unsigned fill(struct block **last) {
    unsigned count = 0;
    for (struct block *block; (block = malloc(BLOCK)) != NULL; count++) {
        for (size_t at = PAGE; at < BLOCK; at += PAGE)
            ((volatile unsigned char *)block)[at] = (unsigned char)(count + at / PAGE);
        block->before = *last;
        *last = block;
    }
    return count;
}

static int intact(const struct block *block, unsigned count) {
    for (; block != NULL; block = block->before) {
        count--;
        for (size_t at = PAGE; at < BLOCK; at += PAGE)
            if (((const unsigned char *)block)[at] != (unsigned char)(count + at / PAGE))
                return 0;
    }
    return count == 0;
}

static void empty(struct block **last) {
    for (struct block *block = *last; block != NULL; block = *last) {
        *last = block->before;
        free(block);
    }
}

int main(void) {
    struct block *last = NULL;
    unsigned first = fill(&last);
    printf("malloc returned NULL: errno is ENOMEM: %d\n", errno == ENOMEM);
    printf("some blocks before: %d, intact: %d\n", first > 0, intact(last, first));
    empty(&last);
    unsigned second = fill(&last);
    printf("the same number again: %d, intact: %d\n", first == second, intact(last, second));
    empty(&last);
    fprintf(stderr, "%u blocks of 1 MiB\n", first);
    return 0;
}
