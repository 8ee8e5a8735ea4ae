// One work-item takes one image and reads it in the order in which it lies in memory, pixel by pixel, with a sum for each channel; the sums of
// a group's channels are added at the end of a pass. Each line of the cache is used up when it is read, neighbouring channels do not
// depend on each other, so that the compiler can make vectors of them, and division and square root are done once for each channel.
// The image stays in the core's second-level cache from pass to pass.

#include "ladder/groupnorm/statistics.cl"

kernel void group_norm(global const float *restrict x, global const float *restrict scale,
                       global const float *restrict shift, global float *restrict y,
                       const int pixels, const float epsilon) {
    const int image = get_global_id(0) * pixels * C;
    const float of_member = 1.0f / (pixels * (C / GROUPS));
    float mean[C] = {0}, factor[C] = {0};
    for (int p = 0; p < pixels; p++) {
        for (int c = 0; c < C; c++) {
            mean[c] += x[image + p * C + c];
        }
    }
    mean_of_groups(mean, of_member);
    for (int p = 0; p < pixels; p++) {
        for (int c = 0; c < C; c++) {
            const float d = x[image + p * C + c] - mean[c];
            factor[c] += d * d;
        }
    }
    mean_of_groups(factor, of_member);
    for (int c = 0; c < C; c++) {
        factor[c] = scale[c] / sqrt(factor[c] + epsilon);
    }
    for (int p = 0; p < pixels; p++) {
        for (int c = 0; c < C; c++) {
            const int at = image + p * C + c;
            const float u = (x[at] - mean[c]) * factor[c] + shift[c];
            y[at] = u / (1 + exp(-u));
        }
    }
}
