// 3x3 convolution, stride 1, by Winograd's minimal filtering F(4x4, 3x3), NHWC, float32, for CPUs.
//
// A tile of 4x4 outputs sees 6x6 inputs d. With the 3x3 weights g (Winograd 1980; Lavin & Gray 2016, arXiv 1509.09308),
//
//     y = A' [ (G g G') . (B' d B) ] A            (. elementwise, ' transposed; summed over the input channels)
//
// needs 36 multiplications where the direct sum needs 144. The elementwise products of many tiles and channels are 36
// matrix products, [tiles x Cin] [Cin x Cout], and there the time goes: about a quarter of the direct kernel's.
// The gradient in the images is the same with flipped, transposed weights. The gradient in the weights is the transpose
// of the same bilinear form, with the cotangent tile e (4x4):
//
//     dg = G' [ sum over tiles  (A e A') . (B' d B) ] G
//
// again 36 matrix products, [Cin x tiles] [tiles x Cout].
//
// The transforms interpolate at the points 0, +-a, +-b, infinity. The textbook's a = 1, b = 2 magnifies rounding errors
// most; a = 1/sqrt(2), b = sqrt(2) costs as much and its largest error is about 2.5 times smaller.
//
// Blocking. One work-item, alone in its work-group, takes TILES consecutive tiles (counted through rows and images)
// through all three stages, so that nothing but x, the weights and y leaves the second-level cache. As in conv2d.cl, a
// matrix product keeps 14 tiles x 32 output channels in registers, channels lie in chunks of 32 so that distances are
// compile-time constants, and one compiled kernel serves every layer.
//
// Channel counts that 16 does not divide: the transforms read whole vectors, of which the last may contain what follows the
// channels; no product or result that is written uses that, and of a result they write only the channels that there are.
//
// The result may be added to before it is stored: see epilogue.cl.
//
// Specialised by TILES and CHANNELS (most input channels transformed at once, a multiple of 32); FORWARD or
// WEIGHT_GRADIENT chooses the kernels.

#include "common/channels.cl"
#include "common/prefetch.cl"
#include "convolution/epilogue.cl"

#define A1 0.70710678118654752f
#define B1 1.41421356237309505f
#define A2 (A1 * A1)
#define B2 (B1 * B1)
#define GA (1.0f / (2.0f * A2 * (A2 - B2)))
#define GB (1.0f / (2.0f * B2 * (B2 - A2)))
#define G0 (1.0f / (A2 * B2))

#define CHUNK 32
#define BLOCK 32
#define POINTS 36
// How far apart the same tile and channel lie at two neighbouring points.
#define POINT (TILES * CHUNK)

// o = B' d
static void transform_input(float16 *o, const float16 *d) {
    const float16 even_a = d[4] - B2 * d[2], odd_a = A1 * d[3] - (A1 * B2) * d[1];
    const float16 even_b = d[4] - A2 * d[2], odd_b = B1 * d[3] - (A2 * B1) * d[1];
    o[0] = (A2 * B2) * d[0] - (A2 + B2) * d[2] + d[4];
    o[1] = even_a + odd_a;
    o[2] = even_a - odd_a;
    o[3] = even_b + odd_b;
    o[4] = even_b - odd_b;
    o[5] = (A2 * B2) * d[1] - (A2 + B2) * d[3] + d[5];
}

// o = A' m
static void transform_output(float16 *o, const float16 *m) {
    const float16 even_a = m[1] + m[2], odd_a = m[1] - m[2], even_b = m[3] + m[4], odd_b = m[3] - m[4];
    o[0] = m[0] + even_a + even_b;
    o[1] = A1 * odd_a + B1 * odd_b;
    o[2] = A2 * even_a + B2 * even_b;
    o[3] = (A1 * A2) * odd_a + (B1 * B2) * odd_b + m[5];
}

