// Group norm of x[N,H,W,C], and its gradients. For each sample and each group of C / GROUPS channels, with mean and
// rstd = 1 / sqrt(variance + epsilon) over the group's m = H·W·C / GROUPS numbers:
//
//     x̂ = (x − mean)·rstd      u = x̂·scale + shift      y = u, or u·sigmoid(u) with SILU
//
// and for a cotangent g of y, with g̃ = g·dy/du:
//
//     d scale[c] = Σ g̃·x̂      d shift[c] = Σ g̃      (over samples and pixels; here over a sample's pixels)
//     dx = rstd·(g̃·scale − mean_group(g̃·scale) − x̂·mean_group(g̃·scale·x̂))
//
// One work-item takes one sample, which stays in its core's L2 cache from pass to pass. The sample is read as rows of
// ROW floats, ROW being a multiple of C, so a place in the row ("lane") always holds the same channel, and a vector
// of WIDTH lanes never mixes rows. Sums are kept per lane and gathered into groups at the end of a pass. The statistics
// are computed again in the gradients: a pass over cached data costs less than keeping them would cost in the graph.
//
// C, GROUPS  channels and groups
// ROW        floats of a row: a multiple of C that divides H·W·C
// WIDTH      1, 2, 4, 8 or 16: floats of a vector; divides ROW
// UNIT       vectors that are summed side by side; divides ROW / WIDTH
// SILU       defined where SiLU follows

#include "common/lanes.cl"
#include "common/prefetch.cl"

#define CHANNELS_PER_GROUP (C / GROUPS)
#define GROUP_OF(lane) ((lane) % C / CHANNELS_PER_GROUP)

#if WIDTH == 1
#define AS_INT as_int
#define AS_FLOAT as_float
#else
#define AS_INT PASTE(as_int, WIDTH)
#define AS_FLOAT PASTE(as_float, WIDTH)
#endif
#define READ(p) (*(global const unaligned_lanes *)(p))
#define WRITE(p, v) (*(global unaligned_lanes *)(p) = (v))
#define GET(p) (*(const unaligned_lanes *)(p))
#define PUT(p, v) (*(unaligned_lanes *)(p) = (v))

// 1 / (1 + exp(-u)). exp(-u) = 2^t = 2^n·2^f with whole n and |f| ≤ 1/2; 2^f by a polynomial of degree 5 whose largest
// relative error is 1e-7. Adding 1.5·2^23 rounds t to a whole number, which then stands in the sum's lowest bits: shifted
// to the exponent's place and added to the polynomial's bits it multiplies by 2^n.
// A NaN in u need not come out: every use multiplies by u again.
lanes sigmoid(const lanes u) {
    const lanes t = clamp(u * -1.44269504f, -126.0f, 126.0f);
    const lanes shifted = t + 12582912.0f;
    const lanes f = t - (shifted - 12582912.0f);
    lanes e = fma(f, (lanes)1.32647273e-03f, (lanes)9.67151299e-03f);
    e = fma(e, f, (lanes)5.55073358e-02f);
    e = fma(e, f, (lanes)2.40222424e-01f);
    e = fma(e, f, (lanes)6.93147004e-01f);
    e = fma(e, f, (lanes)1.0f);
    return 1.0f / (1.0f + AS_FLOAT(AS_INT(e) + (AS_INT(shifted) << 23)));
}

lanes activate(const lanes u) {
#ifdef SILU
    return u * sigmoid(u);
#else
    return u;
#endif
}

// g times the derivative of activate at u
lanes activate_vjp(const lanes u, const lanes g) {
#ifdef SILU
    const lanes s = sigmoid(u);
    return g * s * fma(u, 1.0f - s, (lanes)1.0f);
#else
    return g;
#endif
}

// Replaces each lane's number by the sum of its group's numbers, in the order of the lanes, times factor.
void gather_groups(float *of_lane, const float factor) {
    float of_group[GROUPS];
    for (int g = 0; g < GROUPS; g++) {
        of_group[g] = 0;
    }
    for (int lane = 0; lane < ROW; lane++) {
        of_group[GROUP_OF(lane)] += of_lane[lane];
    }
    for (int lane = 0; lane < ROW; lane++) {
        of_lane[lane] = of_group[GROUP_OF(lane)] * factor;
    }
}

