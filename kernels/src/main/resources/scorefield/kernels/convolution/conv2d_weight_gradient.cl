// The gradient of a 2-D convolution in its weights, directly, NHWC, float32.
//
//     dw[a, b, c, o] = sum over n, i, j of  x[n, i*S + a - padH, j*S + b - padW, c] * g[n, i, j, o]
//
// Blocking. The sum runs over all pixels of all images: it is cut into tiles of TILE_H x TILE_W pixels, and the tiles
// into as many splits as keep the device busy. One work-item, alone in its work-group, sums one split for one block of
// 16 * VECTORS output channels and all input channels and taps. Per tile it copies the block's cotangent and, for ROWS
// input channels at a time, the zero-padded images into scratch small enough for the first-level cache; then, tap by
// tap, ROWS x VECTORS accumulators stay in registers while the loop runs over the tile's pixels.
// Each split's sums lie apart, in partial: [split][block][tap][rows][16 * VECTORS], where rows is Cin rounded up to
// ROWS. sum_splits adds them in the splits' order: the same bits on every run, without atomics.
//
// Where Cin is large and Cout small (an image's 1 or 3 channels), most lanes would idle. For stride 1 the host then
// exchanges the roles of x and g, which gives the flipped, transposed gradient, and sum_splits writes it the right way.
//
// Specialised by KERNEL_H, KERNEL_W, STRIDE, TILE_H, TILE_W, VECTORS, ROWS.

#define BLOCK (16 * VECTORS)
#define TAPS (KERNEL_H * KERNEL_W)
#define PATCH_H ((TILE_H - 1) * STRIDE + KERNEL_H)
#define PATCH_W ((TILE_W - 1) * STRIDE + KERNEL_W)

