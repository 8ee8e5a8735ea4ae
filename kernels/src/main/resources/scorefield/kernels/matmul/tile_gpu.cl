// The heart of every matrix product on a GPU: C[M,N] = A·B, summed over K, by work-groups that each make one tile of C.
// A convolution is one as well, and so is its weight gradient; what differs is where A's numbers come from.
//
// Three levels. A work-group copies TILE_K columns of its TILE_M rows of A, and TILE_K rows of its TILE_N columns of B, into
// local memory; each number that was read once from global memory is then used TILE_N or TILE_M times. A work-item keeps
// (4·PARTS_M) × (4·PARTS_N) sums in registers; each number that it reads from local memory it uses that many times. While
// a step is multiplied the next one is already on its way from global memory into registers, and goes to the other of two
// local buffers: one barrier a step.
//
// Both tiles lie in local memory as [k][row] with 4 floats between rows' ends: a work-item reads its rows as float4, and the
// work-items that write a column of A do not all hit the same bank. A work-item's rows are PARTS_M runs of 4, DOWN·4 rows
// apart, so that neighbours read neighbouring vectors.
//
// What lies outside A and B counts as zero; nothing outside is read. Sums run over k upwards: the same bits in every run.
//
// TILE_M, TILE_N, TILE_K, PARTS_M, PARTS_N, as above: powers of two

#define DOWN (TILE_M / (4 * PARTS_M))
#define ACROSS (TILE_N / (4 * PARTS_N))
#define THREADS (DOWN * ACROSS)
#define BETWEEN 4
#define LOCAL_A (TILE_K * (TILE_M + BETWEEN))
#define LOCAL_B (TILE_K * (TILE_N + BETWEEN))

// How many times a work-item reads a vector of `width` to fill a tile of that many rows, and how many floats that are
#define LOADS(tile, width) ((tile * TILE_K / width + THREADS - 1) / THREADS)
#define FETCHED(tile, width) (LOADS(tile, width) * width)

// As many as any tile takes: a number that a compiler knows before it knows which tile a function is for. Where it cannot unroll a
// loop at once, AMD's keeps the array that the loop goes through in memory.
#define MOST_LOADS LOADS((TILE_M > TILE_N ? TILE_M : TILE_N), 1)

// Which number of the tile this work-item reads in a load: lanes run along what lies side by side in memory.
static int lane_of(const int load, const int lanes) {
    return (get_local_id(0) + load * THREADS) % lanes;
}

static int row_of(const int load, const int lanes) {
    return (get_local_id(0) + load * THREADS) / lanes;
}

// Private arrays are read and written number by number: through vload4 or vstore4, AMD's compiler keeps them in memory.
static void fetch_vector(global const float *from, const bool inside, const int width, float *to) {
    if (width == 4) {
        const float4 vector = inside ? *(global const float4 *)from : (float4)(0.0f);
        to[0] = vector.s0;
        to[1] = vector.s1;
        to[2] = vector.s2;
        to[3] = vector.s3;
    } else {
        *to = inside ? *from : 0.0f;
    }
}

// Reads numbers (first … first + tile - 1, k0 … k0 + TILE_K - 1) of a factor of extent × K numbers, those from `end` on
// being zero. With along_k number (i, k) lies at i·K + k, otherwise at k·extent + i. Where width is 4, runs start at
// multiples of 4 floats. All but the first five arguments are constants once this is compiled into its caller.
static void fetch(global const float *factor, const int extent, const int K, const int first, const int k0, const int end,
                  const int tile, const int width, const bool along_k, float *next) {
    const int lanes = (along_k ? TILE_K : tile) / width;
    const int rows = along_k ? tile : TILE_K;
    #pragma unroll
    for (int load = 0; load < MOST_LOADS; load++) {
        if (load < LOADS(tile, width)) {
            const int lane = lane_of(load, lanes) * width, row = row_of(load, lanes);
            const int k = k0 + (along_k ? lane : row), i = first + (along_k ? row : lane);
            fetch_vector(factor + (along_k ? i * K + k : k * extent + i), row < rows && i < extent && k < end, width,
                         next + load * width);
        }
    }
}

