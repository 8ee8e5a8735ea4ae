// Copies between tensors that differ in the strides of their axes: slices, concatenations, paddings, transpositions.
//
// TYPE    the element's type: float, int or uchar
// TYPE16  its vector of 16

// Sixteen elements anywhere in memory. Unlike vstore16, a store through this type is one instruction with every compiler.
typedef TYPE16 __attribute__((aligned(sizeof(TYPE)))) unaligned16;
#define READ16(p) (*(global const unaligned16 *)(p))
#define WRITE16(p, v) (*(global unaligned16 *)(p) = (v))

void copy_run(global const TYPE *from, global TYPE *to, const int length) {
    int j = 0;
    for (; j + 16 <= length; j += 16) {
        WRITE16(to + j, READ16(from + j));
    }
    for (; j < length; j++) {
        to[j] = from[j];
    }
}

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
        if (from_step == 1 && to_step == 1) {
            copy_run(source + begin, target + begin, end - begin);
        } else {
            for (int j = begin; j < end; j++) {
                target[j * to_step] = source[j * from_step];
            }
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

// Runs of x0 and of x1 in turn: the concatenation of two tensors along any axis, a run being all that lies within that
// axis. Both at once, because writing every other piece of memory, twice, takes longer than writing all of it once.
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void concatenate_pair(
    global const TYPE *restrict x0, // total × length0
    const int x0_at,
    global const TYPE *restrict x1, // total × length1
    const int x1_at,
    global TYPE *restrict y, // total × (length0 + length1)
    const int y_at,
    const int rows, // runs of a work-item
    const int total,
    const int length0,
    const int length1
) {
    const int first = get_global_id(0) * rows;
    const int last = min(first + rows, total);
    x0 += x0_at;
    x1 += x1_at;
    y += y_at;
    for (int run = first; run < last; run++) {
        copy_run(x0 + run * length0, y + run * (length0 + length1), length0);
        copy_run(x1 + run * length1, y + run * (length0 + length1) + length0, length1);
    }
}

// The reverse: each run of x is shared out to y0 and y1.
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void split_pair(
    global const TYPE *restrict x, // total × (length0 + length1)
    const int x_at,
    global TYPE *restrict y0, // total × length0
    const int y0_at,
    global TYPE *restrict y1, // total × length1
    const int y1_at,
    const int rows, // runs of a work-item
    const int total,
    const int length0,
    const int length1
) {
    const int first = get_global_id(0) * rows;
    const int last = min(first + rows, total);
    x += x_at;
    y0 += y0_at;
    y1 += y1_at;
    for (int run = first; run < last; run++) {
        copy_run(x + run * (length0 + length1), y0 + run * length0, length0);
        copy_run(x + run * (length0 + length1) + length0, y1 + run * length1, length1);
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
            WRITE16(target + j, (TYPE16)(0));
        }
        for (; j < length; j++) {
            target[j] = 0;
        }
    }
}
