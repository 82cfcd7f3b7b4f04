/* What a program laid out as PolyBench/C's needs of its utilities: enough for the test of `make bench POLYBENCH_C=`. */
#ifndef POLYBENCH_H
#define POLYBENCH_H

void polybench_timer_start(void);
/* Stops the clock and prints the seconds since the start on standard output. */
void polybench_timer_print(void);

#endif
