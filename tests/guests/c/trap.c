// trap KIND: traps in the way that is asked for. Compiled code would not do this by accident, so every value that
// matters is volatile, or the trap is made by a builtin.

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile int zero = 0, minus_one = -1, least = INT_MIN;
static volatile double large = 1e300, not_a_number = __builtin_nan("");
static volatile size_t far = 0xfffffff0;
static volatile int sink;

static int from_double(double value) {
    return (int)value;
}

// Each function has a frame of its own in the report.
#define TRAP(name) __attribute__((noinline)) static void name(void)

TRAP(unreachable) { __builtin_trap(); }
TRAP(aborts) { abort(); }
TRAP(load) { sink = *(volatile int *)far; }
TRAP(store) { *(volatile int *)far = 1; }
// Only the last byte lies outside.
TRAP(straddle) { sink = *(volatile int *)(__builtin_wasm_memory_size(0) * 65536 - 3); }
TRAP(offset) { sink = ((volatile int *)far)[1000]; }
TRAP(divide) { sink = minus_one / zero; }
TRAP(remainder_) { sink = minus_one % zero; }
TRAP(overflow) { sink = least / minus_one; }
TRAP(convert) { sink = __builtin_wasm_trunc_s_i32_f64(large); }
TRAP(convert_nan) { sink = __builtin_wasm_trunc_s_i32_f64(not_a_number); }

TRAP(call_null) {
    void (*volatile function)(void) = NULL;
    function();
}

TRAP(call_outside) {
    void (*volatile function)(void) = (void (*)(void))0x100000;
    function();
}

TRAP(call_type) {
    // Through void *, because a direct cast between function types is a warning.
    int (*volatile function)(int) = (int (*)(int))(void *)from_double;
    sink = function(1);
}

static const struct {
    const char *name;
    void (*trap)(void);
} kinds[] = {
    {"unreachable", unreachable}, {"abort", aborts},           {"load", load},
    {"store", store},             {"straddle", straddle},      {"offset", offset},
    {"divide", divide},           {"remainder", remainder_},   {"overflow", overflow},
    {"convert", convert},         {"convert-nan", convert_nan}, {"call-null", call_null},
    {"call-outside", call_outside}, {"call-type", call_type},
};

int main(int argc, char **argv) {
    for (size_t i = 0; argc == 2 && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, argv[1]) == 0) {
            printf("%s\n", kinds[i].name);
            fflush(stdout);
            kinds[i].trap();
            printf("no trap\n");
            return 1;
        }
    }
    fprintf(stderr, "usage: trap KIND, one of");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        fprintf(stderr, " %s", kinds[i].name);
    fprintf(stderr, "\n");
    return 2;
}
