/* C = alpha A B + beta C, on PolyBench/C's data and printed in its way. */
#include <polybench.h>
#include <stdio.h>

#if defined(MINI_DATASET)
enum { NI = 20, NJ = 25, NK = 30 };
#elif defined(SMALL_DATASET)
enum { NI = 60, NJ = 70, NK = 80 };
#else
#error "the test has MINI and SMALL only"
#endif

static double a[NI][NK], b[NK][NJ], c[NI][NJ];

int main(void)
{
    for (int i = 0; i < NI; i++) {
        for (int j = 0; j < NJ; j++)
            c[i][j] = (double)((i * j + 1) % NI) / NI;
        for (int k = 0; k < NK; k++)
            a[i][k] = (double)(i * (k + 1) % NK) / NK;
    }
    for (int k = 0; k < NK; k++)
        for (int j = 0; j < NJ; j++)
            b[k][j] = (double)(k * (j + 2) % NJ) / NJ;

    polybench_timer_start();
    for (int i = 0; i < NI; i++) {
        for (int j = 0; j < NJ; j++)
            c[i][j] *= 1.2;
        for (int k = 0; k < NK; k++)
            for (int j = 0; j < NJ; j++)
                c[i][j] += 1.5 * a[i][k] * b[k][j];
    }
    polybench_timer_print();

#ifdef POLYBENCH_DUMP_ARRAYS
    fprintf(stderr, "==BEGIN DUMP_ARRAYS==\nbegin dump: C");
    for (int i = 0; i < NI; i++)
        for (int j = 0; j < NJ; j++) {
            if ((i * NI + j) % 20 == 0)
                fprintf(stderr, "\n");
            fprintf(stderr, "%0.2lf ", c[i][j]);
        }
    fprintf(stderr, "\nend   dump: C\n==END   DUMP_ARRAYS==\n");
#endif
    return 0;
}
