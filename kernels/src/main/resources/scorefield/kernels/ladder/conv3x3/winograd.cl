// Another algorithm: Winograd's F(2x2, 3x3) (Winograd 1980; Lavin & Gray 2016, arXiv 1509.09308). A tile of 2x2 results sees 4x4 numbers
// d of a channel. With the 3x3 weights g, and ' for transposed,
//
//     y = A' [ (G g G') . (B' d B) ] A         (. elementwise, summed over the input channels)
//
// needs 16 multiplications where the formula needs 36. The transforms of d and y only add; those of g are done once. The sums over
// channels are 16 matrix products, one for each point of the transformed tile, [tiles × Cin] · [Cin × Cout]: the loop in the middle
// has the shape that the rung before has perfected. A work-item takes TILES tiles through all stages, so that what lies between stays
// in its cache. CIN, Cin rounded up to a multiple of 16, and TILES are set when the kernel is compiled.

#include "ladder/channels.cl"

// u[block of 16][point][Cin][16] = G g G'. One work-item for each c, block.
kernel void transform_weights(global const float *restrict w, global float *restrict u, const int Cin, const int Cout) {
    const int c = get_global_id(0), block = get_global_id(1);
    float16 half_way[4][3];
    for (int k = 0; k < 3; k++) {
        float16 g[3];
        for (int a = 0; a < 3; a++) {
            g[a] = load_16(w + ((a * 3 + k) * Cin + c) * Cout + block * 16, Cout - block * 16);
        }
        half_way[0][k] = g[0];
        half_way[1][k] = 0.5f * (g[0] + g[1] + g[2]);
        half_way[2][k] = 0.5f * (g[0] - g[1] + g[2]);
        half_way[3][k] = g[2];
    }
    for (int r = 0; r < 4; r++) {
        const float16 *g = half_way[r];
        const float16 row[4] = {g[0], 0.5f * (g[0] + g[1] + g[2]), 0.5f * (g[0] - g[1] + g[2]), g[2]};
        for (int k = 0; k < 4; k++) {
            vstore16(row[k], ((block * 16 + r * 4 + k) * Cin + c), u);
        }
    }
}

// B' of a row or a column of four.
static void transform(const float16 *d, float16 *t) {
    t[0] = d[0] - d[2];
    t[1] = d[1] + d[2];
    t[2] = d[2] - d[1];
    t[3] = d[1] - d[3];
}

kernel void conv3x3(global const float *restrict x, global const float *restrict u, global float *restrict y,
                    const int H, const int W, const int Cin, const int Cout, const int tiles) {
    const int first = get_global_id(0) * TILES, across = (W + 1) / 2, down = (H + 1) / 2;
    float v[16][TILES][CIN];
    for (int t = 0; t < min(TILES, tiles - first); t++) {
        const int tile = first + t, n = tile / across / down;
        const int top = tile / across % down * 2 - 1, left = tile % across * 2 - 1;
        for (int c = 0; c < CIN; c += 16) {
            float16 half_way[4][4];
            for (int r = 0; r < 4; r++) {
                float16 d[4];
                for (int k = 0; k < 4; k++) {
                    const bool inside = top + r >= 0 && top + r < H && left + k >= 0 && left + k < W;
                    d[k] = inside ? load_16(x + ((n * H + top + r) * W + left + k) * Cin + c, Cin - c) : (float16)(0.0f);
                }
                transform(d, half_way[r]);
            }
            for (int k = 0; k < 4; k++) {
                const float16 d[4] = {half_way[0][k], half_way[1][k], half_way[2][k], half_way[3][k]};
                float16 points[4];
                transform(d, points);
                for (int r = 0; r < 4; r++) {
                    vstore16(points[r], 0, &v[r * 4 + k][t][c]);
                }
            }
        }
    }
    for (int o = 0; o < Cout; o += 16) {
        float16 m[16][TILES];
        for (int point = 0; point < 16; point++) {
            float16 sum[TILES];
            #pragma unroll
            for (int t = 0; t < TILES; t++) {
                sum[t] = (float16)(0.0f);
            }
            for (int c = 0; c < Cin; c++) {
                const float16 weights = vload16((o + point) * Cin + c, u);
                #pragma unroll
                for (int t = 0; t < TILES; t++) {
                    sum[t] += v[point][t][c] * weights;
                }
            }
            #pragma unroll
            for (int t = 0; t < TILES; t++) {
                m[point][t] = sum[t];
            }
        }
        for (int t = 0; t < min(TILES, tiles - first); t++) {
            const int tile = first + t, n = tile / across / down, i = tile / across % down * 2, j = tile % across * 2;
            float16 half_way[2][4];
            for (int k = 0; k < 4; k++) {
                half_way[0][k] = m[k][t] + m[4 + k][t] + m[8 + k][t];
                half_way[1][k] = m[4 + k][t] - m[8 + k][t] - m[12 + k][t];
            }
            for (int r = 0; r < min(2, H - i); r++) {
                const float16 *h = half_way[r];
                global float *to = y + ((n * H + i + r) * W + j) * Cout + o;
                store_16(h[0] + h[1] + h[2], to, Cout - o);
                if (j + 1 < W) {
                    store_16(h[1] - h[2] - h[3], to + Cout, Cout - o);
                }
            }
        }
    }
}
