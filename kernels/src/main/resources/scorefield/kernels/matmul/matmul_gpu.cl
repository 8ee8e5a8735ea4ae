// Matrix products C[M,N] = A·B on a GPU, A being [M,K] or, transposed, [K,M], and B [K,N] or, transposed, [N,K]: one, or a
// batch of them, whose matrices lie one after the other.
//
// One work-group makes one tile of C from one part of K; tile_gpu.cl tells how. Where there are fewer tiles than the device
// has processors, K is split, and sum_splits_gpu.cl adds the parts in their order.
//
// TRANSPOSE_A, TRANSPOSE_B  0 or 1
// WIDTH_A, WIDTH_B, WIDTH_C 4 where the matrix is read or written as float4, otherwise 1

#include "matmul/tile_gpu.cl"

kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void matmul_gpu(global const float *restrict a, const int a_at, global const float *restrict b, const int b_at,
                global float *restrict c, const int c_at, // [split][batch][M][N]
                const int M, const int N, const int K, const int part) { // part: of K in a split, a multiple of TILE_K
    local float tiles_of_a[2][LOCAL_A] __attribute__((aligned(16)));
    local float tiles_of_b[2][LOCAL_B] __attribute__((aligned(16)));
    const int tiles_across = (N + TILE_N - 1) / TILE_N, tiles = (M + TILE_M - 1) / TILE_M * tiles_across;
    const int product = get_group_id(0) / tiles, tile = get_group_id(0) % tiles, split = get_global_id(1);
    const int m = tile / tiles_across * TILE_M, n = tile % tiles_across * TILE_N;
    const int from = split * part, to = min(from + part, K);
    a += a_at + product * M * K;
    b += b_at + product * K * N;

    float next_a[FETCHED(TILE_M, WIDTH_A)], next_b[FETCHED(TILE_N, WIDTH_B)];
    float4 sums[4 * PARTS_M][PARTS_N];
    clear(sums);
    fetch(a, M, K, m, from, to, TILE_M, WIDTH_A, !TRANSPOSE_A, next_a);
    fetch(b, N, K, n, from, to, TILE_N, WIDTH_B, TRANSPOSE_B, next_b);
    put(next_a, TILE_M, WIDTH_A, !TRANSPOSE_A, tiles_of_a[0]);
    put(next_b, TILE_N, WIDTH_B, TRANSPOSE_B, tiles_of_b[0]);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = from, now = 0; k < to; k += TILE_K, now ^= 1) {
        const bool more = k + TILE_K < to;
        if (more) {
            fetch(a, M, K, m, k + TILE_K, to, TILE_M, WIDTH_A, !TRANSPOSE_A, next_a);
            fetch(b, N, K, n, k + TILE_K, to, TILE_N, WIDTH_B, TRANSPOSE_B, next_b);
        }
        multiply(tiles_of_a[now], tiles_of_b[now], sums);
        if (more) {
            put(next_a, TILE_M, WIDTH_A, !TRANSPOSE_A, tiles_of_a[now ^ 1]);
            put(next_b, TILE_N, WIDTH_B, TRANSPOSE_B, tiles_of_b[now ^ 1]);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    store(sums, c + c_at + (split * (int)(get_num_groups(0) / tiles) + product) * M * N, M, N, m, n, WIDTH_C);
}
