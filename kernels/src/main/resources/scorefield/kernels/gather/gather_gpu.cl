// Rows of a table by their indices, and the adjoint, on a GPU; TYPE and MISSING as in gather.cl. One work-item a number of y.

kernel void gather_gpu(global const TYPE *restrict table, const int table_at, // rows × length
                       global const int *restrict index, const int index_at, // B
                       global TYPE *restrict y, const int y_at, // B × length
                       const int rows, const int length, const int count) { // count: B·length
    const int i = get_global_id(0);
    if (i < count) {
        const int row = index[index_at + i / length];
        y[y_at + i] = row < 0 || row >= rows ? MISSING : table[table_at + row * length + i % length];
    }
}

// y[r] = Σ x[b] over the b with index[b] = r, in the order of b.
kernel void scatter_add_gpu(global const float *restrict x, const int x_at, // B × length
                            global const int *restrict index, const int index_at, // B
                            global float *restrict y, const int y_at, // rows × length
                            const int B, const int length, const int count) { // count: rows·length
    const int i = get_global_id(0);
    if (i < count) {
        const int row = i / length;
        float sum = 0;
        for (int b = 0; b < B; b++) {
            if (index[index_at + b] == row) {
                sum += x[x_at + b * length + i % length];
            }
        }
        y[y_at + i] = sum;
    }
}
