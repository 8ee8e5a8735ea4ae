// Copies between tensors that differ in the strides of their axes, on a GPU: slices, concatenations, paddings, transpositions.
//
// TYPE  the element's type: float, int or uchar

// Element (i0, …, i5) of a block of numbers goes from Σ i·from to Σ i·to. One work-item an element; neighbours write
// neighbours where the innermost axis' `to` is 1.
kernel void strided_copy_gpu(global const TYPE *restrict from, const int from_at, global TYPE *restrict to, const int to_at,
                             const int count, // extent0·…·extent5
                             const int extent1, const int extent2, const int extent3, const int extent4, const int extent5,
                             const int from0, const int from1, const int from2,
                             const int from3, const int from4, const int from5,
                             const int to0, const int to1, const int to2,
                             const int to3, const int to4, const int to5) {
    int rest = get_global_id(0);
    if (rest >= count) {
        return;
    }
    const int i5 = rest % extent5;
    rest /= extent5;
    const int i4 = rest % extent4;
    rest /= extent4;
    const int i3 = rest % extent3;
    rest /= extent3;
    const int i2 = rest % extent2;
    rest /= extent2;
    const int i1 = rest % extent1, i0 = rest / extent1;
    to[to_at + i0 * to0 + i1 * to1 + i2 * to2 + i3 * to3 + i4 * to4 + i5 * to5] =
        from[from_at + i0 * from0 + i1 * from1 + i2 * from2 + i3 * from3 + i4 * from4 + i5 * from5];
}

// A transposition reads along one axis and writes along another. A work-group takes a square of TILE × TILE elements of
// these two axes: it reads it row by row, and writes it column by column out of local memory, so that both run along
// memory. The column to spare keeps the elements of a column in different banks.
#define TILE 32
#define ROWS 8

kernel __attribute__((reqd_work_group_size(TILE, ROWS, 1)))
void transpose_gpu(global const TYPE *restrict from, const int from_at, global TYPE *restrict to, const int to_at,
                   const int read_extent,  // of the axis whose elements lie side by side where they are read
                   const int write_extent, // of the one whose elements lie side by side where they are written
                   const int from_step,    // between elements of the latter, where they are read
                   const int to_step,      // between elements of the former, where they are written
                   const int extent1, const int extent2, const int extent3, // of the other axes
                   const int from0, const int from1, const int from2, const int from3,
                   const int to0, const int to1, const int to2, const int to3) {
    local TYPE square[TILE][TILE + 1];
    const int across = (read_extent + TILE - 1) / TILE;
    const int r0 = get_group_id(0) % across * TILE, w0 = get_group_id(0) / across * TILE;
    int rest = get_group_id(1);
    const int i3 = rest % extent3;
    rest /= extent3;
    const int i2 = rest % extent2;
    rest /= extent2;
    const int i1 = rest % extent1, i0 = rest / extent1;
    const int column = get_local_id(0);
    from += from_at + i0 * from0 + i1 * from1 + i2 * from2 + i3 * from3;
    to += to_at + i0 * to0 + i1 * to1 + i2 * to2 + i3 * to3;
    for (int row = get_local_id(1); row < TILE; row += ROWS) {
        if (r0 + column < read_extent && w0 + row < write_extent) {
            square[row][column] = from[(w0 + row) * from_step + r0 + column];
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int row = get_local_id(1); row < TILE; row += ROWS) {
        if (w0 + column < write_extent && r0 + row < read_extent) {
            to[(r0 + row) * to_step + w0 + column] = square[column][row];
        }
    }
}

// Sets `length` numbers to zero at every multiple of `stride`. One work-item a number.
kernel void strided_zero_gpu(global TYPE *restrict to, const int to_at, const int count, const int length, const int stride) {
    const int i = get_global_id(0);
    if (i < count) {
        to[to_at + i / length * stride + i % length] = 0;
    }
}