// o = A e
static void transform_cotangent(float16 *o, const float16 *e) {
    const float16 even_a = e[0] + A2 * e[2], odd_a = A1 * e[1] + (A1 * A2) * e[3];
    const float16 even_b = e[0] + B2 * e[2], odd_b = B1 * e[1] + (B1 * B2) * e[3];
    o[0] = e[0];
    o[1] = even_a + odd_a;
    o[2] = even_a - odd_a;
    o[3] = even_b + odd_b;
    o[4] = even_b - odd_b;
    o[5] = e[3];
}

// o = G g
static void transform_weights(float16 *o, const float16 *g) {
    const float16 even_a = GA * g[0] + (GA * A2) * g[2], odd_a = (GA * A1) * g[1];
    const float16 even_b = GB * g[0] + (GB * B2) * g[2], odd_b = (GB * B1) * g[1];
    o[0] = G0 * g[0];
    o[1] = even_a + odd_a;
    o[2] = even_a - odd_a;
    o[3] = even_b + odd_b;
    o[4] = even_b - odd_b;
    o[5] = g[2];
}

// o = G' s
static void transform_weight_gradient(float16 *o, const float16 *s) {
    const float16 even_a = s[1] + s[2], odd_a = s[1] - s[2], even_b = s[3] + s[4], odd_b = s[3] - s[4];
    o[0] = G0 * s[0] + GA * even_a + GB * even_b;
    o[1] = (GA * A1) * odd_a + (GB * B1) * odd_b;
    o[2] = (GA * A2) * even_a + (GB * B2) * even_b + s[5];
}

// Where the first of 4x4 pixels lies that a tile of images H x W x C starts with.
static int tile_at(const int tile, const int tiles_down, const int tiles_across, const int H, const int W, const int C) {
    const int n = tile / (tiles_down * tiles_across);
    return ((n * H + tile / tiles_across % tiles_down * 4) * W + tile % tiles_across * 4) * C;
}

// The transforms would wait for memory at each tile: a core finishes one long before it could ask for the next. So while
// the matrix products run, a little at each point, the cache is asked for the rows of the tiles to come.
//
// Asks for this point's share of the pixels 4 x 4 of count tiles from first on, channels [0, channels) of C.
static void ask_for_tiles(global const float *images, const int point, const int first, const int count,
                          const int tiles_down, const int tiles_across, const int H, const int W, const int C,
                          const int channels) {
    for (int row = point * 4 * count / POINTS; row < (point + 1) * 4 * count / POINTS; row++) {
        global const float *from =
            images + tile_at(first + row / 4, tiles_down, tiles_across, H, W, C) + row % 4 * W * C;
        for (int k = 0; k < 4; k++) {
            for (int c = 0; c < channels; c += 16) {
                ask_for_reading(from + k * C + c);
            }
        }
    }
}

// The transformed weights of all points: u[block][point][Cin][BLOCK], zero where the last block has no output channel.
// For origin and strides see pack_weights in conv2d.cl. One work-item per c, 16 output channels.
kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void winograd_weights(global const float *restrict w, const int w_at, global float *restrict u, const int u_at,
                      const int Cout, const int origin, const int tap_stride, const int in_stride, const int out_stride) {
    const int c = get_global_id(0), Cin = get_global_size(0), first = get_global_id(1) * 16;
    float taps[9 * 16];
    for (int tap = 0; tap < 9; tap++) {
        global const float *from = w + w_at + origin + tap * tap_stride + c * in_stride + first * out_stride;
        for (int lane = 0; lane < 16; lane++) {
            taps[tap * 16 + lane] = first + lane < Cout ? from[lane * out_stride] : 0.0f;
        }
    }
    float16 half_way[3][6];
    #pragma unroll
    for (int k = 0; k < 3; k++) {
        const float16 g[3] = {vload16(k, taps), vload16(3 + k, taps), vload16(6 + k, taps)};
        transform_weights(half_way[k], g);
    }
    global float *to = u + u_at + (first / BLOCK * POINTS * Cin + c) * BLOCK + first % BLOCK;
    #pragma unroll
    for (int r = 0; r < 6; r++) {
        const float16 g[3] = {half_way[0][r], half_way[1][r], half_way[2][r]};
        float16 o[6];
        transform_weights(o, g);
        #pragma unroll
        for (int k = 0; k < 6; k++) {
            vstore16(o[k], 0, to + (r * 6 + k) * Cin * BLOCK);
        }
    }
}