// Puts what was read into local memory, as [k][row].
static void put(const float *next, const int tile, const int width, const bool along_k, local float *to) {
    const int lanes = (along_k ? TILE_K : tile) / width;
    const int rows = along_k ? tile : TILE_K;
    #pragma unroll
    for (int load = 0; load < MOST_LOADS; load++) {
        const int lane = lane_of(load, lanes) * width, row = row_of(load, lanes);
        if (load >= LOADS(tile, width) || row >= rows) {
            continue;
        }
        if (along_k) {
            to[lane * (tile + BETWEEN) + row] = next[load * width];
            if (width == 4) {
                to[(lane + 1) * (tile + BETWEEN) + row] = next[4 * load + 1];
                to[(lane + 2) * (tile + BETWEEN) + row] = next[4 * load + 2];
                to[(lane + 3) * (tile + BETWEEN) + row] = next[4 * load + 3];
            }
        } else if (width == 4) {
            *(local float4 *)(to + row * (tile + BETWEEN) + lane) =
                (float4)(next[4 * load], next[4 * load + 1], next[4 * load + 2], next[4 * load + 3]);
        } else {
            to[row * (tile + BETWEEN) + lane] = next[load];
        }
    }
}

// The first of this work-item's rows and columns within the tile; run p of 4 follows 4·DOWN·p rows further on.
static int first_row(void) {
    return 4 * (get_local_id(0) / ACROSS);
}

static int first_column(void) {
    return 4 * (get_local_id(0) % ACROSS);
}

#define ROW(i) ((i) / 4 * 4 * DOWN + first_row() + (i) % 4)
#define COLUMN(q) ((q) * 4 * ACROSS + first_column())

// A compiler that may unroll all steps loads the rows and columns of many before it uses the first, and then has too few
// registers: AMD's spilled them. Where a work-item has many sums it takes one step at a time, so that two work-groups fit a
// multiprocessor.
static void multiply(local const float *a, local const float *b, float4 sums[4 * PARTS_M][PARTS_N]) {
    #pragma unroll (PARTS_M * PARTS_N > 1 ? 1 : 2)
    for (int k = 0; k < TILE_K; k++) {
        float rows[4 * PARTS_M];
        float4 columns[PARTS_N];
        #pragma unroll
        for (int p = 0; p < PARTS_M; p++) {
            vstore4(*(local const float4 *)(a + k * (TILE_M + BETWEEN) + ROW(4 * p)), p, rows);
        }
        #pragma unroll
        for (int q = 0; q < PARTS_N; q++) {
            columns[q] = *(local const float4 *)(b + k * (TILE_N + BETWEEN) + COLUMN(q));
        }
        #pragma unroll
        for (int i = 0; i < 4 * PARTS_M; i++) {
            #pragma unroll
            for (int q = 0; q < PARTS_N; q++) {
                sums[i][q] = fma((float4)(rows[i]), columns[q], sums[i][q]);
            }
        }
    }
}

static void clear(float4 sums[4 * PARTS_M][PARTS_N]) {
    #pragma unroll
    for (int i = 0; i < 4 * PARTS_M; i++) {
        #pragma unroll
        for (int q = 0; q < PARTS_N; q++) {
            sums[i][q] = (float4)(0.0f);
        }
    }
}

// Writes `count` of 4 numbers; where width is 4 they are all there and aligned.
static void store_vector(global float *to, const float4 values, const int count, const int width) {
    if (width == 4) {
        *(global float4 *)to = values;
    } else {
        float numbers[4];
        vstore4(values, 0, numbers);
        #pragma unroll
        for (int i = 0; i < 4; i++) {
            if (i < count) {
                to[i] = numbers[i];
            }
        }
    }
}

// Writes the tile that starts at (m, n) to c, which is M × N.
static void store(float4 sums[4 * PARTS_M][PARTS_N], global float *c, const int M, const int N, const int m, const int n,
                  const int width) {
    #pragma unroll
    for (int i = 0; i < 4 * PARTS_M; i++) {
        #pragma unroll
        for (int q = 0; q < PARTS_N; q++) {
            const int row = m + ROW(i), column = n + COLUMN(q);
            if (row < M && column < N) {
                store_vector(c + row * N + column, sums[i][q], N - column, width);
            }
        }
    }
}
