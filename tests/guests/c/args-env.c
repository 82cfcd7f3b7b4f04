// args-env [ARGS]...: prints its arguments and its environment, one a line, each with its length.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

int main(int argc, char **argv) {
    printf("%d arguments\n", argc);
    for (int i = 0; i < argc; i++)
        printf("%d: %zu <%s>\n", i, strlen(argv[i]), argv[i]);
    printf("ends with NULL: %d\n", argv[argc] == NULL);
    for (char **variable = environ; *variable != NULL; variable++)
        printf("env: %zu <%s>\n", strlen(*variable), *variable);
    const char *home = getenv("HOME");
    printf("HOME: %s\n", home == NULL ? "not set" : home);
    return 0;
}
