// Philox4x32-10 on a GPU: random.cl says what it is and where the polynomials come from. A work-item computes one counter,
// four numbers, which leave together where WIDTH is 4; GPUs have the upper half of a product as one instruction. PART is as
// there.

static float uniform(const uint w) {
    return (convert_float(w >> 9) + 0.5f) * 0x1p-23f;
}

// √(−2 ln u), times cos and sin of 2πv
static float2 box_muller(const float u, const float v) {
    const float radius = sqrt(-2.0f * log(u));
    const float q = rint(4.0f * v);
    const float r = 4.0f * v - q;
    const float rr = r * r;
    float sine = fma(rr, -4.60165786e-3f, 7.96800330e-2f);
    sine = fma(sine, rr, -6.45963490e-1f);
    sine = fma(sine, rr, 1.57079637f) * r;
    float cosine = fma(rr, -2.04262510e-2f, 2.53606349e-1f);
    cosine = fma(cosine, rr, -1.23369801f);
    cosine = fma(cosine, rr, 1.0f);
    const int quadrant = convert_int(q);
    const float c = quadrant & 1 ? sine : cosine, s = quadrant & 1 ? cosine : sine;
    return radius * (float2)((quadrant + 1) & 2 ? -c : c, quadrant & 2 ? -s : s);
}

kernel void random_gpu(global const int *restrict state, const int state_at, // 4: the seed's words, the step's words
                       global float *restrict y, const int y_at, // count
                       const int stream, const int count
#ifdef PART
                       , const int row
#endif
) {
    state += state_at;
#ifdef PART
    const long whole = (long)state[4] * row;
    const int first = 4 * get_global_id(0) - (int)(whole & 3);
    uint c0 = get_global_id(0) + (uint)(whole >> 2);
#else
    const int first = 4 * get_global_id(0);
    uint c0 = get_global_id(0);
#endif
    if (first >= count) {
        return;
    }
    uint c1 = stream, c2 = state[2], c3 = state[3], k0 = state[0], k1 = state[1];
    #pragma unroll
    for (int round = 0; round < 10; round++) {
        const uint upper0 = mul_hi(c0, 0xD2511F53u), lower0 = c0 * 0xD2511F53u;
        const uint upper1 = mul_hi(c2, 0xCD9E8D57u), lower1 = c2 * 0xCD9E8D57u;
        c0 = upper1 ^ c1 ^ k0;
        c1 = lower1;
        c2 = upper0 ^ c3 ^ k1;
        c3 = lower0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    float4 numbers = (float4)(uniform(c0), uniform(c1), uniform(c2), uniform(c3));
#ifdef NORMAL
    numbers = (float4)(box_muller(numbers.s0, numbers.s1), box_muller(numbers.s2, numbers.s3));
#endif
    y += y_at + first;
    if (first >= 0 && first + 4 <= count) {
#if WIDTH == 4
        *(global float4 *)y = numbers;
#else
        vstore4(numbers, 0, y);
#endif
    } else {
        float last[4];
        vstore4(numbers, 0, last);
        #pragma unroll
        for (int i = 0; i < 4; i++) {
            if (first + i >= 0 && first + i < count) {
                y[i] = last[i];
            }
        }
    }
}
