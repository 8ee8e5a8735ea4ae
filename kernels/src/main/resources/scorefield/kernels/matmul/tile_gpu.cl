// A tile of a matrix product in float32: see product_gpu.cl for what it is a part of.
//
// A work-item keeps (4·PARTS_M) × (4·PARTS_N) sums in registers; each number that it reads from local memory it uses that many
// times. The step that is on its way waits in registers, and goes to the other of two local buffers.
//
// Both tiles lie in local memory as [k][row] with 4 floats between rows' ends: a work-item reads its rows as float4, and the
// work-items that write a column of A do not all hit the same bank. A work-item's rows are PARTS_M runs of 4, DOWN·4 rows
// apart, so that neighbours read neighbouring vectors.
//
// PARTS_M, PARTS_N  powers of two

#define RUN 4
typedef float4 run;
#define LOAD_RUN(numbers) vload4(0, numbers)
#define STORE_RUN(values, numbers) vstore4(values, 0, numbers)

#define DOWN (TILE_M / (4 * PARTS_M))
#define ACROSS (TILE_N / (4 * PARTS_N))
#define BETWEEN 4
#define LOCAL_A (TILE_K * (TILE_M + BETWEEN))
#define LOCAL_B (TILE_K * (TILE_N + BETWEEN))
#define STAGES 2
#define LOCAL_FLOATS (STAGES * (LOCAL_A + LOCAL_B))
#define ITEM_ROWS (4 * PARTS_M)
#define ITEM_RUNS PARTS_N

static void begin_copy(global const float *from, const bool inside, const int tile, const int width, const bool along_k,
                       const int load, local float *to, float *next) {
    fetch_vector(from, inside, width, next + load * width);
}

// Puts what was read into local memory, as [k][row].
static void end_copy(const float *next, const int tile, const int width, const bool along_k, local float *to) {
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

static void end_of_step(void) {
}

static void wait_for_step(void) {
    barrier(CLK_LOCAL_MEM_FENCE);
}

// A compiler that may unroll all steps loads the rows and columns of many before it uses the first, and then has too few
// registers: AMD's spilled them. Where a work-item has many sums it takes one step at a time, so that two work-groups fit a
// multiprocessor.
static void multiply(local float *tiles, const int step, run sums[ITEM_ROWS][ITEM_RUNS]) {
    local const float *a = tiles + step % STAGES * (LOCAL_A + LOCAL_B), *b = a + LOCAL_A;
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
