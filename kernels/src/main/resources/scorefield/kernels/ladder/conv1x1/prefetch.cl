// A 1x1 convolution is a product of a very long matrix, pixels × Cin, with a small one: for each number that comes from memory there are
// only some tens of multiply-adds, and a processor that waits for memory waits most of the time. It reads 14 pixels at once, as far
// apart as there are channels: more than the hardware foresees. So while a work-item computes with 14 pixels it asks the caches for the
// next 14, a line at each step. It goes through RUN blocks of pixels, so that what was asked for is what comes next, and through all
// panels of weights for each block, so that x is read from memory once.

#include "common/prefetch.cl"
#include "ladder/channels.cl"
#include "ladder/matmul/pack.cl"

#define PIXELS 14
#define LINE 16 // floats of a line of the cache

kernel void conv1x1(global const float *restrict x, global const float *restrict panels, global float *restrict y,
                    const int pixels, const int Cout, const int Cin, const int run) {
    const int first = get_global_id(0) * run * PIXELS, end = min(first + run * PIXELS, pixels);
    for (int block = first; block < end; block += PIXELS) {
        global const float *from[PIXELS];
        #pragma unroll
        for (int p = 0; p < PIXELS; p++) {
            from[p] = x + min(block + p, pixels - 1) * Cin;
        }
        global const float *ahead = x + (block + PIXELS) * Cin; // may lie behind the last pixel: asking does no harm
        for (int o = 0; o < Cout; o += PANEL) {
            float16 sum[PIXELS][2];
            #pragma unroll
            for (int p = 0; p < PIXELS; p++) {
                sum[p][0] = sum[p][1] = (float16)(0.0f);
            }
            global const float *weights = panels + o * Cin;
            for (int c = 0; c < Cin; c++, weights += PANEL, ahead += LINE) {
                ask_for_reading(ahead);
                const float16 left = vload16(0, weights), right = vload16(1, weights);
                #pragma unroll
                for (int p = 0; p < PIXELS; p++) {
                    sum[p][0] += from[p][c] * left;
                    sum[p][1] += from[p][c] * right;
                }
            }
            #pragma unroll
            for (int p = 0; p < PIXELS; p++) {
                if (block + p < end) {
                    store_16(sum[p][0], y + (block + p) * Cout + o, Cout - o);
                    store_16(sum[p][1], y + (block + p) * Cout + o + 16, Cout - o - 16);
                }
            }
        }
    }
}
