// wordcount FILE: writes a short text to FILE, reads it again, and prints its lines, words and most frequent words.

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char text[] =
    "A board boots in a moment and an app on it starts at once.\n"
    "The app has a memory of its own, a stack of its own, and files if its\n"
    "manifest names them. It has nothing else: no other app, no device, no\n"
    "kernel that it could reach. When it ends, or is ended, the others go on,\n"
    "and the board with them.\n";

enum { MAX_WORDS = 64, MAX_LENGTH = 16, SHOWN = 5 };

struct word {
    char letters[MAX_LENGTH];
    unsigned count;
};

static struct word words[MAX_WORDS];
static size_t number_of_words;

// Counts one more occurrence; words beyond the table's end are dropped.
static void add(const char *letters) {
    size_t i = 0;
    while (i < number_of_words && strcmp(words[i].letters, letters) != 0)
        i++;
    if (i == MAX_WORDS)
        return;
    if (i == number_of_words) {
        strcpy(words[i].letters, letters);
        number_of_words++;
    }
    words[i].count++;
}

// The more frequent word first, equals in alphabetical order.
static int compare(const void *left, const void *right) {
    const struct word *a = left, *b = right;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return strcmp(a->letters, b->letters);
}

static int fail(const char *path) {
    fprintf(stderr, "wordcount: %s: %s\n", path, strerror(errno));
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: wordcount FILE\n");
        return 2;
    }
    const char *path = argv[1];

    FILE *file = fopen(path, "w");
    if (file == NULL)
        return fail(path);
    if (fputs(text, file) == EOF || fclose(file) == EOF)
        return fail(path);

    file = fopen(path, "r");
    if (file == NULL)
        return fail(path);
    unsigned lines = 0, total = 0, characters = 0;
    char letters[MAX_LENGTH];
    size_t length = 0;
    for (int c; (c = getc(file)) != EOF;) {
        characters++;
        if (c == '\n')
            lines++;
        if (isalpha(c)) {
            if (length < MAX_LENGTH - 1)
                letters[length++] = (char)tolower(c);
        } else if (length > 0) {
            letters[length] = '\0';
            add(letters);
            total++;
            length = 0;
        }
    }
    if (ferror(file))
        return fail(path);
    fclose(file);

    printf("%s: %u lines, %u words, %u characters\n", path, lines, total, characters);
    qsort(words, number_of_words, sizeof words[0], compare);
    for (size_t i = 0; i < number_of_words && i < SHOWN; i++)
        printf("%5u  %s\n", words[i].count, words[i].letters);
    return 0;
}
