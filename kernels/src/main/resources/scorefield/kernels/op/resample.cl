// Images N×H×W×C made larger or smaller by a whole factor. One work-item takes one row of pixels.
//
// WIDTH   1, 2, 4, 8 or 16: channels taken at once; divides C
// STREAM  1 where the result is large and goes past the caches: then WIDTH is 16 and it begins at a multiple of 64 bytes

#if WIDTH == 1
typedef float lanes;
typedef float unaligned_lanes;
#else
#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
typedef PASTE(float, WIDTH) lanes;
// Lanes anywhere in memory. Unlike vstore16, a store through this type is one instruction with every compiler.
typedef lanes __attribute__((aligned(4))) unaligned_lanes;
#endif
#define READ(p) (*(global const unaligned_lanes *)(p))
#if STREAM && defined(CLANG_BUILTINS)
#define WRITE(p, v) __builtin_nontemporal_store(v, (global lanes *)(p))
#endif
#ifndef WRITE
#define WRITE(p, v) (*(global unaligned_lanes *)(p) = (v))
#endif

// Each pixel of x repeated to factor × factor pixels; global size N·H, H and W being those of x
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void upsample_nearest(
    global const float *restrict x, // N×H×W×C
    const int x_at,
    global float *restrict y, // N×(H·factor)×(W·factor)×C
    const int y_at,
    const int W,
    const int C,
    const int factor
) {
    const int row = get_global_id(0);
    x += x_at + row * W * C;
    y += y_at + row * factor * W * factor * C;
    for (int w = 0; w < W; w++) {
        for (int c = 0; c < C; c += WIDTH) {
            const lanes v = READ(x + w * C + c);
            for (int i = 0; i < factor; i++) {
                for (int j = 0; j < factor; j++) {
                    WRITE(y + ((i * W + w) * factor + j) * C + c, v);
                }
            }
        }
    }
}

// The sum of each factor × factor pixels of x; global size N·H, H and W being those of y
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void sum_pool(
    global const float *restrict x, // N×(H·factor)×(W·factor)×C
    const int x_at,
    global float *restrict y, // N×H×W×C
    const int y_at,
    const int W,
    const int C,
    const int factor
) {
    const int row = get_global_id(0);
    x += x_at + row * factor * W * factor * C;
    y += y_at + row * W * C;
    for (int w = 0; w < W; w++) {
        for (int c = 0; c < C; c += WIDTH) {
            lanes sum = 0;
            for (int i = 0; i < factor; i++) {
                for (int j = 0; j < factor; j++) {
                    sum += READ(x + ((i * W + w) * factor + j) * C + c);
                }
            }
            WRITE(y + w * C + c, sum);
        }
    }
}

// Bilinear interpolation. The centre of the large image's pixel i lies at (i + ½) / factor − ½ of the small one, kept
// within 0 … extent − 1. Here it is counted in steps of 1 / (2·factor), which makes it a whole number:
int centre(const int i, const int factor, const int extent) {
    return clamp(2 * i + 1 - factor, 0, 2 * factor * (extent - 1));
}

// Global size N·H·factor, H and W being those of x
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void upsample_bilinear(
    global const float *restrict x, // N×H×W×C
    const int x_at,
    global float *restrict y, // N×(H·factor)×(W·factor)×C
    const int y_at,
    const int H,
    const int W,
    const int C,
    const int factor
) {
    const int row = get_global_id(0);
    const int unit = 2 * factor;
    const int at_h = centre(row % (H * factor), factor, H);
    const int h = at_h / unit;
    const float below = (float)(at_h - h * unit) / unit; // the weight of row h + 1
    global const float *x0 = x + x_at + (row / (H * factor) * H + h) * W * C;
    global const float *x1 = below > 0 ? x0 + W * C : x0;
    y += y_at + row * W * factor * C;
    for (int j = 0; j < W * factor; j++) {
        const int at_w = centre(j, factor, W);
        const int w = at_w / unit;
        const float right = (float)(at_w - w * unit) / unit; // the weight of column w + 1
        const int next = right > 0 ? C : 0;
        for (int c = 0; c < C; c += WIDTH) {
            const lanes upper = READ(x0 + w * C + c) * (1 - right) + READ(x0 + w * C + next + c) * right;
            const lanes lower = READ(x1 + w * C + c) * (1 - right) + READ(x1 + w * C + next + c) * right;
            WRITE(y + j * C + c, upper * (1 - below) + lower * below);
        }
    }
}

// The weight that the large image's pixel i gives to the small one's pixel k
float weight(const int i, const int k, const int factor, const int extent) {
    const int unit = 2 * factor;
    return (float)max(unit - (int)abs(centre(i, factor, extent) - k * unit), 0) / unit;
}

// The adjoint: each pixel of dx gathers from the pixels of g that it gave to. Global size N·H, H and W being those of dx
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void upsample_bilinear_gradient(
    global const float *restrict g, // N×(H·factor)×(W·factor)×C
    const int g_at,
    global float *restrict dx, // N×H×W×C
    const int dx_at,
    const int H,
    const int W,
    const int C,
    const int factor
) {
    const int row = get_global_id(0);
    const int h = row % H;
    g += g_at + row / H * H * factor * W * factor * C;
    dx += dx_at + row * W * C;
    for (int w = 0; w < W; w++) {
        for (int c = 0; c < C; c += WIDTH) {
            lanes sum = 0;
            for (int i = max((h - 1) * factor, 0); i < min(h + 2, H) * factor; i++) {
                const float of_row = weight(i, h, factor, H);
                for (int j = max((w - 1) * factor, 0); j < min(w + 2, W) * factor; j++) {
                    sum += of_row * weight(j, w, factor, W) * READ(g + (i * W * factor + j) * C + c);
                }
            }
            WRITE(dx + w * C + c, sum);
        }
    }
}
