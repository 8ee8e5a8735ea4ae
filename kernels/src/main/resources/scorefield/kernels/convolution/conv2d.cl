// Direct 2-D convolution (cross-correlation, as networks use the word), NHWC, float32.
//
//     y[n, i, j, o] = sum over a, b, c of  x[n, i*S + a - padH, j*S + b - padW, c] * w[a, b, c, o]
//
// The gradient in the images is the same sum over the cotangent, with the weights flipped and transposed (which
// pack_weights does) and, for a stride above 1, zeros between the cotangent's pixels (DILATION).
//
// Blocking. One work-item, alone in its work-group, makes a tile of TILE_H x TILE_W pixels by all output channels.
//  1. It copies the part of the image that the tile sees into a patch with zeros where the image ends. So the inner
//     loop needs no border branches; and because the patch is cut into chunks of 32 channels, the distance between
//     two pixels is a compile-time constant although H, W, Cin and Cout are arguments: one compiled kernel serves
//     every layer with the same kernel size and tile.
//  2. For each block of 16 * VECTORS output channels it keeps the whole tile in registers: with 14 pixels and two
//     vectors 28 accumulators of 16 lanes, which with two vectors of weights and one broadcast input just fit into
//     32 registers. Each input channel of each tap costs 2 loads of weights and 14 of inputs for 28 multiply-adds, so
//     the arithmetic and not the loads is the limit.
// The weights are packed into [block][tap][Cin][16 * VECTORS]: the inner loop reads them front to back.
//
// conv2d_narrow is for a few output channels (an image's 1 or 3): there the lanes run over the input channels instead,
// and one sum over the lanes ends each pixel.
//
// Before it is stored, the result may be added to: see epilogue.cl. Where several blocks take turns at a pixel's channels, the
// hardware does not see coming what is added and where the result goes: so a work-item asks for it before it multiplies.
//
// Specialised by KERNEL_H, KERNEL_W, STRIDE, DILATION, TILE_H, TILE_W, CHANNELS (most input channels in the patch at
// once, a multiple of 32) and VECTORS (or OUTPUTS for conv2d_narrow).

#include "common/prefetch.cl"
#include "convolution/epilogue.cl"

#define CHUNK 32
#define BLOCK (16 * VECTORS)
#define PIXELS (TILE_H * TILE_W)
#define PATCH_H ((TILE_H - 1) * STRIDE + KERNEL_H)
#define PATCH_W ((TILE_W - 1) * STRIDE + KERNEL_W)
#define PATCH_CHUNK (PATCH_H * PATCH_W * CHUNK)

// Where in its patch the tile's pixel p begins, for tap (0, 0).
#define PIXEL_AT(p) (((p) / TILE_W * PATCH_W + (p) % TILE_W) * STRIDE * CHUNK)

// Copies channels [start, start + channels) of the image's window at (top, left) into patch: [chunk][PATCH_H][PATCH_W]
// [CHUNK]. Zero outside the image, between dilated pixels, and in the lanes that fill up the last 16 channels.
static void copy_patch(global const float *image, local float *patch, const int H, const int W, const int Cin,
                       const int start, const int channels, const int top, const int left) {
    for (int r = 0; r < PATCH_H; r++) {
        const int h = top + r;
        const bool row_inside = h >= 0 && h % DILATION == 0 && h / DILATION < H;
        for (int c = 0; c < PATCH_W; c++) {
            const int v = left + c;
            local float *to = patch + (r * PATCH_W + c) * CHUNK;
            if (row_inside && v >= 0 && v % DILATION == 0 && v / DILATION < W) {
                global const float *from = image + (h / DILATION * W + v / DILATION) * Cin + start;
                int i = 0;
                for (; i + 16 <= channels; i += 16) {
                    vstore16(vload16(0, from + i), 0, to + i / CHUNK * PATCH_CHUNK + i % CHUNK);
                }
                for (; i < channels; i++) {
                    to[i / CHUNK * PATCH_CHUNK + i % CHUNK] = from[i];
                }
                for (; i % 16 != 0; i++) {
                    to[i / CHUNK * PATCH_CHUNK + i % CHUNK] = 0.0f;
                }
            } else {
                for (int i = 0; i < channels; i += 16) {
                    vstore16((float16)(0.0f), 0, to + i / CHUNK * PATCH_CHUNK + i % CHUNK);
                }
            }
        }
    }
}

#ifdef VECTORS

