// One matrix instruction: the 32 work-items of a warp multiply and add a 16×8 tile together,
//
//     C[16,8] += A[16,INSTRUCTION_K] · B[INSTRUCTION_K,8]
//
// with factors in tf32 (float32 with 10 bits after the point) or bf16 (with 7), exact products, and sums in float32. Each
// work-item holds a part of each matrix, its fragment: the registers of PTX's mma.sync.m16n8k8 (tf32) and m16n8k16 (bf16). With
// g = lane / 4 and t = lane % 4 they are
//
//     tf32  a[0] (g, t)          a[1] (g+8, t)          a[2] (g, t+4)          a[3] (g+8, t+4)            (row, k)
//           b[0] (t, g)          b[1] (t+4, g)                                                            (k, column)
//     bf16  a[0] (g, 2t…2t+1)    a[1] (g+8, 2t…2t+1)    a[2] (g, 2t+8…2t+9)    a[3] (g+8, 2t+8…2t+9)      two in a register,
//           b[0] (2t…2t+1, g)    b[1] (2t+8…2t+9, g)                                                      the first in its low half
//     both  upper (g, 2t…2t+1)   lower (g+8, 2t…2t+1)                                                     (row, column)
//
// There are two bodies. One is NVIDIA's instruction, which needs compute capability 8.0. The other is plain OpenCL C, which
// exchanges the fragments through local memory: it defines what the instruction has to compute, and lets everything around it
// run on any device. All work-items of a work-group must call it together.
//
// TF32 or BF16                             the precision of the factors
// INSTRUCTION_NVIDIA or INSTRUCTION_PLAIN  the body

#define WARP 32

#ifdef TF32
#define INSTRUCTION_K 8
#else
#define INSTRUCTION_K 16
#endif

#ifdef INSTRUCTION_NVIDIA

#define EXCHANGED 0

// A number rounded to the nearest tf32, ties away from zero.
static uint to_tf32(const float x) {
    uint bits;
    __asm__("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
    return bits;
}

// Two numbers rounded to the nearest bf16, ties to even; the first in the low half.
static uint to_bf16(const float first, const float second) {
    uint bits;
    __asm__("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(second), "f"(first));
    return bits;
}

static void matrix_multiply_accumulate(const uint a[4], const uint b[2], run *upper, run *lower, local float *exchange) {
    float c0 = upper->x, c1 = upper->y, c2 = lower->x, c3 = lower->y;
#ifdef TF32
    __asm__ volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
#else
    __asm__ volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
#endif
                 : "+f"(c0), "+f"(c1), "+f"(c2), "+f"(c3)
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
    *upper = (run)(c0, c1);
    *lower = (run)(c2, c3);
}

#else

// Tests define another, to see that an instruction that is wrong is found out.
#ifndef MULTIPLY_ADD
#define MULTIPLY_ADD(a, b, c) fma(a, b, c)
#endif

// In floats, for the fragments of a warp
#define EXCHANGED ((16 + 8) * INSTRUCTION_K)

static uint to_tf32(const float x) {
    return isnan(x) ? as_uint(x) : (as_uint(x) + 0x1000u) & 0xffffe000u;
}

static uint bf16_bits(const float x) {
    const uint bits = as_uint(x);
    return isnan(x) ? (bits >> 16) | 0x40u : (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
}

static uint to_bf16(const float first, const float second) {
    return bf16_bits(first) | bf16_bits(second) << 16;
}

static void matrix_multiply_accumulate(const uint a[4], const uint b[2], run *upper, run *lower, local float *exchange) {
    local float *rows = exchange + get_local_id(0) / WARP * EXCHANGED; // [16][INSTRUCTION_K]
    local float *columns = rows + 16 * INSTRUCTION_K;                  // [8][INSTRUCTION_K]
    const int g = get_local_id(0) % WARP / 4, t = get_local_id(0) % 4;
    for (int e = 0; e < 2; e++) {
#ifdef TF32
        const int k = t + 4 * e;
        rows[g * INSTRUCTION_K + k] = as_float(a[2 * e]);
        rows[(g + 8) * INSTRUCTION_K + k] = as_float(a[2 * e + 1]);
        columns[g * INSTRUCTION_K + k] = as_float(b[e]);
#else
        const int k = 2 * t + 8 * e;
        rows[g * INSTRUCTION_K + k] = as_float(a[2 * e] << 16);
        rows[g * INSTRUCTION_K + k + 1] = as_float(a[2 * e] & 0xffff0000u);
        rows[(g + 8) * INSTRUCTION_K + k] = as_float(a[2 * e + 1] << 16);
        rows[(g + 8) * INSTRUCTION_K + k + 1] = as_float(a[2 * e + 1] & 0xffff0000u);
        columns[g * INSTRUCTION_K + k] = as_float(b[e] << 16);
        columns[g * INSTRUCTION_K + k + 1] = as_float(b[e] & 0xffff0000u);
#endif
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = 0; k < INSTRUCTION_K; k++) {
        const run factors = (run)(columns[2 * t * INSTRUCTION_K + k], columns[(2 * t + 1) * INSTRUCTION_K + k]);
        *upper = MULTIPLY_ADD((run)(rows[g * INSTRUCTION_K + k]), factors, *upper);
        *lower = MULTIPLY_ADD((run)(rows[(g + 8) * INSTRUCTION_K + k]), factors, *lower);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
}

#endif
