// The softmax of each row, y[i] = exp(x[i] - max)/Σ exp(x[j] - max), and its gradient y[i]·(g[i] - Σ g[j]·y[j]).
//
// A work-item takes some rows, one after the other, sixteen numbers at a time. A row passes through the nearest cache two or
// three times, but comes from memory once. Rows need not be multiples of sixteen: the last vector is filled up with numbers
// that change neither the maximum nor the sum. Sums have a fixed order, so the same bits come out in every run.

static float16 load(global const float *p, const int count, const float rest) {
    if (count >= 16) {
        return vload16(0, p);
    }
    float part[16];
    for (int j = 0; j < 16; j++) {
        part[j] = j < count ? p[j] : rest;
    }
    return vload16(0, part);
}

static void store(const float16 v, global float *p, const int count) {
    if (count >= 16) {
        vstore16(v, 0, p);
        return;
    }
    float part[16];
    vstore16(v, 0, part);
    for (int j = 0; j < count; j++) {
        p[j] = part[j];
    }
}

static float max_across(const float16 v) {
    const float8 a = fmax(v.lo, v.hi);
    const float4 b = fmax(a.lo, a.hi);
    const float2 c = fmax(b.lo, b.hi);
    return fmax(c.x, c.y);
}

static float sum_across(const float16 v) {
    const float8 a = v.lo + v.hi;
    const float4 b = a.lo + a.hi;
    const float2 c = b.lo + b.hi;
    return c.x + c.y;
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void softmax(
    global const float *restrict x, const int x_at,
    global float *restrict y, const int y_at,
    const int rows, const int length, const int rows_per_item) {
    const int from = get_global_id(0) * rows_per_item, to = min(from + rows_per_item, rows);
    for (int row = from; row < to; row++) {
        global const float *in = x + x_at + row * length;
        global float *out = y + y_at + row * length;
        float16 greatest = -INFINITY;
        for (int i = 0; i < length; i += 16) {
            greatest = fmax(greatest, load(in + i, length - i, -INFINITY));
        }
        const float max = max_across(greatest);
        float16 sums = 0;
        for (int i = 0; i < length; i += 16) {
            const float16 e = exp(load(in + i, length - i, -INFINITY) - max);
            sums += e;
            store(e, out + i, length - i);
        }
        const float scale = 1 / sum_across(sums);
        for (int i = 0; i < length; i += 16) {
            store(scale * load(out + i, length - i, 0), out + i, length - i);
        }
    }
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void softmax_gradient(
    global const float *restrict y, const int y_at,
    global const float *restrict g, const int g_at,
    global float *restrict dx, const int dx_at,
    const int rows, const int length, const int rows_per_item) {
    const int from = get_global_id(0) * rows_per_item, to = min(from + rows_per_item, rows);
    for (int row = from; row < to; row++) {
        global const float *in = y + y_at + row * length;
        global const float *cotangent = g + g_at + row * length;
        global float *out = dx + dx_at + row * length;
        float16 sums = 0;
        for (int i = 0; i < length; i += 16) {
            sums = fma(load(in + i, length - i, 0), load(cotangent + i, length - i, 0), sums);
        }
        const float sum = sum_across(sums);
        for (int i = 0; i < length; i += 16) {
            store(load(in + i, length - i, 0) * (load(cotangent + i, length - i, 0) - sum), out + i, length - i);
        }
    }
}
