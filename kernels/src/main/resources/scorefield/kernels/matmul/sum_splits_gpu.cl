// y[i] = Σ partial[split][i] in the splits' order: the same bits in every run, without atomics. One work-item a number.
kernel void sum_splits_gpu(global const float *restrict partial, const int partial_at,
                           global float *restrict y, const int y_at, const int splits, const int count) {
    const int i = get_global_id(0);
    if (i < count) {
        float sum = partial[partial_at + i];
        for (int split = 1; split < splits; split++) {
            sum += partial[partial_at + split * count + i];
        }
        y[y_at + i] = sum;
    }
}
