// The gradient of a 2-D convolution in its weights, NHWC, on a GPU, as one matrix product:
//
//     dw[k = (a,b,c), o] = sum over p = (n,i,j) of  x[n, i*S + a - padH, j*S + b - padW, c] * g[p, o]
//
// with KERNEL_H·KERNEL_W·Cin rows, Cout columns, and the sum over all N·Ho·Wo pixels of the batch. There are few tiles and
// long sums: the pixels are split, each split's sums lie apart, and sum_splits_gpu.cl adds them in the splits' order.
//
// KERNEL_H, KERNEL_W, STRIDE
// WIDTH_X, WIDTH_G, WIDTH_DW  4 where channels are read or written as float4, otherwise 1
// TILE_M and so on: see product_gpu.cl

#define A_ALONG_K 0
#define B_ALONG_K 0
#include "matmul/product_gpu.cl"

#define TAPS (KERNEL_H * KERNEL_W)
#define LANES (TILE_M / WIDTH_X)

// Reads the numbers of a tap, from channel c on, that the pixels p0 … p0 + TILE_K - 1 see; those from `end` on see zeros.
static void fetch_pixels(global const float *x, const int p0, const int end, const int H, const int W, const int Cin,
                         const int Ho, const int Wo, const int padH, const int padW, const int tap, const int c,
                         local float *to, float *next) {
    #pragma unroll
    for (int load = 0; load < LOADS(TILE_M, WIDTH_X); load++) {
        const int row = row_of(load, LANES), p = p0 + row;
        const int n = p / (Ho * Wo), at = p % (Ho * Wo);
        const int h = at / Wo * STRIDE + tap / KERNEL_W - padH, v = at % Wo * STRIDE + tap % KERNEL_W - padW;
        const bool inside = row < TILE_K && p < end && tap < TAPS && h >= 0 && h < H && v >= 0 && v < W;
        begin_copy(x + ((n * H + h) * W + v) * Cin + c, inside, TILE_M, WIDTH_X, A_ALONG_K, load, to, next);
    }
}

// One work-group a tile, split.
kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void conv2d_weight_gradient_gpu(global const float *restrict x, const int x_at, global const float *restrict g, const int g_at,
                                global float *restrict dw, const int dw_at, // [split][k][Cout]
                                const int pixels, // N·Ho·Wo
                                const int part,   // pixels of a split, a multiple of TILE_K
                                const int H, const int W, const int Cin, const int Ho, const int Wo, const int Cout,
                                const int padH, const int padW) {
    local float tiles[LOCAL_FLOATS] __attribute__((aligned(16)));
    const int tiles_across = (Cout + TILE_N - 1) / TILE_N, split = get_global_id(1);
    const int m = get_group_id(0) / tiles_across * TILE_M, o0 = get_group_id(0) % tiles_across * TILE_N;
    const int from = split * part, to = min(from + part, pixels);
    const int k = m + lane_of(0, LANES) * WIDTH_X, tap = k / Cin, c = k % Cin;
    x += x_at;
    g += g_at;

    const int steps = (to - from + TILE_K - 1) / TILE_K;

    float next_x[FETCHED(TILE_M, WIDTH_X)], next_g[FETCHED(TILE_N, WIDTH_G)];
    run sums[ITEM_ROWS][ITEM_RUNS];
    clear(sums);
    for (int ahead = 0; ahead < STAGES - 1; ahead++) {
        local float *tile_x = tile_of_a(tiles, ahead), *tile_g = tile_of_b(tiles, ahead);
        const int p = from + ahead * TILE_K;
        fetch_pixels(x, p, to, H, W, Cin, Ho, Wo, padH, padW, tap, c, tile_x, next_x);
        fetch(g, Cout, pixels, o0, p, to, TILE_N, WIDTH_G, B_ALONG_K, tile_g, next_g);
        end_of_step();
        end_copy(next_x, TILE_M, WIDTH_X, A_ALONG_K, tile_x);
        end_copy(next_g, TILE_N, WIDTH_G, B_ALONG_K, tile_g);
    }
    for (int step = 0; step < steps; step++) {
        const int ahead = step + STAGES - 1, p = from + ahead * TILE_K;
        wait_for_step();
        if (ahead < steps) {
            fetch_pixels(x, p, to, H, W, Cin, Ho, Wo, padH, padW, tap, c, tile_of_a(tiles, ahead), next_x);
            fetch(g, Cout, pixels, o0, p, to, TILE_N, WIDTH_G, B_ALONG_K, tile_of_b(tiles, ahead), next_g);
        }
        end_of_step();
        multiply(tiles, step, sums);
        if (ahead < steps) {
            end_copy(next_x, TILE_M, WIDTH_X, A_ALONG_K, tile_of_a(tiles, ahead));
            end_copy(next_g, TILE_N, WIDTH_G, B_ALONG_K, tile_of_b(tiles, ahead));
        }
    }
    store(sums, dw + dw_at + split * TAPS * Cin * Cout, TAPS * Cin, Cout, m, o0, WIDTH_DW);
}
