// Group norm of x[N,H,W,C] and its gradients on a GPU; the formulas stand in group_norm.cl.
//
// One work-group takes one group of channels of one sample: COLUMNS vectors of channels side by side, as many pixels at once
// as there are work-items for. Each work-item sums the pixels of its own channels; then the work-group adds its sums by
// halves in local memory. Whoever adds what is fixed, so the same bits come out in every run. What is read again lies in the
// cache.
//
// C, GROUPS  channels and groups
// WIDTH      1 or 4: floats of a vector; divides C / GROUPS
// SILU       defined where SiLU follows

#define THREADS 256
#define CHANNELS (C / GROUPS)
#define VECTORS (CHANNELS / WIDTH)
#define COLUMNS (VECTORS < THREADS ? VECTORS : THREADS)
#define ROWS (THREADS / COLUMNS)

#if WIDTH == 1
typedef float lanes;
#define SUM_OF_LANES(v) (v)
#else
typedef float4 lanes;
#define SUM_OF_LANES(v) (((v).s0 + (v).s1) + ((v).s2 + (v).s3))
#endif
#define READ(p) (*(global const lanes *)(p))
#define WRITE(p, v) (*(global lanes *)(p) = (v))

// Scale and shift may start at any float.
#if WIDTH == 1
#define PARAMETER(p) (*(p))
#else
#define PARAMETER(p) vload4(0, p)
#endif

static lanes activate(const lanes u) {
#ifdef SILU
    return u / (1.0f + exp(-u));
#else
    return u;
#endif
}

// g times the derivative of activate at u
static lanes activate_vjp(const lanes u, const lanes g) {
#ifdef SILU
    const lanes s = 1.0f / (1.0f + exp(-u));
    return g * s * fma(u, 1.0f - s, (lanes)(1.0f));
#else
    return g;
#endif
}

