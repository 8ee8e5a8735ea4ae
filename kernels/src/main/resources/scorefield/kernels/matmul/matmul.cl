// Matrix products C[M,N] = A·B, A being [M,K] or, transposed, [K,M], and B [K,N] or, transposed, [N,K]: one, or a batch of
// them, whose matrices lie one after the other.
//
// A work-item computes a tile of ROWS rows and 32 columns in registers: per step of k it loads one row of 32 numbers
// of B as two vectors and broadcasts ROWS numbers of A. Each element is summed over k from 0 upwards, whatever the
// sizes, so the result has the same bits in every run.
//
// B is read in panels of 32 columns. Where the panels lie in B as it is (B not transposed, N a multiple of 32) it is
// read in place; otherwise matmul_pack first copies it into panels that are padded with zeros.
//
// ROWS      rows of a tile
// A_ROW(m), A_STEP: where element (m, k) of A lies: A_ROW(m) + k * A_STEP

#define PANEL 32

#ifdef ROWS

// Steps of k for which a tile's part of A is gathered: CHUNK * ROWS floats, which stay in the nearest cache.
#define CHUNK 256

#ifdef TRANSPOSE_A
#define A_AT(m, k) ((k) * M + (m))
#else
#define A_AT(m, k) ((m) * K + (k))
#endif

float16 load_columns(global const float *c, const int columns) {
    if (columns >= 16) {
        return vload16(0, c);
    }
    float part[16];
    for (int j = 0; j < 16; j++) {
        part[j] = j < columns ? c[j] : 0;
    }
    return vload16(0, part);
}

void store_columns(global float *c, const float16 v, const int columns) {
    if (columns >= 16) {
        vstore16(v, 0, c);
    } else {
        float part[16];
        vstore16(v, 0, part);
        for (int j = 0; j < columns; j++) {
            c[j] = part[j];
        }
    }
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void matmul(
    global const float *restrict a,
    const int a_at,
    global const float *restrict b,
    const int b_at,
    global float *restrict c,
    const int c_at,
    const int M,
    const int N,
    const int K,
    const int panel_stride,    // floats from one panel of B to the next
    const int row_stride,      // floats from one row of a panel to the next
    const int panels_per_item, // panels that one work-item goes through with the same rows of A
    const int b_stride         // floats from the panels of one product to those of the next
) {
    const int m = get_global_id(1) * ROWS;
    const int product = get_global_id(2);
    const int first = get_global_id(0) * panels_per_item;
    const int last = min(first + panels_per_item, (N + PANEL - 1) / PANEL);
    a += a_at + product * M * K;
    b += b_at + product * b_stride;
    c += c_at + (product * M + m) * N;

    float tile[CHUNK * ROWS];
    for (int from = 0; from < K; from += CHUNK) {
        const int steps = min(CHUNK, K - from);
        // [k][row], so that a step's numbers lie side by side. A row past the last one repeats that one.
        for (int i = 0; i < ROWS; i++) {
            const int row = min(m + i, M - 1);
            for (int k = 0; k < steps; k++) {
                tile[k * ROWS + i] = a[A_AT(row, from + k)];
            }
        }
        for (int p = first; p < last; p++) {
            const int n = p * PANEL;
            float16 left[ROWS], right[ROWS];
#pragma unroll
            for (int i = 0; i < ROWS; i++) {
                const bool begun = from > 0 && m + i < M;
                left[i] = begun ? load_columns(c + i * N + n, N - n) : 0;
                right[i] = begun ? load_columns(c + i * N + n + 16, N - n - 16) : 0;
            }
            global const float *row = b + p * panel_stride + from * row_stride;
            for (int k = 0; k < steps; k++) {
                const float16 b0 = vload16(0, row);
                const float16 b1 = vload16(1, row);
                row += row_stride;
#pragma unroll
                for (int i = 0; i < ROWS; i++) {
                    const float16 broadcast = tile[k * ROWS + i];
                    left[i] = fma(broadcast, b0, left[i]);
                    right[i] = fma(broadcast, b1, right[i]);
                }
            }
#pragma unroll
            for (int i = 0; i < ROWS; i++) {
                if (m + i < M) {
                    store_columns(c + i * N + n, left[i], N - n);
                    store_columns(c + i * N + n + 16, right[i], N - n - 16);
                }
            }
        }
    }
}
#endif

// Copies each B into panels [ceil(N/32)][K][32]; one work-item copies PACK_ROWS rows of one panel.
#define PACK_ROWS 16

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void matmul_pack(
    global const float *restrict b,
    const int b_at,
    global float *restrict panels,
    const int panels_at,
    const int N,
    const int K,
    const int n_stride, // floats from column n to n + 1 of B
    const int k_stride  // floats from row k to k + 1 of B
) {
    const int n = get_global_id(0) * PANEL;
    const int from = get_global_id(1) * PACK_ROWS;
    const int to = min(from + PACK_ROWS, K);
    const int product = get_global_id(2);
    b += b_at + product * N * K + n * n_stride;
    panels += panels_at + (product * get_global_size(0) + get_global_id(0)) * K * PANEL;
    for (int k = from; k < to; k++) {
        for (int j = 0; j < PANEL; j++) {
            panels[k * PANEL + j] = n + j < N ? b[j * n_stride + k * k_stride] : 0;
        }
    }
}
