// The block's output channels are now one vector of 16: one instruction loads 16 weights, one multiplies them all with a number of x
// and adds the products. The last rung hoped that the compiler would find this; here it is written down. With AVX-512 a float16 is one
// register; where registers are shorter, the compiler takes several.
//
// One load of weights serves PIXELS multiply-adds, which do not depend on each other: a multiply-add takes about 4 cycles, and a
// processor that starts 2 a cycle needs 8 of them under way.

#include "ladder/channels.cl"

#define PIXELS 8

kernel void conv3x3(global const float *restrict x, global const float *restrict w, global float *restrict y,
                    const int H, const int W, const int Cin, const int Cout) {
    const int o = get_global_id(0) * 16, j = get_global_id(1) * PIXELS;
    const int row = get_global_id(2), i = row % H;
    float16 sum[PIXELS];
    #pragma unroll
    for (int p = 0; p < PIXELS; p++) {
        sum[p] = (float16)(0.0f);
    }
    for (int a = max(0, 1 - i); a < min(3, H + 1 - i); a++) {
        for (int b = 0; b < 3; b++) {
            for (int c = 0; c < Cin; c++) {
                const float16 weights = load_16(w + ((a * 3 + b) * Cin + c) * Cout + o, Cout - o);
                #pragma unroll
                for (int p = 0; p < PIXELS; p++) {
                    const int column = j + p + b - 1;
                    const float value = column >= 0 && column < W ? x[((row + a - 1) * W + column) * Cin + c] : 0.0f;
                    sum[p] += value * weights;
                }
            }
        }
    }
    #pragma unroll
    for (int p = 0; p < PIXELS; p++) {
        if (j + p < W) {
            store_16(sum[p], y + (row * W + j + p) * Cout + o, Cout - o);
        }
    }
}
