// Copies between tensors that differ in the strides of their axes: slices, concatenations, paddings, transpositions.
//
// TYPE    the element's type: float, int or uchar
// TYPE16  its vector of 16

// Element (i0, …, i4, j) of a block of numbers goes from i·from_stride + j·from_step to i·to_stride + j·to_step. A
// work-item copies `segment` numbers of each of `rows` consecutive runs over j. It finds its first run by division and
// counts on from there.
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void strided_copy(
    global const TYPE *restrict from,
    const int from_at,
    global TYPE *restrict to,
    const int to_at,
    const int rows,  // runs of a work-item
    const int total, // runs in all: extent0·…·extent4
    const int length, // of a run, along j
    const int segment,
    const int from_step,
    const int to_step,
    const int extent1,
    const int extent2,
    const int extent3,
    const int extent4,
    const int from_stride0,
    const int from_stride1,
    const int from_stride2,
    const int from_stride3,
    const int from_stride4,
    const int to_stride0,
    const int to_stride1,
    const int to_stride2,
    const int to_stride3,
    const int to_stride4
) {
    const int first = get_global_id(0) * rows;
    const int last = min(first + rows, total);
    const int begin = get_global_id(1) * segment;
    const int end = min(begin + segment, length);
    int rest = first;
    int i4 = rest % extent4;
    rest /= extent4;
    int i3 = rest % extent3;
    rest /= extent3;
    int i2 = rest % extent2;
    rest /= extent2;
    int i1 = rest % extent1;
    int i0 = rest / extent1;
    for (int run = first; run < last; run++) {
        global const TYPE *source = from + from_at + i0 * from_stride0 + i1 * from_stride1 + i2 * from_stride2
                + i3 * from_stride3 + i4 * from_stride4;
        global TYPE *target = to + to_at + i0 * to_stride0 + i1 * to_stride1 + i2 * to_stride2 + i3 * to_stride3
                + i4 * to_stride4;
        int j = begin;
        if (from_step == 1 && to_step == 1) {
            for (; j + 16 <= end; j += 16) {
                vstore16(vload16(0, source + j), 0, target + j);
            }
        }
        for (; j < end; j++) {
            target[j * to_step] = source[j * from_step];
        }
        if (++i4 == extent4) {
            i4 = 0;
            if (++i3 == extent3) {
                i3 = 0;
                if (++i2 == extent2) {
                    i2 = 0;
                    if (++i1 == extent1) {
                        i1 = 0;
                        i0++;
                    }
                }
            }
        }
    }
}

// Sets a run of `length` numbers to zero at every multiple of `stride`.
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void strided_zero(
    global TYPE *restrict to, const int to_at, const int rows, const int total, const int length, const int stride
) {
    const int first = get_global_id(0) * rows;
    const int last = min(first + rows, total);
    for (int run = first; run < last; run++) {
        global TYPE *target = to + to_at + run * stride;
        int j = 0;
        for (; j + 16 <= length; j += 16) {
            vstore16((TYPE16)(0), 0, target + j);
        }
        for (; j < length; j++) {
            target[j] = 0;
        }
    }
}