// B' d B for channels [start, start + channels) of tiles [first, first + count) into v: [chunk][point][tile][CHUNK]. The
// images lie from x to end.
static void transform_images(global const float *x, global const float *end, float *v, const int H, const int W,
                             const int Cin, const int start, const int channels, const int first, const int count,
                             const int tiles_down, const int tiles_across, const int padH, const int padW) {
    for (int t = 0; t < count; t++) {
        const int tile = first + t, n = tile / (tiles_down * tiles_across);
        const int top = tile / tiles_across % tiles_down * 4 - padH, left = tile % tiles_across * 4 - padW;
        for (int c = 0; c < channels; c += 16) {
            float16 half_way[6][6];
            for (int r = 0; r < 6; r++) {
                if (top + r >= 0 && top + r < H) {
                    global const float *from = x + ((n * H + top + r) * W + left) * Cin + start + c;
                    float16 d[6];
                    #pragma unroll
                    for (int k = 0; k < 6; k++) {
                        d[k] = left + k >= 0 && left + k < W ? read_channels(from + k * Cin, end) : (float16)(0.0f);
                    }
                    transform_input(half_way[r], d);
                } else {
                    #pragma unroll
                    for (int k = 0; k < 6; k++) {
                        half_way[r][k] = (float16)(0.0f);
                    }
                }
            }
            float *to = v + (c / CHUNK * POINTS * TILES + t) * CHUNK + c % CHUNK;
            for (int k = 0; k < 6; k++) {
                float16 d[6], o[6];
                #pragma unroll
                for (int r = 0; r < 6; r++) {
                    d[r] = half_way[r][k];
                }
                transform_input(o, d);
                #pragma unroll
                for (int r = 0; r < 6; r++) {
                    vstore16(o[r], 0, to + (r * 6 + k) * POINT);
                }
            }
        }
    }
}

#ifdef FORWARD

