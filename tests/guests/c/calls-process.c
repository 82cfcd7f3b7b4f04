/* Functions of arguments, environment, clocks, waiting, random numbers and sockets. */

#include "calls.h"

static void args_sizes_get(int dir)
{
    uint32_t count = 0, size = 0;
    (void)dir;
    TRY(wasi_args_sizes_get(&count, &size));
    printf("%u arguments, %u bytes\n", count, size);
}

/* The first one, the program's name, may have come with a path. */
static void args_get(int dir)
{
    char *argv[16], buffer[1024];
    uint32_t count = 0, size = 0;
    (void)dir;
    wasi_args_sizes_get(&count, &size);
    TRY(wasi_args_get(argv, buffer));
    for (uint32_t i = 1; i < count; i++)
        printf("%s\n", argv[i]);
    printf("one after another: %d\n", argv[0] == buffer && argv[count - 1] + strlen(argv[count - 1]) + 1 == buffer + size);
}

static void environ_sizes_get(int dir)
{
    uint32_t count = 0, size = 0;
    (void)dir;
    TRY(wasi_environ_sizes_get(&count, &size));
    printf("%u variables, %u bytes\n", count, size);
}

static void environ_get(int dir)
{
    char *variables[16], buffer[1024];
    uint32_t count = 0, size = 0;
    (void)dir;
    wasi_environ_sizes_get(&count, &size);
    TRY(wasi_environ_get(variables, buffer));
    for (uint32_t i = 0; i < count; i++)
        printf("%s\n", variables[i]);
}

static void clock_res_get(int dir)
{
    uint64_t resolution = 0;
    (void)dir;
    for (int id = 0; id < 4; id++) {
        TRY(wasi_clock_res_get(id, &resolution));
        printf("at least 1 ns, at most 1 s: %d\n", resolution >= 1 && resolution <= 1000000000);
    }
}

static void clock_time_get(int dir)
{
    uint64_t first = 0, second = 0;
    (void)dir;
    for (int id = 0; id < 4; id++) {
        TRY(wasi_clock_time_get(id, 0, &first));
        TRY(wasi_clock_time_get(id, 1000000, &second));
        printf("does not go back: %d\n", second >= first);
    }
}

static __wasi_subscription_t clock_event(uint64_t userdata, int id, uint64_t timeout, int flags)
{
    __wasi_subscription_t event = {.userdata = userdata, .u.tag = __WASI_EVENTTYPE_CLOCK};
    event.u.u.clock.id = id;
    event.u.u.clock.timeout = timeout;
    event.u.u.clock.flags = flags;
    return event;
}

static __wasi_subscription_t fd_event(uint64_t userdata, int tag, int fd)
{
    __wasi_subscription_t event = {.userdata = userdata, .u.tag = tag};
    event.u.u.fd_read.file_descriptor = fd;
    return event;
}

static void show_events(int error, const __wasi_event_t *events, uint32_t count)
{
    printf("poll_oneoff = %d, %u events\n", error, error == 0 ? count : 0);
    for (uint32_t i = 0; error == 0 && i < count; i++)
        printf("  %llu: type %d, errno %d, %llu bytes, flags %d\n", (unsigned long long)events[i].userdata, events[i].type,
               events[i].error, (unsigned long long)events[i].fd_readwrite.nbytes, events[i].fd_readwrite.flags);
}

static void poll_oneoff(int dir)
{
    const int absolute = __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME;
    const uint64_t ms = 1000000;
    __wasi_event_t events[4];
    uint32_t count = 0;
    TRY(wasi_poll_oneoff(0, events, 0, &count));
    for (int id = 0; id < 2; id++) {
        uint64_t before = 0, after = 0;
        wasi_clock_time_get(id, 0, &before);
        __wasi_subscription_t relative = clock_event(1, id, 5 * ms, 0);
        int error = wasi_poll_oneoff(&relative, events, 1, &count);
        show_events(error, events, count);
        wasi_clock_time_get(id, 0, &after);
        printf("waited: %d\n", after - before >= 5 * ms);
        __wasi_subscription_t until = clock_event(2, id, after + 5 * ms, absolute);
        error = wasi_poll_oneoff(&until, events, 1, &count);
        show_events(error, events, count);
        wasi_clock_time_get(id, 0, &before);
        printf("waited: %d\n", before >= after + 5 * ms);
        __wasi_subscription_t past = clock_event(3, id, 1, absolute);
        error = wasi_poll_oneoff(&past, events, 1, &count);
        show_events(error, events, count);
    }
    __wasi_subscription_t early_and_late[2] = {clock_event(4, 1, 3600000 * ms, 0), clock_event(5, 1, 2 * ms, 0)};
    show_events(wasi_poll_oneoff(early_and_late, events, 2, &count), events, count);
    __wasi_subscription_t processor = clock_event(6, __WASI_CLOCKID_PROCESS_CPUTIME_ID, ms, 0);
    show_events(wasi_poll_oneoff(&processor, events, 1, &count), events, count);

    int file = open_at(dir, "file", CREAT, READ | WRITE, 0);
    put(file, "12345");
    uint64_t position;
    wasi_fd_seek(file, 2, __WASI_WHENCE_SET, &position);
    for (int tag = 1; tag <= 2; tag++) {
        __wasi_subscription_t either[2] = {fd_event(7, tag, file), clock_event(8, 1, 3600000 * ms, 0)};
        show_events(wasi_poll_oneoff(either, events, 2, &count), events, count);
    }
    __wasi_subscription_t closed = fd_event(10, __WASI_EVENTTYPE_FD_READ, 99);
    show_events(wasi_poll_oneoff(&closed, events, 1, &count), events, count);
}

