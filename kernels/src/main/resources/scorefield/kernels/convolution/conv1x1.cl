// 1x1 convolution, stride 1, and the gradient in its weights, NHWC, float32, for CPUs.
//
//     y[p, o] = sum over c of  x[p, c] * w[c, o]          dw[c, o] = sum over p of  x[p, c] * g[p, o]
//
// Every pixel p is by itself, so these are products of a very long matrix with a small one: for each number that comes from
// memory only some tens of multiply-adds. What counts is that the processors never wait for memory. They would wait most of
// the time: several rows at once, as far apart as there are channels, are more than the hardware foresees. So both kernels
// go through x once, in order, in parts that fit into the nearest caches, and while they compute with one part they ask for
// the next, a line at each step.
//
// conv1x1: like conv2d.cl, a tile of PIXELS pixels x 16 * VECTORS output channels stays in registers, 28 vectors at most.
// Neighbouring pixels lie side by side, so there is nothing to rearrange: the inner loop reads x where it lies. The weights
// are packed as matmul.cl does it, in panels of 32 output channels. What is added to the result: see epilogue.cl.
//
// conv1x1_weight_gradient: 16 x 16 sums stay in registers while the loop runs over the pixels of a part, and a step reads
// one whole line of x and one of g, wherever they lie. Cin and Cout are multiples of 16. Each split has sums of its own, in
// partial, [split][Cout / 16][Cin][16]; sum_splits of conv2d_weight_gradient.cl adds them in the splits' order.
//
// With STREAM the result is large and goes past the caches; it starts at a multiple of 64 bytes, and so does every pixel.
// That saves reading the lines that are to be overwritten, a quarter of what a layer that halves the channels moves.
//
// Specialised by PIXELS and VECTORS (1, up to 16 output channels, or 2), or by WEIGHT_GRADIENT.

#include "common/prefetch.cl"
#include "common/streaming.cl"
#include "convolution/epilogue.cl"

// Of the bits of `added` that epilogue.cl leaves
#define STREAM 8

#define PANEL 32
#define BLOCK (16 * VECTORS)

#ifdef STORE_PAST_CACHES
#define STREAM16(value, p) STORE_PAST_CACHES(value, (global float16 *)(p))
#else
#define STREAM16(value, p) vstore16(value, 0, p)
#endif

#ifdef PIXELS