// One work-item per TILES tiles.
kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void winograd(global const float *restrict x, const int x_at, global const float *restrict u, const int u_at,
              global const float *restrict bias, const int bias_at,
              global const float *restrict sample_bias, const int sample_bias_at,
              global const float *restrict addend, const int addend_at,
              global float *restrict y, const int y_at, const int added,
              const int N, const int H, const int W, const int Cin, const int Ho, const int Wo, const int Cout,
              const int padH, const int padW) {
    float v[CHANNELS / CHUNK * POINTS * POINT] __attribute__((aligned(64))); // [chunk][point][tile][CHUNK]
    float m[POINTS * POINT] __attribute__((aligned(64)));                    // [point][tile][BLOCK]
    const int tiles_down = (Ho + 3) / 4, tiles_across = (Wo + 3) / 4;
    const int tiles = N * tiles_down * tiles_across, first = get_global_id(0) * TILES;
    const int count = min(TILES, tiles - first), following = min(TILES, tiles - first - count);
    for (int block = 0; block * BLOCK < Cout; block++) {
        for (int start = 0; start < Cin; start += CHANNELS) {
            const int channels = min(CHANNELS, Cin - start);
            if (block == 0 || Cin > CHANNELS) {
                transform_images(x + x_at, x + x_at + N * H * W * Cin, v, H, W, Cin, start, channels, first, count,
                                 tiles_down, tiles_across, padH, padW);
            }
            for (int point = 0; point < POINTS; point++) {
                if (block == 0) {
                    ask_for_tiles(x + x_at + start, point, first + TILES, following, tiles_down, tiles_across, H, W, Cin,
                                  channels);
                }
                if (start + CHANNELS >= Cin) {
                    for (int row = point * 4 * count / POINTS; row < (point + 1) * 4 * count / POINTS; row++) {
                        const int at = block * BLOCK + row % 4 * Wo * Cout
                            + tile_at(first + row / 4, tiles_down, tiles_across, Ho, Wo, Cout);
                        for (int k = 0; k < 4; k++) {
                            ask_for_writing(y + y_at + at + k * Cout);
                            ask_for_writing(y + y_at + at + k * Cout + 16);
                            if (added & ADDEND) {
                                ask_for_reading(addend + addend_at + at + k * Cout);
                                ask_for_reading(addend + addend_at + at + k * Cout + 16);
                            }
                        }
                    }
                }
                float *sums = m + point * POINT;
                float16 acc[TILES][2];
                #pragma unroll
                for (int t = 0; t < TILES; t++) {
                    acc[t][0] = start == 0 ? (float16)(0.0f) : vload16(2 * t, sums);
                    acc[t][1] = start == 0 ? (float16)(0.0f) : vload16(2 * t + 1, sums);
                }
                global const float *b = u + u_at + ((block * POINTS + point) * Cin + start) * BLOCK;
                for (int c = 0; c < channels; c += CHUNK) {
                    const float *a = v + (c / CHUNK * POINTS + point) * POINT;
                    const int end = min(CHUNK, channels - c);
                    for (int i = 0; i < end; i++, b += BLOCK) {
                        const float16 b0 = vload16(0, b), b1 = vload16(1, b);
                        #pragma unroll
                        for (int t = 0; t < TILES; t++) {
                            acc[t][0] += (float16)(a[t * CHUNK + i]) * b0;
                            acc[t][1] += (float16)(a[t * CHUNK + i]) * b1;
                        }
                    }
                }
                #pragma unroll
                for (int t = 0; t < TILES; t++) {
                    vstore16(acc[t][0], 2 * t, sums);
                    vstore16(acc[t][1], 2 * t + 1, sums);
                }
            }
        }
        for (int t = 0; t < count; t++) {
            const int tile = first + t, n = tile / (tiles_down * tiles_across);
            const int row0 = tile / tiles_across % tiles_down * 4, col0 = tile % tiles_across * 4;
            for (int o = block * BLOCK; o < min((block + 1) * BLOCK, Cout); o += 16) {
                const float *from = m + t * BLOCK + o % BLOCK;
                float16 half_way[4][6];
                #pragma unroll
                for (int k = 0; k < 6; k++) {
                    float16 column[6], out[4];
                    #pragma unroll
                    for (int r = 0; r < 6; r++) {
                        column[r] = vload16(0, from + (r * 6 + k) * POINT);
                    }
                    transform_output(out, column);
                    #pragma unroll
                    for (int r = 0; r < 4; r++) {
                        half_way[r][k] = out[r];
                    }
                }
                const float16 shift =
                    shift_of_16(bias + bias_at + o, sample_bias + sample_bias_at + n * Cout + o, Cout - o, added);
                #pragma unroll
                for (int r = 0; r < 4; r++) {
                    if (row0 + r < Ho) {
                        float16 out[4];
                        transform_output(out, half_way[r]);
                        #pragma unroll
                        for (int k = 0; k < 4; k++) {
                            if (col0 + k < Wo) {
                                const int at = ((n * Ho + row0 + r) * Wo + col0 + k) * Cout + o;
                                out[k] += shift;
                                if (added & ADDEND) {
                                    out[k] += read_channels(addend + addend_at + at,
                                                            addend + addend_at + N * Ho * Wo * Cout);
                                }
                                write_channels(out[k], y + y_at + at, Cout - o);
                            }
                        }
                    }
                }
            }
        }
    }
}

#endif

#ifdef WEIGHT_GRADIENT

