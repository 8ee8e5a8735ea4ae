// 2-D convolution (cross-correlation), NHWC, on a GPU, as one matrix product:
//
//     y[(n,i,j), o] = sum over k = (a,b,c) of  x[n, i*S + a - padH, j*S + b - padW, c] * w[k, o]
//
// with N·Ho·Wo rows, Cout columns and K = KERNEL_H·KERNEL_W·Cin. The matrix on the left is never stored: a work-group
// gathers its tile of it from the images, a step of k at a time ("implicit GEMM", as in Chetlur et al. 2014, "cuDNN:
// efficient primitives for deep learning"). The weights kh×kw×Cin×Cout are the matrix on the right as they lie.
//
// A work-item reads the same channels of a few pixels in every step, so it finds its pixels once, and its tap and channel
// by counting on: the loop has no division.
//
// The gradient in the images is the same sum over the cotangent, with the weights flipped and transposed
// (adjoint_weights_gpu.cl) and, for a stride above 1, zeros between the cotangent's pixels (DILATION).
//
// Before it is stored, the result may be added to: see epilogue.cl.
//
// KERNEL_H, KERNEL_W, STRIDE, DILATION
// WIDTH_X, WIDTH_W, WIDTH_Y  4 where channels are read or written as float4, otherwise 1
// TILE_M and so on: see product_gpu.cl

#define A_ALONG_K 1
#define B_ALONG_K 0
#include "matmul/product_gpu.cl"
#include "convolution/epilogue.cl"

#define TAPS (KERNEL_H * KERNEL_W)
#define LANES (TILE_K / WIDTH_X)

// Reads, for the pixels whose windows start at (top, left) of the image at `image`, the channels from c on of a tap.
static void fetch_windows(global const float *x, const int *image, const int *top, const int *left,
                          const int H, const int W, const int Cin, const int tap, const int c,
                          local float *to, float *next) {
    #pragma unroll
    for (int load = 0; load < LOADS(TILE_M, WIDTH_X); load++) {
        const int h = top[load] + tap / KERNEL_W, v = left[load] + tap % KERNEL_W;
        const bool inside = tap < TAPS && h >= 0 && h % DILATION == 0 && h / DILATION < H
            && v >= 0 && v % DILATION == 0 && v / DILATION < W;
        begin_copy(x + image[load] + (h / DILATION * W + v / DILATION) * Cin + c, inside, TILE_M, WIDTH_X, A_ALONG_K, load, to,
                   next);
    }
}

// One work-group a tile of pixels × output channels.
kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void conv2d_gpu(global const float *restrict x, const int x_at, global const float *restrict w, const int w_at,
                global const float *restrict bias, const int bias_at,
                global const float *restrict sample_bias, const int sample_bias_at,
                global const float *restrict addend, const int addend_at,
                global float *restrict y, const int y_at, const int added,
                const int pixels, // N·Ho·Wo
                const int H, const int W, const int Cin, const int Ho, const int Wo, const int Cout,
                const int padH, const int padW) {
    local float tiles[LOCAL_FLOATS] __attribute__((aligned(16)));
    const int tiles_across = (Cout + TILE_N - 1) / TILE_N, K = TAPS * Cin;
    const int first = get_group_id(0) / tiles_across * TILE_M, o0 = get_group_id(0) % tiles_across * TILE_N;
    x += x_at;
    w += w_at;

    // Where the windows start of the pixels that this work-item reads.
    int image[LOADS(TILE_M, WIDTH_X)], top[LOADS(TILE_M, WIDTH_X)], left[LOADS(TILE_M, WIDTH_X)];
    #pragma unroll
    for (int load = 0; load < LOADS(TILE_M, WIDTH_X); load++) {
        const int row = row_of(load, LANES), pixel = first + row;
        const int n = pixel / (Ho * Wo), at = pixel % (Ho * Wo);
        image[load] = n * H * W * Cin;
        // So far above the image that no tap lies within it.
        top[load] = row < TILE_M && pixel < pixels ? at / Wo * STRIDE - padH : -KERNEL_H;
        left[load] = at % Wo * STRIDE - padW;
    }
    int tap = lane_of(0, LANES) * WIDTH_X / Cin, c = lane_of(0, LANES) * WIDTH_X % Cin;

    const int steps = (K + TILE_K - 1) / TILE_K;

    float next_x[FETCHED(TILE_M, WIDTH_X)], next_w[FETCHED(TILE_N, WIDTH_W)];
    run sums[ITEM_ROWS][ITEM_RUNS];
    clear(sums);
    for (int ahead = 0; ahead < STAGES - 1; ahead++) {
        local float *tile_x = tile_of_a(tiles, ahead), *tile_w = tile_of_b(tiles, ahead);
        fetch_windows(x, image, top, left, H, W, Cin, tap, c, tile_x, next_x);
        fetch(w, Cout, K, o0, ahead * TILE_K, K, TILE_N, WIDTH_W, B_ALONG_K, tile_w, next_w);
        end_of_step();
        end_copy(next_x, TILE_M, WIDTH_X, A_ALONG_K, tile_x);
        end_copy(next_w, TILE_N, WIDTH_W, B_ALONG_K, tile_w);
        for (c += TILE_K; c >= Cin; c -= Cin) {
            tap++;
        }
    }
    for (int step = 0; step < steps; step++) {
        const int ahead = step + STAGES - 1;
        wait_for_step();
        if (ahead < steps) {
            fetch_windows(x, image, top, left, H, W, Cin, tap, c, tile_of_a(tiles, ahead), next_x);
            fetch(w, Cout, K, o0, ahead * TILE_K, K, TILE_N, WIDTH_W, B_ALONG_K, tile_of_b(tiles, ahead), next_w);
            for (c += TILE_K; c >= Cin; c -= Cin) {
                tap++;
            }
        }
        end_of_step();
        multiply(tiles, step, sums);
        if (ahead < steps) {
            end_copy(next_x, TILE_M, WIDTH_X, A_ALONG_K, tile_of_a(tiles, ahead));
            end_copy(next_w, TILE_N, WIDTH_W, B_ALONG_K, tile_of_b(tiles, ahead));
        }
    }

    #pragma unroll
    for (int i = 0; i < ITEM_ROWS; i++) {
        const int pixel = first + ROW(i);
        if (pixel >= pixels) {
            continue;
        }
        const int n = pixel / (Ho * Wo);
        #pragma unroll
        for (int q = 0; q < ITEM_RUNS; q++) {
            const int o = o0 + COLUMN(q), count = min(RUN, Cout - o), at = pixel * Cout + o;
            if (count <= 0) {
                continue;
            }
            float values[RUN];
            STORE_RUN(sums[i][q], values);
            #pragma unroll
            for (int l = 0; l < RUN; l++) {
                if (l < count) {
                    values[l] += shift_of(bias + bias_at + o + l, sample_bias + sample_bias_at + n * Cout + o + l, added);
                }
            }
            run result = LOAD_RUN(values);
            if (added & ADDEND) {
                result += load_run(addend + addend_at + at, count, WIDTH_Y);
            }
            store_run(y + y_at + at, result, count, WIDTH_Y);
        }
    }
}