// For each lane the mean and 1 / sqrt(variance + epsilon) of its group. The variance is the mean square of what is left
// after the mean is subtracted: E[x²] − mean² would lose its digits where the mean is large.
void statistics(global const float *x, const int rows, const float epsilon, float *mean, float *rstd) {
    const float per_member = 1.0f / (rows * (ROW / C) * CHANNELS_PER_GROUP);
    for (int from = 0; from < ROW; from += UNIT * WIDTH) {
        lanes sum[UNIT];
#pragma unroll
        for (int j = 0; j < UNIT; j++) {
            sum[j] = 0;
        }
        for (int row = 0; row < rows; row++) {
#pragma unroll
            for (int j = 0; j < UNIT; j++) {
                sum[j] += READ(x + row * ROW + from + j * WIDTH);
            }
        }
#pragma unroll
        for (int j = 0; j < UNIT; j++) {
            PUT(mean + from + j * WIDTH, sum[j]);
        }
    }
    gather_groups(mean, per_member);
    for (int from = 0; from < ROW; from += UNIT * WIDTH) {
        lanes sum[UNIT], centre[UNIT];
#pragma unroll
        for (int j = 0; j < UNIT; j++) {
            sum[j] = 0;
            centre[j] = GET(mean + from + j * WIDTH);
        }
        for (int row = 0; row < rows; row++) {
#pragma unroll
            for (int j = 0; j < UNIT; j++) {
                const lanes d = READ(x + row * ROW + from + j * WIDTH) - centre[j];
                sum[j] = fma(d, d, sum[j]);
            }
        }
#pragma unroll
        for (int j = 0; j < UNIT; j++) {
            PUT(rstd + from + j * WIDTH, sum[j]);
        }
    }
    gather_groups(rstd, per_member);
    for (int lane = 0; lane < ROW; lane++) {
        rstd[lane] = 1.0f / sqrt(rstd[lane] + epsilon);
    }
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void group_norm(
    global const float *restrict x, // N×H×W×C
    const int x_at,
    global const float *restrict scale, // C
    const int scale_at,
    global const float *restrict shift, // C
    const int shift_at,
    global float *restrict y, // N×H×W×C
    const int y_at,
    const int rows, // H·W·C / ROW
    const float epsilon
) {
    const int sample = get_global_id(0) * rows * ROW;
    x += x_at + sample;
    y += y_at + sample;
    scale += scale_at;
    shift += shift_at;

    float mean[ROW], rstd[ROW];
    statistics(x, rows, epsilon, mean, rstd);
    // u = (x − mean)·rstd·scale + shift
    float factor[ROW], offset[ROW];
    for (int lane = 0; lane < ROW; lane++) {
        factor[lane] = rstd[lane] * scale[lane % C];
        offset[lane] = shift[lane % C];
    }
    for (int row = 0; row < rows; row++) {
#pragma unroll 4
        for (int lane = 0; lane < ROW; lane += WIDTH) {
            ask_for_reading(x + (rows + row) * ROW + lane); // the next sample's, while memory only takes in y
            const lanes d = READ(x + row * ROW + lane) - GET(mean + lane);
            WRITE(y + row * ROW + lane, activate(fma(d, GET(factor + lane), GET(offset + lane))));
        }
    }
}

// Per lane: sum_g = Σ g̃ and sum_gx = Σ g̃·x̂. Where the gradient of x is wanted, dx receives g̃ for the last pass.
void cotangent_sums(
    global const float *x,
    global const float *g,
#ifdef DX
    global float *dx,
#endif
    const int rows,
    const float *mean,
    const float *rstd,
    global const float *scale,
    global const float *shift,
    float *sum_g,
    float *sum_gx
) {
    float factor[ROW], offset[ROW];
    for (int lane = 0; lane < ROW; lane++) {
        factor[lane] = rstd[lane] * scale[lane % C];
        offset[lane] = shift[lane % C];
    }
    for (int from = 0; from < ROW; from += UNIT * WIDTH) {
        lanes of_g[UNIT], of_gx[UNIT];
#pragma unroll
        for (int j = 0; j < UNIT; j++) {
            of_g[j] = 0;
            of_gx[j] = 0;
        }
        for (int row = 0; row < rows; row++) {
#pragma unroll
            for (int j = 0; j < UNIT; j++) {
                const int lane = from + j * WIDTH;
                const int at = row * ROW + lane;
                const lanes d = READ(x + at) - GET(mean + lane);
                const lanes u = fma(d, GET(factor + lane), GET(offset + lane));
                const lanes through = activate_vjp(u, READ(g + at));
                of_g[j] += through;
                of_gx[j] = fma(through, d, of_gx[j]);
#ifdef DX
                WRITE(dx + at, through);
#endif
            }
        }
#pragma unroll
        for (int j = 0; j < UNIT; j++) {
            const int lane = from + j * WIDTH;
            PUT(sum_g + lane, of_g[j]);
            PUT(sum_gx + lane, of_gx[j] * GET(rstd + lane));
        }
    }
}

#ifdef SUMS
// A channel's sums over its lanes
void channel_sums(const float *sum_g, const float *sum_gx, global float *sums) {
    for (int c = 0; c < C; c++) {
        float of_scale = 0, of_shift = 0;
        for (int lane = c; lane < ROW; lane += C) {
            of_scale += sum_gx[lane];
            of_shift += sum_g[lane];
        }
        sums[c] = of_scale;
        sums[C + c] = of_shift;
    }
}
#endif

// DX    defined where the gradient of x is wanted
// SUMS  defined where those of scale and shift are wanted
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void group_norm_gradient(
    global const float *restrict x, // N×H×W×C
    const int x_at,
    global const float *restrict scale, // C
    const int scale_at,
    global const float *restrict shift, // C
    const int shift_at,
    global const float *restrict g, // N×H×W×C, the cotangent of y
    const int g_at,
#ifdef DX
    global float *restrict dx, // N×H×W×C
    const int dx_at,
#endif
#ifdef SUMS
    global float *restrict sums, // N×2×C: each sample's Σ g̃·x̂ and Σ g̃ over its pixels
    const int sums_at,
#endif
    const int rows, // H·W·C / ROW
    const float epsilon
) {
    const int sample = get_global_id(0) * rows * ROW;
    x += x_at + sample;
    g += g_at + sample;
    scale += scale_at;
    shift += shift_at;

    float mean[ROW], rstd[ROW], sum_g[ROW], sum_gx[ROW];
    statistics(x, rows, epsilon, mean, rstd);
#ifdef DX
    dx += dx_at + sample;
    cotangent_sums(x, g, dx, rows, mean, rstd, scale, shift, sum_g, sum_gx);
#else
    cotangent_sums(x, g, rows, mean, rstd, scale, shift, sum_g, sum_gx);
#endif
#ifdef SUMS
    channel_sums(sum_g, sum_gx, sums + sums_at + get_global_id(0) * 2 * C);
#endif
#ifdef DX
    for (int lane = 0; lane < ROW; lane++) {
        sum_g[lane] *= scale[lane % C];
        sum_gx[lane] *= scale[lane % C];
    }
    const float per_member = 1.0f / (rows * (ROW / C) * CHANNELS_PER_GROUP);
    gather_groups(sum_g, per_member);
    gather_groups(sum_gx, per_member);
    // dx = g̃·of_g + (x − mean)·of_x + rest
    float of_g[ROW], of_x[ROW], rest[ROW];
    for (int lane = 0; lane < ROW; lane++) {
        of_g[lane] = rstd[lane] * scale[lane % C];
        of_x[lane] = -rstd[lane] * rstd[lane] * sum_gx[lane];
        rest[lane] = -rstd[lane] * sum_g[lane];
    }
    for (int row = 0; row < rows; row++) {
#pragma unroll 4
        for (int lane = 0; lane < ROW; lane += WIDTH) {
            const int at = row * ROW + lane;
            const lanes d = READ(x + at) - GET(mean + lane);
            const lanes through = READ(dx + at);
            WRITE(dx + at, fma(through, GET(of_g + lane), fma(d, GET(of_x + lane), GET(rest + lane))));
        }
    }
#endif
}
