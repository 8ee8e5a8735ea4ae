// Rows of a table by their indices, and the adjoint.
//
// TYPE     the table's element type: float, int or uchar
// MISSING  what a row is filled with whose index the table does not have. The host checks the indices that it feeds; this
//          keeps a mistake from reading another tensor's memory, and NaN where the type has it lets the mistake be seen.

// y[b] = table[index[b]]; one work-item a row
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void gather(
    global const TYPE *restrict table, // rows × length
    const int table_at,
    global const int *restrict index, // B
    const int index_at,
    global TYPE *restrict y, // B × length
    const int y_at,
    const int rows,
    const int length
) {
    const int b = get_global_id(0);
    const int row = index[index_at + b];
    y += y_at + b * length;
    if (row < 0 || row >= rows) {
        for (int j = 0; j < length; j++) {
            y[j] = MISSING;
        }
        return;
    }
    table += table_at + row * length;
    int j = 0;
    for (; j + 16 <= length; j += 16) {
        vstore16(vload16(0, table + j), 0, y + j);
    }
    for (; j < length; j++) {
        y[j] = table[j];
    }
}

// y[r] = Σ x[b] over the b with index[b] = r, in the order of b: no atomics, so the same bits in every run. One work-item
// a row of y; it looks through all indices, of which there are few (a batch).
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void scatter_add(
    global const float *restrict x, // B × length
    const int x_at,
    global const int *restrict index, // B
    const int index_at,
    global float *restrict y, // rows × length
    const int y_at,
    const int B,
    const int length
) {
    const int row = get_global_id(0);
    x += x_at;
    index += index_at;
    y += y_at + row * length;
    for (int j = 0; j < length; j++) {
        y[j] = 0;
    }
    for (int b = 0; b < B; b++) {
        if (index[b] == row) {
            for (int j = 0; j < length; j++) {
                y[j] += x[b * length + j];
            }
        }
    }
}