// Adds the first `rows` rows of `columns` numbers each; the sums come to lie in the first row. All work-items take part.
static void add_rows(local lanes *numbers, const int rows, const int columns) {
    const int t = get_local_id(0);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int left = rows; left > 1; left = (left + 1) / 2) {
        const int kept = (left + 1) / 2;
        if (t / columns + kept < left) {
            numbers[t] += numbers[t + kept * columns];
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
}

// The sum of one number of each work-item; all get it.
static float sum_of_all(const lanes number, local lanes *numbers) {
    numbers[get_local_id(0)] = number;
    add_rows(numbers, THREADS, 1);
    const float sum = SUM_OF_LANES(numbers[0]);
    barrier(CLK_LOCAL_MEM_FENCE); // until everyone has it
    return sum;
}

// Goes over this work-item's part of a group: channels from c on, of every ROWS-th pixel. Work-items beyond ROWS·COLUMNS
// have none.
#define FOR_CHANNELS(c) \
    for (int c = get_local_id(0) % COLUMNS * WIDTH; c < CHANNELS && get_local_id(0) < ROWS * COLUMNS; c += COLUMNS * WIDTH)
#define FOR_PIXELS(p) for (int p = get_local_id(0) / COLUMNS; p < pixels; p += ROWS)

// The mean and 1 / sqrt(variance + epsilon) of a group, the variance being the mean square of what is left after the mean is
// subtracted: E[x²] − mean² would lose its digits where the mean is large.
static void statistics(global const float *x, const int pixels, const float epsilon, local lanes *numbers, float *mean,
                       float *rstd) {
    const float per_member = 1.0f / (pixels * CHANNELS);
    lanes sum = 0.0f;
    FOR_CHANNELS(c) {
        FOR_PIXELS(p) {
            sum += READ(x + p * C + c);
        }
    }
    const float centre = sum_of_all(sum, numbers) * per_member;
    lanes squares = 0.0f;
    FOR_CHANNELS(c) {
        FOR_PIXELS(p) {
            const lanes d = READ(x + p * C + c) - centre;
            squares = fma(d, d, squares);
        }
    }
    *mean = centre;
    *rstd = 1.0f / sqrt(sum_of_all(squares, numbers) * per_member + epsilon);
}

// One work-group per group of channels, sample.
kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void group_norm_gpu(global const float *restrict x, const int x_at, // N×H×W×C
                    global const float *restrict scale, const int scale_at, // C
                    global const float *restrict shift, const int shift_at, // C
                    global float *restrict y, const int y_at, // N×H×W×C
                    const int pixels, // H·W
                    const float epsilon) {
    local lanes numbers[THREADS];
    const int channel = get_group_id(0) * CHANNELS, from = get_global_id(1) * pixels * C + channel;
    x += x_at + from;
    y += y_at + from;
    scale += scale_at + channel;
    shift += shift_at + channel;
    float mean, rstd;
    statistics(x, pixels, epsilon, numbers, &mean, &rstd);
    FOR_CHANNELS(c) {
        const lanes factor = rstd * PARAMETER(scale + c), offset = PARAMETER(shift + c);
        FOR_PIXELS(p) {
            WRITE(y + p * C + c, activate(fma(READ(x + p * C + c) - mean, factor, offset)));
        }
    }
}

// DX    defined where the gradient of x is wanted
// SUMS  defined where those of scale and shift are wanted
kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void group_norm_gradient_gpu(global const float *restrict x, const int x_at, // N×H×W×C
                             global const float *restrict scale, const int scale_at, // C
                             global const float *restrict shift, const int shift_at, // C
                             global const float *restrict g, const int g_at, // N×H×W×C, the cotangent of y
#ifdef DX
                             global float *restrict dx, const int dx_at, // N×H×W×C
#endif
#ifdef SUMS
                             global float *restrict sums, const int sums_at, // N×2×C: each sample's Σ g̃·x̂ and Σ g̃
#endif
                             const int pixels, // H·W
                             const float epsilon) {
    local lanes numbers[THREADS];
    const int t = get_local_id(0);
    const int channel = get_group_id(0) * CHANNELS, from = get_global_id(1) * pixels * C + channel;
    x += x_at + from;
    g += g_at + from;
    scale += scale_at + channel;
    shift += shift_at + channel;
    float mean, rstd;
    statistics(x, pixels, epsilon, numbers, &mean, &rstd);

    // Σ g̃·scale and Σ g̃·scale·x̂ over this work-item's part of the group
    lanes sum_g = 0.0f, sum_gx = 0.0f;
    for (int from_channel = 0; from_channel < CHANNELS; from_channel += COLUMNS * WIDTH) {
        const int c = from_channel + t % COLUMNS * WIDTH;
        const bool mine = t < ROWS * COLUMNS && c < CHANNELS;
        lanes of_g = 0.0f, of_gx = 0.0f;
        if (mine) {
            const lanes of_channel = PARAMETER(scale + c), offset = PARAMETER(shift + c);
            FOR_PIXELS(p) {
                const lanes normal = (READ(x + p * C + c) - mean) * rstd;
                const lanes through = activate_vjp(fma(normal, of_channel, offset), READ(g + p * C + c));
                of_g += through;
                of_gx = fma(through, normal, of_gx);
            }
            sum_g = fma(of_g, of_channel, sum_g);
            sum_gx = fma(of_gx, of_channel, sum_gx);
        }
#ifdef SUMS
        global float *to = sums + sums_at + get_global_id(1) * 2 * C + channel + c;
        const lanes both[2] = {of_gx, of_g};
        for (int which = 0; which < 2; which++) {
            numbers[t] = both[which];
            add_rows(numbers, ROWS, COLUMNS);
            if (mine && t < COLUMNS) {
#if WIDTH == 1
                to[which * C] = numbers[t];
#else
                vstore4(numbers[t], 0, to + which * C);
#endif
            }
        }
#endif
    }
#ifdef DX
    dx += dx_at + from;
    const float per_member = 1.0f / (pixels * CHANNELS);
    const float mean_g = sum_of_all(sum_g, numbers) * per_member, mean_gx = sum_of_all(sum_gx, numbers) * per_member;
    FOR_CHANNELS(c) {
        const lanes of_channel = PARAMETER(scale + c), offset = PARAMETER(shift + c);
        FOR_PIXELS(p) {
            const lanes normal = (READ(x + p * C + c) - mean) * rstd;
            const lanes through = activate_vjp(fma(normal, of_channel, offset), READ(g + p * C + c));
            WRITE(dx + p * C + c, rstd * (through * of_channel - mean_g - normal * mean_gx));
        }
    }
#endif
}
