// Kernels with the mistakes that the simulator must find; see OclgrindTest. Each runs as 4 work-groups of 16 on 60 numbers.

// Nothing keeps a work-item from reading its neighbour's number before it is written.
kernel void missing_barrier(global const float *x, global float *y, const int n) {
    local float numbers[16];
    const int t = get_local_id(0), i = get_global_id(0);
    numbers[t] = i < n ? x[i] : 0;
    if (i < n) {
        y[i] = numbers[15 - t];
    }
}

// Two work-groups write the same number.
kernel void shared_sum(global const float *x, global float *y, const int n) {
    if (get_global_id(0) < n) {
        y[get_local_id(0)] = x[get_global_id(0)];
    }
}

// The last number has no neighbour.
kernel void missing_tail(global const float *x, global float *y, const int n) {
    const int i = get_global_id(0);
    if (i < n) {
        y[i] = x[i] + x[i + 1];
    }
}

// What the others do wrong, done right.
kernel void faultless(global const float *x, global float *y, const int n) {
    local float numbers[16];
    const int t = get_local_id(0), i = get_global_id(0);
    numbers[t] = i < n ? x[i] : 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (i < n) {
        y[i] = numbers[15 - t];
    }
}
