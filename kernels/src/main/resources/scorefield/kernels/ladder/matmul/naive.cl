// A matrix product C[M,N] = A[M,K]·B[K,N], as its formula says it: one work-item adds up one number of C. For each multiplication it
// reads one number of A and one of B, and the next number of B that it needs lies N floats further on.

kernel void matmul(global const float *restrict a, global const float *restrict b, global float *restrict c,
                   const int N, const int K, const int numbers) {
    const int id = get_global_id(0);
    if (id >= numbers) {
        return; // the last work-group has work-items to spare
    }
    const int m = id / N, n = id % N;
    float sum = 0;
    for (int k = 0; k < K; k++) {
        sum += a[m * K + k] * b[k * N + n];
    }
    c[id] = sum;
}
