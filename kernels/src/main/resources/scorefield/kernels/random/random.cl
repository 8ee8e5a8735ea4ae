// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): key = (state[0], state[1]), counter
// = (k, stream, state[2], state[3]) for the four elements from 4k on. A word w becomes (⌊w / 512⌋ + ½)·2⁻²³, which single
// precision holds exactly; two words become two normal numbers by Box and Muller.
//
// A work-item computes 16 counters side by side, 64 numbers.
//
// Where PART is defined, the result begins with row state[4] of a larger tensor, whose counters it has: element i is number
// state[4]·row + i of that tensor. The first counter's numbers before it, at most three, are dropped.


float16 uniform(const uint16 w) {
    return (convert_float16(w >> 9) + 0.5f) * 0x1p-23f;
}

// The upper and lower half of a product of 32-bit numbers
#define UPPER(a, b) convert_uint16((convert_ulong16(a) * (ulong)(b)) >> 32)

// √(−2 ln u), and cos and sin of 2πv. v·4 = q + r with q whole and |r| ≤ ½, without any rounding; cos and sin of r·π/2
// are polynomials with errors below 4e-8, and q, the quadrant, says which is which and with what sign.
void box_muller(const float16 u, const float16 v, float16 *z0, float16 *z1) {
    const float16 radius = sqrt(-2.0f * log(u));
    const float16 q = rint(4.0f * v);
    const float16 r = 4.0f * v - q;
    const float16 rr = r * r;
    float16 sine = fma(rr, (float16)-4.60165786e-3f, (float16)7.96800330e-2f);
    sine = fma(sine, rr, (float16)-6.45963490e-1f);
    sine = fma(sine, rr, (float16)1.57079637f) * r;
    float16 cosine = fma(rr, (float16)-2.04262510e-2f, (float16)2.53606349e-1f);
    cosine = fma(cosine, rr, (float16)-1.23369801f);
    cosine = fma(cosine, rr, (float16)1.0f);
    const int16 quadrant = convert_int16(q);
    const int16 swap = (quadrant & 1) != 0;
    const float16 c = select(cosine, sine, swap);
    const float16 s = select(sine, cosine, swap);
    *z0 = radius * select(c, -c, ((quadrant + 1) & 2) != 0);
    *z1 = radius * select(s, -s, (quadrant & 2) != 0);
}

kernel void random(
    global const int *restrict state, // 4: the seed's words, the step's words
    const int state_at,
    global float *restrict y, // count
    const int y_at,
    const int stream,
    const int count
#ifdef PART
    , const int row
#endif
) {
    state += state_at;
    const int k = get_global_id(0) * 16;
#ifdef PART
    const long first = (long)state[4] * row;
    const int skipped = first & 3;
    uint16 c0 = (uint16)(k + (uint)(first >> 2)) + (uint16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#else
    const int skipped = 0;
    uint16 c0 = (uint16)(k) + (uint16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#endif
    uint16 c1 = (uint)stream;
    uint16 c2 = (uint)state[2];
    uint16 c3 = (uint)state[3];
    uint k0 = state[0];
    uint k1 = state[1];
#pragma unroll
    for (int round = 0; round < 10; round++) {
        const uint16 upper0 = UPPER(c0, 0xD2511F53u);
        const uint16 lower0 = c0 * 0xD2511F53u;
        const uint16 upper1 = UPPER(c2, 0xCD9E8D57u);
        const uint16 lower1 = c2 * 0xCD9E8D57u;
        c0 = upper1 ^ c1 ^ k0;
        c1 = lower1;
        c2 = upper0 ^ c3 ^ k1;
        c3 = lower0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    float16 y0 = uniform(c0), y1 = uniform(c1), y2 = uniform(c2), y3 = uniform(c3);
#ifdef NORMAL
    box_muller(y0, y1, &y0, &y1);
    box_muller(y2, y3, &y2, &y3);
#endif
    // Element 4k + i is number i of counter k.
    float numbers[64];
#define PUT4(l) vstore4((float4)(y0.s##l, y1.s##l, y2.s##l, y3.s##l), 0x##l, numbers)
    PUT4(0);
    PUT4(1);
    PUT4(2);
    PUT4(3);
    PUT4(4);
    PUT4(5);
    PUT4(6);
    PUT4(7);
    PUT4(8);
    PUT4(9);
    PUT4(a);
    PUT4(b);
    PUT4(c);
    PUT4(d);
    PUT4(e);
    PUT4(f);
    const int at = 4 * k - skipped;
    y += y_at + at;
    if (at >= 0 && at + 64 <= count) {
        for (int i = 0; i < 4; i++) {
            vstore16(vload16(i, numbers), i, y);
        }
    } else {
        for (int i = max(0, -at); i < min(64, count - at); i++) {
            y[i] = numbers[i];
        }
    }
}
