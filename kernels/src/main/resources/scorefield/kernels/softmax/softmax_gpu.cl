// The softmax of each row and its gradient on a GPU; the formulas stand in softmax.cl.
//
// LANES work-items take a row: neighbours read neighbouring numbers, and what each has folded the row folds by halves in
// local memory. A work-group takes as many rows as it has work-items for. Whoever adds what is fixed, so the same bits come
// out in every run. What is read again lies in the cache.
//
// LANES  a power of two, at most THREADS

#define THREADS 256

// The greatest of a row's numbers, or their sum: each work-item gives one. All work-items of the group take part.
static float max_of_row(local float *numbers, const float value) {
    const int t = get_local_id(0);
    barrier(CLK_LOCAL_MEM_FENCE);
    numbers[t] = value;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int left = LANES / 2; left > 0; left /= 2) {
        if (t % LANES < left) {
            numbers[t] = fmax(numbers[t], numbers[t + left]);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    return numbers[t - t % LANES];
}

static float sum_of_row(local float *numbers, const float value) {
    const int t = get_local_id(0);
    barrier(CLK_LOCAL_MEM_FENCE);
    numbers[t] = value;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int left = LANES / 2; left > 0; left /= 2) {
        if (t % LANES < left) {
            numbers[t] += numbers[t + left];
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    return numbers[t - t % LANES];
}

kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void softmax_gpu(global const float *restrict x, const int x_at, global float *restrict y, const int y_at,
                 const int rows, const int length) {
    local float numbers[THREADS];
    const int row = get_global_id(0) / LANES;
    const int lane = get_local_id(0) % LANES, end = row < rows ? length : 0;
    x += x_at + row * length;
    y += y_at + row * length;
    float greatest = -INFINITY;
    for (int i = lane; i < end; i += LANES) {
        greatest = fmax(greatest, x[i]);
    }
    greatest = max_of_row(numbers, greatest);
    float sum = 0.0f;
    for (int i = lane; i < end; i += LANES) {
        sum += exp(x[i] - greatest);
    }
    const float scale = 1.0f / sum_of_row(numbers, sum);
    for (int i = lane; i < end; i += LANES) {
        y[i] = exp(x[i] - greatest) * scale;
    }
}

kernel __attribute__((reqd_work_group_size(THREADS, 1, 1)))
void softmax_gradient_gpu(global const float *restrict y, const int y_at, global const float *restrict g, const int g_at,
                          global float *restrict dx, const int dx_at, const int rows, const int length) {
    local float numbers[THREADS];
    const int row = get_global_id(0) / LANES;
    const int lane = get_local_id(0) % LANES, end = row < rows ? length : 0;
    y += y_at + row * length;
    g += g_at + row * length;
    dx += dx_at + row * length;
    float sum = 0.0f;
    for (int i = lane; i < end; i += LANES) {
        sum = fma(g[i], y[i], sum);
    }
    sum = sum_of_row(numbers, sum);
    for (int i = lane; i < end; i += LANES) {
        dx[i] = y[i] * (g[i] - sum);
    }
}
