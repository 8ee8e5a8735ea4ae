// One work-item computes a row of C. The loop over columns is now the innermost: B and C are read in the order in which they lie in
// memory, each number of A is read once, and the compiler can make vectors of sums that do not depend on each other. The price: a sum
// lies in C while it grows, so each multiplication also loads and stores a number.

kernel void matmul(global const float *restrict a, global const float *restrict b, global float *restrict c,
                   const int N, const int K) {
    const int m = get_global_id(0);
    global float *sums = c + m * N;
    for (int n = 0; n < N; n++) {
        sums[n] = 0;
    }
    for (int k = 0; k < K; k++) {
        const float value = a[m * K + k];
        for (int n = 0; n < N; n++) {
            sums[n] += value * b[k * N + n];
        }
    }
}
