// For a GPU, whose cores share local memory in groups of work-items, and have small caches. A work-group computes a tile of 64 pixels ×
// 64 output channels. In each step its 256 work-items together copy 16 columns of the left matrix (see window.cl) and 16 rows of
// the weights into local memory; each number that was read once from global memory is then used 64 times. A work-item keeps
// 4 pixels × 4 channels in registers, so that it uses each number from local memory 4 times.
//
// The barriers: nobody may multiply before all have copied, or copy before all have multiplied.

#include "ladder/conv3x3/window.cl"

#define TILE 64
#define DEPTH 16
#define ROW (TILE + 4) // numbers of neighbouring k lie in other banks of the memory: they are written at the same time

kernel __attribute__((reqd_work_group_size(16, 16, 1)))
void conv3x3(global const float *restrict x, global const float *restrict w, global float *restrict y,
             const int H, const int W, const int Cin, const int Cout, const int pixels) {
    local float left[DEPTH * ROW], right[DEPTH * ROW];
    const int item = get_local_id(1) * 16 + get_local_id(0);
    const int first = get_group_id(1) * TILE, o = get_group_id(0) * TILE, K = 9 * Cin;
    float4 sum[4] = {(float4)(0.0f), (float4)(0.0f), (float4)(0.0f), (float4)(0.0f)};
    for (int k = 0; k < K; k += DEPTH) {
        for (int s = item; s < DEPTH * TILE; s += 256) { // neighbours read neighbouring input channels, then output channels
            left[s % DEPTH * ROW + s / DEPTH] = window(x, first + s / DEPTH, k + s % DEPTH, pixels, H, W, Cin);
            const int row = k + s / TILE, column = o + s % TILE;
            right[s / TILE * ROW + s % TILE] = row < K && column < Cout ? w[row * Cout + column] : 0.0f;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int d = 0; d < DEPTH; d++) {
            const float4 weights = vload4(get_local_id(0), right + d * ROW);
            #pragma unroll
            for (int p = 0; p < 4; p++) {
                sum[p] += left[d * ROW + 4 * get_local_id(1) + p] * weights;
            }
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    for (int p = 0; p < 4; p++) {
        const int pixel = first + 4 * get_local_id(1) + p, column = o + 4 * get_local_id(0);
        float results[4];
        vstore4(sum[p], 0, results);
        for (int q = 0; q < min(4, Cout - column) && pixel < pixels; q++) {
            y[pixel * Cout + column + q] = results[q];
        }
    }
}