// The weights w(tap, c, o) = w[origin + tap*tap_stride + c*in_stride + o*out_stride] as packed[block][tap][Cin][BLOCK], zero
// where the last block has no output channel. One work-item per (tap, c), block. The strides tell the layer from its
// adjoint: forward is (0, Cin*Cout, Cout, 1).
kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void pack_weights(global const float *restrict w, const int w_at, global float *restrict packed, const int packed_at,
                  const int Cin, const int Cout,
                  const int origin, const int tap_stride, const int in_stride, const int out_stride) {
    const int row = get_global_id(0), block = get_global_id(1);
    global const float *from = w + w_at + origin + row / Cin * tap_stride + row % Cin * in_stride;
    global float *to = packed + packed_at + (block * KERNEL_H * KERNEL_W * Cin + row) * BLOCK;
    for (int i = 0; i < BLOCK; i++) {
        const int o = block * BLOCK + i;
        to[i] = o < Cout ? from[o * out_stride] : 0.0f;
    }
}

// One work-item per tile, image.
kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void conv2d(global const float *restrict x, const int x_at, global const float *restrict packed, const int packed_at,
            global const float *restrict bias, const int bias_at,
            global const float *restrict sample_bias, const int sample_bias_at,
            global const float *restrict addend, const int addend_at,
            global float *restrict y, const int y_at, const int added,
            const int H, const int W, const int Cin, const int Ho, const int Wo, const int Cout,
            const int padH, const int padW) {
    local float patch[CHANNELS / CHUNK * PATCH_CHUNK];
    const int tiles_across = (Wo + TILE_W - 1) / TILE_W;
    const int row0 = get_global_id(0) / tiles_across * TILE_H, col0 = get_global_id(0) % tiles_across * TILE_W;
    const int n = get_global_id(1);
    for (int block = 0; block * BLOCK < Cout; block++) {
        float16 acc[PIXELS][VECTORS];
        #pragma unroll
        for (int p = 0; p < PIXELS; p++) {
            #pragma unroll
            for (int v = 0; v < VECTORS; v++) {
                acc[p][v] = (float16)(0.0f);
            }
        }
        for (int p = 0; p < PIXELS && Cout > BLOCK; p++) {
            const int at = ((n * Ho + row0 + p / TILE_W) * Wo + col0 + p % TILE_W) * Cout + block * BLOCK;
            for (int v = 0; v < VECTORS; v++) {
                ask_for_writing(y + y_at + at + 16 * v);
                if (added & ADDEND) {
                    ask_for_reading(addend + addend_at + at + 16 * v);
                }
            }
        }
        for (int start = 0; start < Cin; start += CHANNELS) {
            const int channels = min(CHANNELS, Cin - start);
            if (block == 0 || Cin > CHANNELS) {
                copy_patch(x + x_at + n * H * W * Cin, patch, H, W, Cin, start, channels,
                           row0 * STRIDE - padH, col0 * STRIDE - padW);
            }
            for (int c = 0; c < channels; c += CHUNK) {
                const int end = min(CHUNK, channels - c);
                for (int tap = 0; tap < KERNEL_H * KERNEL_W; tap++) {
                    global const float *b =
                        packed + packed_at + ((block * KERNEL_H * KERNEL_W + tap) * Cin + start + c) * BLOCK;
                    local const float *a =
                        patch + c / CHUNK * PATCH_CHUNK + (tap / KERNEL_W * PATCH_W + tap % KERNEL_W) * CHUNK;
                    for (int i = 0; i < end; i++, b += BLOCK) {
                        float16 weights[VECTORS];
                        #pragma unroll
                        for (int v = 0; v < VECTORS; v++) {
                            weights[v] = vload16(v, b);
                        }
                        #pragma unroll
                        for (int p = 0; p < PIXELS; p++) {
                            const float16 value = (float16)(a[PIXEL_AT(p) + i]);
                            #pragma unroll
                            for (int v = 0; v < VECTORS; v++) {
                                acc[p][v] += value * weights[v];
                            }
                        }
                    }
                }
            }
        }
        #pragma unroll
        for (int v = 0; v < VECTORS; v++) {
            const int o = block * BLOCK + 16 * v, lanes = min(16, Cout - o);
            if (lanes == 16) {
                const float16 shift =
                    shift_of_16(bias + bias_at + o, sample_bias + sample_bias_at + n * Cout + o, 16, added);
                #pragma unroll
                for (int p = 0; p < PIXELS; p++) {
                    const int i = row0 + p / TILE_W, j = col0 + p % TILE_W;
                    if (i < Ho && j < Wo) {
                        const int at = ((n * Ho + i) * Wo + j) * Cout + o;
                        float16 value = acc[p][v] + shift;
                        if (added & ADDEND) {
                            value += vload16(0, addend + addend_at + at);
                        }
                        vstore16(value, 0, y + y_at + at);
                    }
                }
            } else if (lanes > 0) {
                float values[PIXELS * 16];
                #pragma unroll
                for (int p = 0; p < PIXELS; p++) {
                    vstore16(acc[p][v], p, values);
                }
                for (int p = 0; p < PIXELS; p++) {
                    const int i = row0 + p / TILE_W, j = col0 + p % TILE_W;
                    if (i < Ho && j < Wo) {
                        for (int lane = 0; lane < lanes; lane++) {
                            const int at = ((n * Ho + i) * Wo + j) * Cout + o + lane;
                            y[y_at + at] = with_epilogue(values[p * 16 + lane], bias + bias_at + o + lane,
                                                         sample_bias + sample_bias_at + n * Cout + o + lane,
                                                         addend + addend_at + at, added);
                        }
                    }
                }
            }
        }
    }
}

