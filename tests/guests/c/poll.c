// poll TIMEOUT: waits TIMEOUT milliseconds at most for standard input, and says what it saw.

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: poll TIMEOUT\n");
        return 2;
    }
    struct pollfd wanted[] = {{.fd = 0, .events = POLLRDNORM}, {.fd = 1, .events = POLLWRNORM}};
    // Standard output alone is ready at once.
    int ready = poll(&wanted[1], 1, -1);
    printf("writable: %d %d\n", ready, (wanted[1].revents & POLLWRNORM) != 0);

    ready = poll(wanted, 1, atoi(argv[1]));
    if (ready < 0) {
        printf("poll: %s\n", strerror(errno));
        return 1;
    }
    if (ready == 0) {
        printf("timeout\n");
        return 0;
    }
    char buffer[64];
    ssize_t length = read(0, buffer, sizeof buffer);
    printf("readable: %d, %zd bytes\n", ready, length);
    return 0;
}
