// The block's columns are now one vector of 16: one instruction loads 16 numbers of B, one multiplies them all with a number of A and
// adds the products. One load of B serves ROWS multiply-adds, which do not depend on each other.

#include "ladder/channels.cl"

#define ROWS 8

kernel void matmul(global const float *restrict a, global const float *restrict b, global float *restrict c,
                   const int M, const int N, const int K) {
    const int n = get_global_id(0) * 16, m = get_global_id(1) * ROWS;
    float16 sum[ROWS];
    #pragma unroll
    for (int i = 0; i < ROWS; i++) {
        sum[i] = (float16)(0.0f);
    }
    for (int k = 0; k < K; k++) {
        const float16 right = load_16(b + k * N + n, N - n);
        #pragma unroll
        for (int i = 0; i < ROWS; i++) {
            sum[i] += a[min(m + i, M - 1) * K + k] * right;
        }
    }
    #pragma unroll
    for (int i = 0; i < ROWS; i++) {
        if (m + i < M) {
            store_16(sum[i], c + (m + i) * N + n, N - n);
        }
    }
}