#endif

#ifdef OUTPUTS

// As pack_weights, but packed[tap][OUTPUTS][padded], where padded is Cin rounded up to 16. One work-item per tap, output.
kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void pack_weights_narrow(global const float *restrict w, const int w_at,
                         global float *restrict packed, const int packed_at,
                         const int Cin, const int origin, const int tap_stride, const int in_stride, const int out_stride) {
    const int tap = get_global_id(0), o = get_global_id(1), padded = (Cin + 15) / 16 * 16;
    global const float *from = w + w_at + origin + tap * tap_stride + o * out_stride;
    global float *to = packed + packed_at + (tap * OUTPUTS + o) * padded;
    for (int c = 0; c < padded; c++) {
        to[c] = c < Cin ? from[c * in_stride] : 0.0f;
    }
}

static float sum_of_lanes(const float16 v) {
    const float8 a = v.lo + v.hi;
    const float4 b = a.lo + a.hi;
    const float2 c = b.lo + b.hi;
    return c.lo + c.hi;
}

// One work-item per tile, image.
kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void conv2d_narrow(global const float *restrict x, const int x_at,
                   global const float *restrict packed, const int packed_at,
                   global const float *restrict bias, const int bias_at,
                   global const float *restrict sample_bias, const int sample_bias_at,
                   global const float *restrict addend, const int addend_at,
                   global float *restrict y, const int y_at, const int added,
                   const int H, const int W, const int Cin, const int Ho, const int Wo,
                   const int padH, const int padW) {
    local float patch[CHANNELS / CHUNK * PATCH_CHUNK];
    const int tiles_across = (Wo + TILE_W - 1) / TILE_W, padded = (Cin + 15) / 16 * 16;
    const int row0 = get_global_id(0) / tiles_across * TILE_H, col0 = get_global_id(0) % tiles_across * TILE_W;
    const int n = get_global_id(1);
    float16 acc[PIXELS][OUTPUTS];
    #pragma unroll
    for (int p = 0; p < PIXELS; p++) {
        #pragma unroll
        for (int o = 0; o < OUTPUTS; o++) {
            acc[p][o] = (float16)(0.0f);
        }
    }
    for (int start = 0; start < Cin; start += CHANNELS) {
        const int channels = min(CHANNELS, Cin - start);
        copy_patch(x + x_at + n * H * W * Cin, patch, H, W, Cin, start, channels,
                   row0 * STRIDE - padH, col0 * STRIDE - padW);
        for (int tap = 0; tap < KERNEL_H * KERNEL_W; tap++) {
            global const float *b = packed + packed_at + tap * OUTPUTS * padded + start;
            local const float *a = patch + (tap / KERNEL_W * PATCH_W + tap % KERNEL_W) * CHUNK;
            for (int c = 0; c < channels; c += 16) {
                float16 weights[OUTPUTS];
                #pragma unroll
                for (int o = 0; o < OUTPUTS; o++) {
                    weights[o] = vload16(0, b + o * padded + c);
                }
                #pragma unroll
                for (int p = 0; p < PIXELS; p++) {
                    const float16 value = vload16(0, a + c / CHUNK * PATCH_CHUNK + c % CHUNK + PIXEL_AT(p));
                    #pragma unroll
                    for (int o = 0; o < OUTPUTS; o++) {
                        acc[p][o] += value * weights[o];
                    }
                }
            }
        }
    }
    #pragma unroll
    for (int p = 0; p < PIXELS; p++) {
        const int i = row0 + p / TILE_W, j = col0 + p % TILE_W;
        if (i < Ho && j < Wo) {
            #pragma unroll
            for (int o = 0; o < OUTPUTS; o++) {
                const int at = ((n * Ho + i) * Wo + j) * OUTPUTS + o;
                y[y_at + at] = with_epilogue(sum_of_lanes(acc[p][o]), bias + bias_at + o,
                                             sample_bias + sample_bias_at + n * OUTPUTS + o, addend + addend_at + at,
                                             added);
            }
        }
    }
}

#endif
