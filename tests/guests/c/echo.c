/* Writes what it reads, at once. */

#include <unistd.h>

int main(void)
{
    char buffer[4096];
    ssize_t size;

    while ((size = read(0, buffer, sizeof buffer)) > 0) {
        if (write(1, buffer, size) != size) {
            return 1;
        }
    }
    return size != 0;
}
