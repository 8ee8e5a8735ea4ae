// Two copies take the last tests out of the inner loop. The weights are packed into blocks of 32 output channels, [block][tap][Cin][32],
// the last one filled up with zeros: the inner loop reads them front to back and never asks how many there are. And a work-item
// first copies what its pixels see into a patch, with zeros outside of the image: no multiplication asks where the border is.
//
// 14 pixels × 2 vectors are 28 sums, which with 2 vectors of weights and a number of x just fit into the 32 registers of AVX-512: a
// step has 2 loads of weights and 14 of x for 28 multiply-adds, so that arithmetic, and not loading, is the limit.

#include "ladder/channels.cl"

#define PIXELS 14
#define BLOCK 32
#define CHUNK 32 // input channels in the patch at a time

// One work-item for each (tap, c), block.
kernel void pack_weights(global const float *restrict w, global float *restrict packed, const int Cin, const int Cout) {
    const int row = get_global_id(0), block = get_global_id(1);
    for (int k = 0; k < BLOCK; k++) {
        const int o = block * BLOCK + k;
        packed[(block * 9 * Cin + row) * BLOCK + k] = o < Cout ? w[row * Cout + o] : 0.0f;
    }
}

kernel void conv3x3(global const float *restrict x, global const float *restrict packed, global float *restrict y,
                    const int H, const int W, const int Cin, const int Cout) {
    const int block = get_global_id(0), j = get_global_id(1) * PIXELS, row = get_global_id(2), i = row % H;
    float patch[3][PIXELS + 2][CHUNK];
    float16 sum[PIXELS][2];
    #pragma unroll
    for (int p = 0; p < PIXELS; p++) {
        sum[p][0] = sum[p][1] = (float16)(0.0f);
    }
    for (int start = 0; start < Cin; start += CHUNK) {
        const int channels = min(CHUNK, Cin - start);
        for (int a = 0; a < 3; a++) {
            for (int k = 0; k < PIXELS + 2; k++) {
                const int column = j + k - 1;
                const bool inside = i + a - 1 >= 0 && i + a - 1 < H && column >= 0 && column < W;
                for (int c = 0; c < channels; c++) {
                    patch[a][k][c] = inside ? x[((row + a - 1) * W + column) * Cin + start + c] : 0.0f;
                }
            }
        }
        for (int tap = 0; tap < 9; tap++) {
            global const float *weights = packed + ((block * 9 + tap) * Cin + start) * BLOCK;
            for (int c = 0; c < channels; c++, weights += BLOCK) {
                const float16 left = vload16(0, weights), right = vload16(1, weights);
                #pragma unroll
                for (int p = 0; p < PIXELS; p++) {
                    const float value = patch[tap / 3][p + tap % 3][c];
                    sum[p][0] += value * left;
                    sum[p][1] += value * right;
                }
            }
        }
    }
    #pragma unroll
    for (int p = 0; p < PIXELS; p++) {
        if (j + p < W) {
            global float *to = y + (row * W + j + p) * Cout + block * BLOCK;
            store_16(sum[p][0], to, Cout - block * BLOCK);
            store_16(sum[p][1], to + 16, Cout - block * BLOCK - 16);
        }
    }
}
