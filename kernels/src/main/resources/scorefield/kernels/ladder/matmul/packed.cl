// B is first packed into panels of 32 columns: the inner loop reads a panel front to back, which the hardware foresees, and never asks
// how many columns there are. Where B lay, its rows were N floats apart, each on another page of memory if N is large.
//
// 14 rows × 2 vectors are 28 sums, which with 2 vectors of B and a number of A just fit into the 32 registers of AVX-512.

#include "ladder/channels.cl"
#include "ladder/matmul/pack.cl"

#define ROWS 14

kernel void matmul(global const float *restrict a, global const float *restrict panels, global float *restrict c,
                   const int M, const int N, const int K) {
    const int panel = get_global_id(0), n = panel * PANEL, m = get_global_id(1) * ROWS;
    global const float *from[ROWS];
    float16 sum[ROWS][2];
    #pragma unroll
    for (int i = 0; i < ROWS; i++) {
        from[i] = a + min(m + i, M - 1) * K;
        sum[i][0] = sum[i][1] = (float16)(0.0f);
    }
    global const float *right = panels + panel * K * PANEL;
    for (int k = 0; k < K; k++, right += PANEL) {
        const float16 b0 = vload16(0, right), b1 = vload16(1, right);
        #pragma unroll
        for (int i = 0; i < ROWS; i++) {
            sum[i][0] += from[i][k] * b0;
            sum[i][1] += from[i][k] * b1;
        }
    }
    #pragma unroll
    for (int i = 0; i < ROWS; i++) {
        if (m + i < M) {
            store_16(sum[i][0], c + (m + i) * N + n, N - n);
            store_16(sum[i][1], c + (m + i) * N + n + 16, N - n - 16);
        }
    }
}
