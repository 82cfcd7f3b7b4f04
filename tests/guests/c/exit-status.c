// exit-status STATUS [now|abort]: ends with STATUS, by exit after its handlers, `now` by _Exit without them. Text that
// is still buffered is written by exit only.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void handler(void) {
    printf("handler\n");
}

int main(int argc, char **argv) {
    if (argc < 2)
        return 2;
    int status = atoi(argv[1]);
    setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
    atexit(handler);
    printf("status %d\n", status);
    if (argc > 2 && strcmp(argv[2], "now") == 0)
        _Exit(status);
    if (argc > 2 && strcmp(argv[2], "abort") == 0)
        abort();
    exit(status);
}
