// For a GPU: a work-group of 256 takes one group of one image. Neighbouring work-items read neighbouring numbers, and each adds up
// every 256th of them. Then they add their sums in local memory, in a tree: half of the work-items add the other half's sums to
// their own, then a quarter, and after 8 steps the first has them all. The order is the same in every run, and so are the bits.

#define ITEMS 256

// The sum over the work-items of a work-group.
static float sum_of_all(const float own, local float *sums) {
    const int item = get_local_id(0);
    barrier(CLK_LOCAL_MEM_FENCE); // all have read the last result
    sums[item] = own;
    for (int step = ITEMS / 2; step > 0; step /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < step) {
            sums[item] += sums[item + step];
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    return sums[0];
}

kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1)))
void group_norm(global const float *restrict x, global const float *restrict scale, global const float *restrict shift,
                global float *restrict y, const int pixels, const int C, const int groups, const float epsilon) {
    local float sums[ITEMS];
    const int width = C / groups, first = get_group_id(0) * width, image = get_global_id(1) * pixels * C;
    const int members = width * pixels;
    float sum = 0, squares = 0;
    for (int k = get_local_id(0); k < members; k += ITEMS) {
        sum += x[image + k / width * C + first + k % width];
    }
    const float mean = sum_of_all(sum, sums) / members;
    for (int k = get_local_id(0); k < members; k += ITEMS) {
        const float d = x[image + k / width * C + first + k % width] - mean;
        squares += d * d;
    }
    const float rstd = 1 / sqrt(sum_of_all(squares, sums) / members + epsilon);
    for (int k = get_local_id(0); k < members; k += ITEMS) {
        const int c = first + k % width, at = image + k / width * C + c;
        const float u = (x[at] - mean) * rstd * scale[c] + shift[c];
        y[at] = u / (1 + exp(-u));
    }
}
