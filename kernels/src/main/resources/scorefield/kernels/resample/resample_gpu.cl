// Images N×H×W×C made larger or smaller by a whole factor, on a GPU. One work-item takes WIDTH channels of one pixel of the
// result; how pixels correspond in the bilinear kernels stands in resample.cl.
//
// WIDTH  1 or 4: channels taken at once; divides C

#if WIDTH == 1
typedef float lanes;
#else
typedef float4 lanes;
#endif
#define READ(p) (*(global const lanes *)(p))
#define WRITE(p, v) (*(global lanes *)(p) = (v))

// Finds the work-item's pixel (n, h, w) and channel c in a result of height × width pixels, or leaves.
#define PLACE(height, width) \
    int rest = get_global_id(0); \
    if (rest >= count) { \
        return; \
    } \
    const int c = rest % (C / WIDTH) * WIDTH; \
    rest /= C / WIDTH; \
    const int w = rest % (width); \
    rest /= (width); \
    const int h = rest % (height), n = rest / (height)

kernel void upsample_nearest_gpu(global const float *restrict x, const int x_at, // N×H×W×C
                                 global float *restrict y, const int y_at, // N×(H·factor)×(W·factor)×C
                                 const int H, const int W, const int C, const int factor,
                                 const int count) { // vectors of the result
    PLACE(H * factor, W * factor);
    WRITE(y + y_at + get_global_id(0) * WIDTH, READ(x + x_at + ((n * H + h / factor) * W + w / factor) * C + c));
}

kernel void sum_pool_gpu(global const float *restrict x, const int x_at, // N×(H·factor)×(W·factor)×C
                         global float *restrict y, const int y_at, // N×H×W×C
                         const int H, const int W, const int C, const int factor, const int count) {
    PLACE(H, W);
    lanes sum = 0.0f;
    for (int i = 0; i < factor; i++) {
        for (int j = 0; j < factor; j++) {
            sum += READ(x + x_at + (((n * H + h) * factor + i) * W * factor + w * factor + j) * C + c);
        }
    }
    WRITE(y + y_at + get_global_id(0) * WIDTH, sum);
}

static int centre(const int i, const int factor, const int extent) {
    return clamp(2 * i + 1 - factor, 0, 2 * factor * (extent - 1));
}

kernel void upsample_bilinear_gpu(global const float *restrict x, const int x_at, // N×H×W×C
                                  global float *restrict y, const int y_at, // N×(H·factor)×(W·factor)×C
                                  const int H, const int W, const int C, const int factor, const int count) {
    PLACE(H * factor, W * factor);
    const int unit = 2 * factor;
    const int at_h = centre(h, factor, H), at_w = centre(w, factor, W);
    const int h0 = at_h / unit, w0 = at_w / unit;
    const float below = (float)(at_h - h0 * unit) / unit, right = (float)(at_w - w0 * unit) / unit;
    const int next_row = below > 0 ? W * C : 0, next_column = right > 0 ? C : 0;
    global const float *from = x + x_at + ((n * H + h0) * W + w0) * C + c;
    const lanes upper = READ(from) * (1 - right) + READ(from + next_column) * right;
    const lanes lower = READ(from + next_row) * (1 - right) + READ(from + next_row + next_column) * right;
    WRITE(y + y_at + get_global_id(0) * WIDTH, upper * (1 - below) + lower * below);
}

// The weight that the large image's pixel i gives to the small one's pixel k
static float weight(const int i, const int k, const int factor, const int extent) {
    const int unit = 2 * factor;
    return (float)max(unit - (int)abs(centre(i, factor, extent) - k * unit), 0) / unit;
}

kernel void upsample_bilinear_gradient_gpu(global const float *restrict g, const int g_at, // N×(H·factor)×(W·factor)×C
                                           global float *restrict dx, const int dx_at, // N×H×W×C
                                           const int H, const int W, const int C, const int factor, const int count) {
    PLACE(H, W);
    g += g_at + n * H * factor * W * factor * C + c;
    lanes sum = 0.0f;
    for (int i = max((h - 1) * factor, 0); i < min(h + 2, H) * factor; i++) {
        const float of_row = weight(i, h, factor, H);
        for (int j = max((w - 1) * factor, 0); j < min(w + 2, W) * factor; j++) {
            sum += of_row * weight(j, w, factor, W) * READ(g + (i * W * factor + j) * C);
        }
    }
    WRITE(dx + dx_at + get_global_id(0) * WIDTH, sum);
}