#define ROWS 8

// A e A' for output channels [start, start + channels) of tiles [first, first + count) into z: [point][tile][BLOCK]. The
// cotangent lies from g to end.
static void transform_cotangents(global const float *g, global const float *end, float *z, const int Ho, const int Wo,
                                 const int Cout, const int start, const int channels, const int first, const int count,
                                 const int tiles_down, const int tiles_across) {
    for (int t = 0; t < count; t++) {
        const int tile = first + t, n = tile / (tiles_down * tiles_across);
        const int row0 = tile / tiles_across % tiles_down * 4, col0 = tile % tiles_across * 4;
        for (int o = 0; o < channels; o += 16) {
            float16 half_way[4][6];
            #pragma unroll
            for (int r = 0; r < 4; r++) {
                if (row0 + r < Ho) {
                    global const float *from = g + ((n * Ho + row0 + r) * Wo + col0) * Cout + start + o;
                    float16 e[4];
                    #pragma unroll
                    for (int k = 0; k < 4; k++) {
                        e[k] = col0 + k < Wo ? read_channels(from + k * Cout, end) : (float16)(0.0f);
                    }
                    transform_cotangent(half_way[r], e);
                } else {
                    #pragma unroll
                    for (int k = 0; k < 6; k++) {
                        half_way[r][k] = (float16)(0.0f);
                    }
                }
            }
            float *to = z + t * BLOCK + o;
            #pragma unroll
            for (int k = 0; k < 6; k++) {
                float16 e[4], out[6];
                #pragma unroll
                for (int r = 0; r < 4; r++) {
                    e[r] = half_way[r][k];
                }
                transform_cotangent(out, e);
                #pragma unroll
                for (int r = 0; r < 6; r++) {
                    vstore16(out[r], 0, to + (r * 6 + k) * POINT);
                }
            }
        }
    }
}

// The sum over the tiles of one split, for CHANNELS input channels and all output channels, before the last transform:
// partial[split][block][point][rows][BLOCK], where rows is Cin rounded up to ROWS. One work-item per CHANNELS input
// channels, split.
kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void winograd_weight_gradient(global const float *restrict x, const int x_at,
                              global const float *restrict g, const int g_at,
                              global float *restrict partial, const int partial_at,
                              const int N, const int H, const int W, const int Cin,
                              const int Ho, const int Wo, const int Cout,
                              const int padH, const int padW) {
    float v[CHANNELS / CHUNK * POINTS * POINT] __attribute__((aligned(64))); // [chunk][point][tile][CHUNK]
    float z[POINTS * POINT] __attribute__((aligned(64)));                    // [point][tile][BLOCK]
    const int tiles_down = (Ho + 3) / 4, tiles_across = (Wo + 3) / 4, tiles = N * tiles_down * tiles_across;
    const int rows = (Cin + ROWS - 1) / ROWS * ROWS, blocks = (Cout + BLOCK - 1) / BLOCK;
    const int start = get_global_id(0) * CHANNELS, channels = min(CHANNELS, Cin - start);
    const int split = get_global_id(1), splits = get_global_size(1);
    const int begin = (long) tiles * split / splits, end = (long) tiles * (split + 1) / splits;
    for (int first = begin; first < end; first += TILES) {
        const int count = min(TILES, end - first), following = min(TILES, end - first - count);
        transform_images(x + x_at, x + x_at + N * H * W * Cin, v, H, W, Cin, start, channels, first, count, tiles_down,
                         tiles_across, padH, padW);
        for (int block = 0; block < blocks; block++) {
            transform_cotangents(g + g_at, g + g_at + N * Ho * Wo * Cout, z, Ho, Wo, Cout, block * BLOCK,
                                 min(BLOCK, Cout - block * BLOCK), first, count, tiles_down, tiles_across);
            for (int point = 0; point < POINTS; point++) {
                if (block == 0) {
                    ask_for_tiles(x + x_at + start, point, first + count, following, tiles_down, tiles_across, H, W, Cin,
                                  channels);
                    ask_for_tiles(g + g_at, point, first + count, following, tiles_down, tiles_across, Ho, Wo, Cout,
                                  Cout);
                }
                for (int c = 0; c < channels; c += ROWS) {
                    global float *sums = partial + partial_at
                        + (((split * blocks + block) * POINTS + point) * rows + start + c) * BLOCK;
                    float16 acc[ROWS][2];
                    #pragma unroll
                    for (int i = 0; i < ROWS; i++) {
                        acc[i][0] = first == begin ? (float16)(0.0f) : vload16(2 * i, sums);
                        acc[i][1] = first == begin ? (float16)(0.0f) : vload16(2 * i + 1, sums);
                    }
                    const float *a = v + (c / CHUNK * POINTS + point) * POINT + c % CHUNK;
                    const float *b = z + point * POINT;
                    for (int t = 0; t < count; t++, a += CHUNK, b += BLOCK) {
                        const float16 b0 = vload16(0, b), b1 = vload16(1, b);
                        #pragma unroll
                        for (int i = 0; i < ROWS; i++) {
                            acc[i][0] += (float16)(a[i]) * b0;
                            acc[i][1] += (float16)(a[i]) * b1;
                        }
                    }
                    #pragma unroll
                    for (int i = 0; i < ROWS; i++) {
                        vstore16(acc[i][0], 2 * i, sums);
                        vstore16(acc[i][1], 2 * i + 1, sums);
                    }
                }
            }
        }
    }
}

