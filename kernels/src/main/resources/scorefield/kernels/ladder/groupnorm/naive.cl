// Group norm and SiLU, as the formula says it. For each image and each group of C / groups channels, with mean and variance over the
// group's numbers:
//
//     u = (x − mean) / sqrt(variance + epsilon) · scale + shift        y = u / (1 + exp(−u))
//
// One work-item computes one group of one image, channel by channel, in three passes: mean, variance, result. The variance is the mean
// of squares of what is left after the mean is subtracted; the shortcut mean(x²) − mean² loses its digits where the mean is large.
// Neighbouring numbers of a channel lie C floats apart: of each line of the cache one number is used before the next line is read.

kernel void group_norm(global const float *restrict x, // N×pixels×C
                       global const float *restrict scale, global const float *restrict shift,
                       global float *restrict y, const int pixels, const int C, const int groups, const float epsilon) {
    const int group = get_global_id(0), image = get_global_id(1) * pixels * C;
    const int width = C / groups, first = group * width;
    float mean = 0, variance = 0;
    for (int c = first; c < first + width; c++) {
        for (int p = 0; p < pixels; p++) {
            mean += x[image + p * C + c];
        }
    }
    mean /= width * pixels;
    for (int c = first; c < first + width; c++) {
        for (int p = 0; p < pixels; p++) {
            const float d = x[image + p * C + c] - mean;
            variance += d * d;
        }
    }
    variance /= width * pixels;
    for (int c = first; c < first + width; c++) {
        for (int p = 0; p < pixels; p++) {
            const int at = image + p * C + c;
            const float u = (x[at] - mean) / sqrt(variance + epsilon) * scale[c] + shift[c];
            y[at] = u / (1 + exp(-u));
        }
    }
}
