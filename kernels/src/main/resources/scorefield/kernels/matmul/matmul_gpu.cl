// Matrix products C[M,N] = A·B on a GPU, A being [M,K] or, transposed, [K,M], and B [K,N] or, transposed, [N,K]: one, or a
// batch of them, whose matrices lie one after the other.
//
// One work-group makes one tile of C from one part of K; product_gpu.cl tells how. Where there are fewer tiles than the device
// has processors, K is split, and sum_splits_gpu.cl adds the parts in their order.
//
// TRANSPOSE_A, TRANSPOSE_B  0 or 1
// WIDTH_A, WIDTH_B, WIDTH_C 4 where the matrix is read or written as float4, otherwise 1

#define A_ALONG_K !TRANSPOSE_A
#define B_ALONG_K TRANSPOSE_B
#include "matmul/product_gpu.cl"

kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void matmul_gpu(global const float *restrict a, const int a_at, global const float *restrict b, const int b_at,
                global float *restrict c, const int c_at, // [split][batch][M][N]
                const int M, const int N, const int K, const int part) { // part: of K in a split, a multiple of TILE_K
    local float tiles[LOCAL_FLOATS] __attribute__((aligned(16)));
    const int tiles_across = (N + TILE_N - 1) / TILE_N, tiles_of_c = (M + TILE_M - 1) / TILE_M * tiles_across;
    const int product = get_group_id(0) / tiles_of_c, tile = get_group_id(0) % tiles_of_c, split = get_global_id(1);
    const int m = tile / tiles_across * TILE_M, n = tile % tiles_across * TILE_N;
    const int from = split * part, to = min(from + part, K);
    a += a_at + product * M * K;
    b += b_at + product * K * N;

    const int steps = (to - from + TILE_K - 1) / TILE_K;

    float next_a[FETCHED(TILE_M, WIDTH_A)], next_b[FETCHED(TILE_N, WIDTH_B)];
    run sums[ITEM_ROWS][ITEM_RUNS];
    clear(sums);
    for (int ahead = 0; ahead < STAGES - 1; ahead++) {
        local float *tile_a = tile_of_a(tiles, ahead), *tile_b = tile_of_b(tiles, ahead);
        fetch(a, M, K, m, from + ahead * TILE_K, to, TILE_M, WIDTH_A, A_ALONG_K, tile_a, next_a);
        fetch(b, N, K, n, from + ahead * TILE_K, to, TILE_N, WIDTH_B, B_ALONG_K, tile_b, next_b);
        end_of_step();
        end_copy(next_a, TILE_M, WIDTH_A, A_ALONG_K, tile_a);
        end_copy(next_b, TILE_N, WIDTH_B, B_ALONG_K, tile_b);
    }
    for (int step = 0; step < steps; step++) {
        const int ahead = step + STAGES - 1;
        local float *tile_a = tile_of_a(tiles, ahead), *tile_b = tile_of_b(tiles, ahead);
        wait_for_step();
        if (ahead < steps) {
            fetch(a, M, K, m, from + ahead * TILE_K, to, TILE_M, WIDTH_A, A_ALONG_K, tile_a, next_a);
            fetch(b, N, K, n, from + ahead * TILE_K, to, TILE_N, WIDTH_B, B_ALONG_K, tile_b, next_b);
        }
        end_of_step();
        multiply(tiles, step, sums);
        if (ahead < steps) {
            end_copy(next_a, TILE_M, WIDTH_A, A_ALONG_K, tile_a);
            end_copy(next_b, TILE_N, WIDTH_B, B_ALONG_K, tile_b);
        }
    }
    store(sums, c + c_at + (split * (int)(get_num_groups(0) / tiles_of_c) + product) * M * N, M, N, m, n, WIDTH_C);
}
