// As before, with two buffers of each kind in local memory. While the work-items multiply what lies in one of them, the numbers of the
// next step are already on their way from global memory into registers, and go to the other buffer: nobody waits for memory unless
// arithmetic is faster than it. And nobody overwrites what another still reads: one barrier in each step, where there were two.

#define TILE 64
#define DEPTH 16
#define ROW (TILE + 4)
#define LOADS (DEPTH * TILE / 256)

kernel __attribute__((reqd_work_group_size(16, 16, 1)))
void matmul(global const float *restrict a, global const float *restrict b, global float *restrict c,
            const int M, const int N, const int K) {
    local float left[2][DEPTH * ROW], right[2][DEPTH * ROW];
    const int item = get_local_id(1) * 16 + get_local_id(0);
    const int m = get_group_id(1) * TILE, n = get_group_id(0) * TILE, steps = (K + DEPTH - 1) / DEPTH;
    float4 sum[4] = {(float4)(0.0f), (float4)(0.0f), (float4)(0.0f), (float4)(0.0f)};
    // Step s fetches the numbers of step s and multiplies those of step s - 1.
    for (int step = 0; step <= steps; step++) {
        float next_left[LOADS], next_right[LOADS];
        #pragma unroll
        for (int l = 0; l < LOADS; l++) {
            const int s = item + l * 256, k = step * DEPTH, i = m + s / DEPTH, j = n + s % TILE;
            next_left[l] = i < M && k + s % DEPTH < K ? a[i * K + k + s % DEPTH] : 0.0f;
            next_right[l] = j < N && k + s / TILE < K ? b[(k + s / TILE) * N + j] : 0.0f;
        }
        const int now = (step + 1) % 2; // the buffer that step - 1 filled
        for (int d = 0; step > 0 && d < DEPTH; d++) {
            const float4 columns = vload4(get_local_id(0), right[now] + d * ROW);
            #pragma unroll
            for (int p = 0; p < 4; p++) {
                sum[p] += left[now][d * ROW + 4 * get_local_id(1) + p] * columns;
            }
        }
        #pragma unroll
        for (int l = 0; l < LOADS; l++) {
            const int s = item + l * 256;
            left[step % 2][s % DEPTH * ROW + s / DEPTH] = next_left[l];
            right[step % 2][s / TILE * ROW + s % TILE] = next_right[l];
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
