// Vectors of neighbouring channels, WIDTH of them, and the loops exchanged: a pass takes one vector of channels after the other through
// all pixels, so that its sum stays in a register. Before, each number of x cost a load and a store of a sum as well. The kernel reads
// lines that are C floats apart, but whole ones, and the image lies in the second-level cache.

#include "common/lanes.cl"
#include "ladder/groupnorm/statistics.cl"

#define AT(p) (*(global const unaligned_lanes *)(p))
#define GET(p) (*(const unaligned_lanes *)(p))

kernel void group_norm(global const float *restrict x, global const float *restrict scale,
                       global const float *restrict shift, global float *restrict y,
                       const int pixels, const float epsilon) {
    const int image = get_global_id(0) * pixels * C;
    const float of_member = 1.0f / (pixels * (C / GROUPS));
    float mean[C], factor[C];
    for (int c = 0; c < C; c += WIDTH) {
        lanes sum = 0;
        for (int p = 0; p < pixels; p++) {
            sum += AT(x + image + p * C + c);
        }
        *(unaligned_lanes *)(mean + c) = sum;
    }
    mean_of_groups(mean, of_member);
    for (int c = 0; c < C; c += WIDTH) {
        lanes sum = 0;
        for (int p = 0; p < pixels; p++) {
            const lanes d = AT(x + image + p * C + c) - GET(mean + c);
            sum += d * d;
        }
        *(unaligned_lanes *)(factor + c) = sum;
    }
    mean_of_groups(factor, of_member);
    for (int c = 0; c < C; c++) {
        factor[c] = scale[c] / sqrt(factor[c] + epsilon);
    }
    for (int p = 0; p < pixels; p++) {
        for (int c = 0; c < C; c += WIDTH) {
            const int at = image + p * C + c;
            const lanes u = (AT(x + at) - GET(mean + c)) * GET(factor + c) + AT(shift + c);
            *(global unaligned_lanes *)(y + at) = u / (1.0f + exp(-u));
        }
    }
}
