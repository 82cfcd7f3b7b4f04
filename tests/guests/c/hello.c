// What a first C program does: streams, arguments, environment, heap, status.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    char line[64];
    printf("hello from C, %d arguments, %.3f, %s\n", argc - 1, 22.0 / 7, getenv("NAME"));
    while (fgets(line, sizeof line, stdin)) {
        char *copy = strdup(line);
        for (char *from = line, *to = copy + strcspn(line, "\n"); *from && *from != '\n';) *--to = *from++;
        fputs(copy, stdout);
        free(copy);
    }
    fprintf(stderr, "the last argument is %s\n", argv[argc - 1]);
    return 5;
}
