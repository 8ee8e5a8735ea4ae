// What a device can do at most, to measure kernels by: fused multiply-adds on registers alone, and a copy too large for any cache.
// On a CPU (WIDE) a work-item is a work-group and computes with vectors of 16.

#ifdef WIDE
typedef float16 lanes;
#else
typedef float lanes;
#endif

// 16 chains that do not wait for each other: more than any unit's latency times its width asks for.
kernel void multiply_add(global float *q, const int rounds, const float factor, const float summand) {
    lanes x[16];
    const lanes a = factor;
    const lanes b = summand;
#pragma unroll
    for (int k = 0; k < 16; k++) {
        x[k] = (lanes)(k + (int)get_global_id(0));
    }
    for (int r = 0; r < rounds; r++) {
#pragma unroll
        for (int k = 0; k < 16; k++) {
            x[k] = fma(x[k], a, b);
        }
    }
#pragma unroll
    for (int k = 1; k < 16; k++) {
        x[0] += x[k];
    }
    // The results must be of use, or a compiler computes none of them.
#ifdef WIDE
    vstore16(x[0], get_global_id(0), q);
#else
    q[get_global_id(0)] = x[0];
#endif
}

kernel void copy(global const float *p, global float *q, const int vectors) {
#ifdef WIDE
    const int first = get_global_id(0) * vectors;
    for (int i = first; i < first + vectors; i++) {
        vstore16(vload16(i, p), i, q);
    }
#else
    vstore4(vload4(get_global_id(0), p), get_global_id(0), q);
#endif
}