// One work-item per run of tiles, image. Where images need not be told apart they are one image in one row.
kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void conv1x1(global const float *restrict x, const int x_at, global const float *restrict packed, const int packed_at,
             global const float *restrict bias, const int bias_at,
             global const float *restrict sample_bias, const int sample_bias_at,
             global const float *restrict addend, const int addend_at,
             global float *restrict y, const int y_at, const int added,
             const int pixels, // of an image, PIXELS or more
             const int Cin, const int Cout,
             const int tiles // of a run
) {
    const int n = get_global_id(1);
    const int first = get_global_id(0) * tiles * PIXELS, end = min(first + tiles * PIXELS, pixels);
    bias += bias_at;
    sample_bias += sample_bias_at + n * Cout;
    addend += addend_at + n * pixels * Cout;
    y += y_at + n * pixels * Cout;
    // The next tile is asked for evenly while all blocks are computed: Cin lines in so many steps, 16 pixels in all.
    const int blocks = (Cout + BLOCK - 1) / BLOCK, step = (16 + blocks - 1) / blocks;
    for (int start = first; start < end; start += PIXELS) {
        // A tile that would go beyond the last pixel begins earlier, and stores only what is missing.
        const int done = max(0, start + PIXELS - pixels), at = start - done;
        global const float *a = x + x_at + (n * pixels + at) * Cin;
        global const float *ahead = a + PIXELS * Cin;
        for (int o = 0; o < Cout; o += BLOCK) {
            const int lanes = min(BLOCK, Cout - o);
            float16 acc[PIXELS][VECTORS];
            #pragma unroll
            for (int p = 0; p < PIXELS; p++) {
                #pragma unroll
                for (int v = 0; v < VECTORS; v++) {
                    acc[p][v] = (float16)(0.0f);
                }
            }
            global const float *b = packed + packed_at + o * Cin;
            for (int i = 0; i < Cin; i++, b += PANEL) {
                #pragma unroll
                for (int line = 0; line < PIXELS; line += 16, ahead += step) {
                    ask_for_reading(ahead);
                }
                float16 weights[VECTORS];
                #pragma unroll
                for (int v = 0; v < VECTORS; v++) {
                    weights[v] = vload16(v, b);
                }
                #pragma unroll
                for (int p = 0; p < PIXELS; p++) {
                    const float16 value = (float16)(a[p * Cin + i]);
                    #pragma unroll
                    for (int v = 0; v < VECTORS; v++) {
                        acc[p][v] += value * weights[v];
                    }
                }
            }
            if (done == 0 && lanes == BLOCK) {
                float16 shift[VECTORS];
                #pragma unroll
                for (int v = 0; v < VECTORS; v++) {
                    shift[v] = shift_of_16(bias + o + 16 * v, sample_bias + o + 16 * v, 16, added);
                }
                if (added & ADDEND) {
                    #pragma unroll
                    for (int p = 0; p < PIXELS; p++) {
                        #pragma unroll
                        for (int v = 0; v < VECTORS; v++) {
                            acc[p][v] += vload16(v, addend + (at + p) * Cout + o);
                        }
                    }
                }
                if (added & STREAM) {
                    #pragma unroll
                    for (int p = 0; p < PIXELS; p++) {
                        #pragma unroll
                        for (int v = 0; v < VECTORS; v++) {
                            STREAM16(acc[p][v] + shift[v], y + (at + p) * Cout + o + 16 * v);
                        }
                    }
                } else {
                    #pragma unroll
                    for (int p = 0; p < PIXELS; p++) {
                        #pragma unroll
                        for (int v = 0; v < VECTORS; v++) {
                            vstore16(acc[p][v] + shift[v], v, y + (at + p) * Cout + o);
                        }
                    }
                }
            } else {
                float sums[PIXELS * BLOCK];
                #pragma unroll
                for (int p = 0; p < PIXELS; p++) {
                    #pragma unroll
                    for (int v = 0; v < VECTORS; v++) {
                        vstore16(acc[p][v], p * VECTORS + v, sums);
                    }
                }
                for (int p = done; p < PIXELS; p++) {
                    for (int lane = 0; lane < lanes; lane++) {
                        const int to = (at + p) * Cout + o + lane;
                        y[to] = with_epilogue(sums[p * BLOCK + lane], bias + o + lane, sample_bias + o + lane,
                                              addend + to, added);
                    }
                }
            }
        }
    }
}

#endif

#ifdef WEIGHT_GRADIENT

// One work-item per split.
kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void conv1x1_weight_gradient(global const float *restrict x, const int x_at,
                             global const float *restrict g, const int g_at,
                             global float *restrict partial, const int partial_at,
                             const int pixels, // of all images
                             const int Cin, const int Cout,
                             const int length // pixels of a part
) {
    const int split = get_global_id(0), splits = get_global_size(0);
    const int parts = (pixels + length - 1) / length;
    const int first = (long) parts * split / splits, end = (long) parts * (split + 1) / splits;
    const int down = Cin / 16, across = Cout / 16;
    x += x_at;
    g += g_at;
    partial += partial_at + split * Cin * Cout;
    for (int part = first; part < end; part++) {
        const int start = part * length, next = start + length, count = min(length, pixels - start);
        for (int k = 0; k < across * down; k++) {
            global float *sums = partial + k * 16 * 16;
            float16 acc[16];
            #pragma unroll
            for (int i = 0; i < 16; i++) {
                acc[i] = part == first ? (float16)(0.0f) : vload16(i, sums);
            }
            global const float *a = x + start * Cin + k % down * 16;
            global const float *b = g + start * Cout + k / down * 16;
            // The next part of x has `down` lines a pixel, that of g `across`: asked for evenly, too. Otherwise what is here.
            const int step_a = k % across == 0 ? 16 : 0, step_b = k % down == 0 ? 16 : 0;
            global const float *ahead_a = step_a ? x + next * Cin + k / across * length * 16 : a;
            global const float *ahead_b = step_b ? g + next * Cout + k / down * length * 16 : b;
            for (int p = 0; p < count; p++, a += Cin, b += Cout, ahead_a += step_a, ahead_b += step_b) {
                ask_for_reading_later(ahead_a);
                ask_for_reading_later(ahead_b);
                const float16 lanes_of_g = vload16(0, b);
                #pragma unroll
                for (int i = 0; i < 16; i++) {
                    acc[i] += (float16)(a[i]) * lanes_of_g;
                }
            }
            #pragma unroll
            for (int i = 0; i < 16; i++) {
                vstore16(acc[i], i, sums);
            }
        }
    }
}

#endif