static void proc_raise(int dir)
{
    (void)dir;
    enum { NONE = 0, INTERRUPT = 2 };
    TRY(wasi_proc_raise(NONE));
    TRY(wasi_proc_raise(INTERRUPT));
}

static void random_get(int dir)
{
    unsigned char one[64] = {0}, other[64] = {0};
    (void)dir;
    TRY(wasi_random_get(one, 64));
    TRY(wasi_random_get(other, 64));
    TRY(wasi_random_get(one, 0));
    printf("different: %d\n", memcmp(one, other, 64) != 0);
}

static void sched_yield_(int dir)
{
    (void)dir;
    TRY(wasi_sched_yield());
}

static void sock_accept(int dir)
{
    uint32_t fd;
    int file = open_at(dir, "file", CREAT, READ | WRITE, 0);
    TRY(wasi_sock_accept(file, 0, &fd));
    TRY(wasi_sock_accept(dir, 0, &fd));
    TRY(wasi_sock_accept(1, 0, &fd));
    TRY(wasi_sock_accept(99, 0, &fd));
}

static void sock_recv(int dir)
{
    char buffer[4];
    __wasi_iovec_t in = {(uint8_t *)buffer, 4};
    uint32_t size;
    uint16_t flags;
    int file = open_at(dir, "file", CREAT, READ | WRITE, 0);
    TRY(wasi_sock_recv(file, &in, 1, 0, &size, &flags));
    TRY(wasi_sock_recv(dir, &in, 1, 0, &size, &flags));
    TRY(wasi_sock_recv(0, &in, 1, 0, &size, &flags));
    TRY(wasi_sock_recv(99, &in, 1, 0, &size, &flags));
}

static void sock_send(int dir)
{
    __wasi_ciovec_t out = {(const uint8_t *)"text", 4};
    uint32_t size;
    int file = open_at(dir, "file", CREAT, READ | WRITE, 0);
    TRY(wasi_sock_send(file, &out, 1, 0, &size));
    TRY(wasi_sock_send(dir, &out, 1, 0, &size));
    TRY(wasi_sock_send(1, &out, 1, 0, &size));
    TRY(wasi_sock_send(99, &out, 1, 0, &size));
}

static void sock_shutdown(int dir)
{
    int file = open_at(dir, "file", CREAT, READ | WRITE, 0);
    TRY(wasi_sock_shutdown(file, __WASI_SDFLAGS_RD));
    TRY(wasi_sock_shutdown(dir, __WASI_SDFLAGS_WR));
    TRY(wasi_sock_shutdown(1, __WASI_SDFLAGS_RD | __WASI_SDFLAGS_WR));
    TRY(wasi_sock_shutdown(99, __WASI_SDFLAGS_RD));
}

/* Comes last: what is behind it does not run. */
static void proc_exit(int dir)
{
    (void)dir;
    fflush(stdout);
    __wasi_proc_exit(42);
}

static const struct test TESTS[] = {
    {"args_sizes_get", args_sizes_get},
    {"args_get", args_get},
    {"environ_sizes_get", environ_sizes_get},
    {"environ_get", environ_get},
    {"clock_res_get", clock_res_get},
    {"clock_time_get", clock_time_get},
    {"poll_oneoff", poll_oneoff},
    {"proc_raise", proc_raise},
    {"random_get", random_get},
    {"sched_yield", sched_yield_},
    {"sock_accept", sock_accept},
    {"sock_recv", sock_recv},
    {"sock_send", sock_send},
    {"sock_shutdown", sock_shutdown},
    {"proc_exit", proc_exit},
};

int main(int argc, char **argv)
{
    return run_tests(TESTS, sizeof TESTS / sizeof *TESTS, argc, argv);
}