// One work-item per block, split.
kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void conv2d_weight_gradient(global const float *restrict x, const int x_at, global const float *restrict g, const int g_at,
                            global float *restrict partial, const int partial_at,
                            const int N, const int H, const int W, const int Cin,
                            const int Ho, const int Wo, const int Cout, const int padH, const int padW) {
    local float patch[PATCH_H * PATCH_W * ROWS];
    local float cotangent[TILE_H * TILE_W * BLOCK];
    const int block = get_global_id(0), blocks = get_global_size(0);
    const int split = get_global_id(1), splits = get_global_size(1);
    const int rows = (Cin + ROWS - 1) / ROWS * ROWS;
    const int lanes = min(BLOCK, Cout - block * BLOCK);
    const int tiles_across = (Wo + TILE_W - 1) / TILE_W, tiles_down = (Ho + TILE_H - 1) / TILE_H;
    const int tiles = N * tiles_down * tiles_across;
    global float *sums = partial + partial_at + (split * blocks + block) * TAPS * rows * BLOCK;
    for (int i = 0; i < TAPS * rows * VECTORS; i++) {
        vstore16((float16)(0.0f), i, sums);
    }
    for (int tile = (long) tiles * split / splits; tile < (long) tiles * (split + 1) / splits; tile++) {
        const int n = tile / (tiles_down * tiles_across);
        const int row0 = tile / tiles_across % tiles_down * TILE_H, col0 = tile % tiles_across * TILE_W;
        for (int p = 0; p < TILE_H * TILE_W; p++) {
            const int i = row0 + p / TILE_W, j = col0 + p % TILE_W;
            const int count = i < Ho && j < Wo ? lanes : 0;
            global const float *from = g + g_at + ((n * Ho + i) * Wo + j) * Cout + block * BLOCK;
            if (count == BLOCK) {
                #pragma unroll
                for (int v = 0; v < VECTORS; v++) {
                    vstore16(vload16(v, from), p * VECTORS + v, cotangent);
                }
            } else {
                for (int lane = 0; lane < BLOCK; lane++) {
                    cotangent[p * BLOCK + lane] = lane < count ? from[lane] : 0.0f;
                }
            }
        }
        for (int start = 0; start < Cin; start += ROWS) {
            for (int r = 0; r < PATCH_H; r++) {
                const int h = row0 * STRIDE - padH + r;
                for (int c = 0; c < PATCH_W; c++) {
                    const int v = col0 * STRIDE - padW + c;
                    const int count = h >= 0 && h < H && v >= 0 && v < W ? min(ROWS, Cin - start) : 0;
                    global const float *from = x + x_at + ((n * H + h) * W + v) * Cin + start;
                    local float *to = patch + (r * PATCH_W + c) * ROWS;
                    if (count == ROWS) {
                        #pragma unroll
                        for (int i = 0; i < ROWS; i++) {
                            to[i] = from[i];
                        }
                    } else {
                        for (int i = 0; i < ROWS; i++) {
                            to[i] = i < count ? from[i] : 0.0f;
                        }
                    }
                }
            }
            for (int tap = 0; tap < TAPS; tap++) {
                global float *sum = sums + (tap * rows + start) * BLOCK;
                float16 acc[ROWS][VECTORS];
                #pragma unroll
                for (int i = 0; i < ROWS; i++) {
                    #pragma unroll
                    for (int v = 0; v < VECTORS; v++) {
                        acc[i][v] = vload16(i * VECTORS + v, sum);
                    }
                }
                local const float *a = patch + (tap / KERNEL_W * PATCH_W + tap % KERNEL_W) * ROWS;
                local const float *b = cotangent;
                for (int r = 0; r < TILE_H; r++, a += (PATCH_W - TILE_W) * STRIDE * ROWS) {
                    for (int c = 0; c < TILE_W; c++, a += STRIDE * ROWS, b += BLOCK) {
                        float16 lanes_of_g[VECTORS];
                        #pragma unroll
                        for (int v = 0; v < VECTORS; v++) {
                            lanes_of_g[v] = vload16(v, b);
                        }
                        #pragma unroll
                        for (int i = 0; i < ROWS; i++) {
                            #pragma unroll
                            for (int v = 0; v < VECTORS; v++) {
                                acc[i][v] += (float16)(a[i]) * lanes_of_g[v];
                            }
                        }
                    }
                }
                #pragma unroll
                for (int i = 0; i < ROWS; i++) {
                    #pragma unroll
                    for (int v = 0; v < VECTORS; v++) {
                        vstore16(acc[i][v], i * VECTORS + v, sum);
                    }
                }
            }
        }
    }
}

// dw[origin + tap*tap_stride + c*in_stride + o*out_stride] = the sum over the splits of w(tap, c, o). One work-item per c, tap.
// The strides tell the plain gradient, (0, Cin*Cout, Cout, 1), from the one with the roles of x and g exchanged.
kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void sum_splits(global const float *restrict partial, const int partial_at, global float *restrict dw, const int dw_at,
                const int splits, const int Cout,
                const int origin, const int tap_stride, const int in_stride, const int out_stride) {
    const int c = get_global_id(0), Cin = get_global_size(0), tap = get_global_id(1);
    const int rows = (Cin + ROWS - 1) / ROWS * ROWS, blocks = (Cout + BLOCK - 1) / BLOCK;
    global float *to = dw + dw_at + origin + tap * tap_stride + c * in_stride;
    for (int block = 0; block < blocks; block++) {
        global const float *from = partial + partial_at + ((block * TAPS + tap) * rows + c) * BLOCK;
        float sums[BLOCK];
        #pragma unroll
        for (int v = 0; v < VECTORS; v++) {
            float16 sum = (float16)(0.0f);
            for (int split = 0; split < splits; split++) {
                sum += vload16(v, from + split * blocks * TAPS * rows * BLOCK);
            }
            vstore16(sum, v, sums);
        }
        for (int lane = 0; lane < min(BLOCK, Cout - block * BLOCK); lane++) {
            to[(block * BLOCK + lane) * out_stride] = sums[lane];
        }
    }
}
