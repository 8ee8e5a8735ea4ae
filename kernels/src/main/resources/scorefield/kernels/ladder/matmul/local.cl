// For a GPU, whose cores share local memory in groups of work-items, and have small caches. A work-group computes a tile of 64 × 64
// of C. In each step its 256 work-items together copy 16 columns of A and 16 rows of B into local memory; each number that was read once
// from global memory is then used 64 times. A work-item keeps 4 × 4 sums in registers, so that it uses each number from local memory 4
// times. The barriers: nobody may multiply before all have copied, or copy before all have multiplied.

#define TILE 64
#define DEPTH 16
#define ROW (TILE + 4) // numbers of neighbouring k lie in other banks of the memory: they are written at the same time

kernel __attribute__((reqd_work_group_size(16, 16, 1)))
void matmul(global const float *restrict a, global const float *restrict b, global float *restrict c,
            const int M, const int N, const int K) {
    local float left[DEPTH * ROW], right[DEPTH * ROW];
    const int item = get_local_id(1) * 16 + get_local_id(0);
    const int m = get_group_id(1) * TILE, n = get_group_id(0) * TILE;
    float4 sum[4] = {(float4)(0.0f), (float4)(0.0f), (float4)(0.0f), (float4)(0.0f)};
    for (int k = 0; k < K; k += DEPTH) {
        for (int s = item; s < DEPTH * TILE; s += 256) { // neighbours read neighbours in memory
            const int i = m + s / DEPTH, j = n + s % TILE;
            left[s % DEPTH * ROW + s / DEPTH] = i < M && k + s % DEPTH < K ? a[i * K + k + s % DEPTH] : 0.0f;
            right[s / TILE * ROW + s % TILE] = j < N && k + s / TILE < K ? b[(k + s / TILE) * N + j] : 0.0f;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int d = 0; d < DEPTH; d++) {
            const float4 columns = vload4(get_local_id(0), right + d * ROW);
            #pragma unroll
            for (int p = 0; p < 4; p++) {
                sum[p] += left[d * ROW + 4 * get_local_id(1) + p] * columns;
            }
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    for (int p = 0; p < 4; p++) {
        const int row = m + 4 * get_local_id(1) + p, column = n + 4 * get_local_id(0);
        float results[4];
        vstore4(sum[p], 0, results);
        for (int q = 0; q < min(4, N - column) && row < M; q++) {
            c[row * N + column + q] = results[q];
        }
    }
}