// Adds the splits in their order and transforms the sums to dw, 3x3xCinxCout. One work-item per ROWS input channels,
// block.
kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void winograd_sum_splits(global const float *restrict partial, const int partial_at,
                         global float *restrict dw, const int dw_at, const int splits, const int Cin, const int Cout) {
    const int first = get_global_id(0) * ROWS, rows = get_global_size(0) * ROWS;
    const int block = get_global_id(1), blocks = get_global_size(1);
    float sums[POINTS * ROWS * BLOCK] __attribute__((aligned(64))); // [point][row][BLOCK]
    for (int point = 0; point < POINTS; point++) {
        float16 acc[2 * ROWS];
        #pragma unroll
        for (int i = 0; i < 2 * ROWS; i++) {
            acc[i] = (float16)(0.0f);
        }
        for (int split = 0; split < splits; split++) {
            global const float *from =
                partial + partial_at + (((split * blocks + block) * POINTS + point) * rows + first) * BLOCK;
            #pragma unroll
            for (int i = 0; i < 2 * ROWS; i++) {
                acc[i] += vload16(i, from);
            }
        }
        #pragma unroll
        for (int i = 0; i < 2 * ROWS; i++) {
            vstore16(acc[i], i, sums + point * ROWS * BLOCK);
        }
    }
    for (int i = 0; i < min(ROWS, Cin - first); i++) {
        for (int o = block * BLOCK; o < min((block + 1) * BLOCK, Cout); o += 16) {
            const float *from = sums + i * BLOCK + o % BLOCK;
            float16 half_way[6][3];
            for (int r = 0; r < 6; r++) {
                float16 row[6];
                #pragma unroll
                for (int k = 0; k < 6; k++) {
                    row[k] = vload16(0, from + (r * 6 + k) * ROWS * BLOCK);
                }
                transform_weight_gradient(half_way[r], row);
            }
            for (int k = 0; k < 3; k++) {
                float16 column[6], out[3];
                #pragma unroll
                for (int r = 0; r < 6; r++) {
                    column[r] = half_way[r][k];
                }
                transform_weight_gradient(out, column);
                #pragma unroll
                for (int r = 0; r < 3; r++) {
                    write_channels(out[r], dw + dw_at + ((r * 3 + k) * Cin + first + i) * Cout + o, Cout - o);
                }
            }
        }
    }
}

#endif
