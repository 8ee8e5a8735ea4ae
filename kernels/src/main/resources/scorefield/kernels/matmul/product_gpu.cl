// The heart of every matrix product on a GPU: C[M,N] = A·B, summed over K, by work-groups that each make one tile of C.
// A convolution is one as well, and so is its weight gradient; what differs is where A's numbers come from.
//
// A work-group copies TILE_K columns of its TILE_M rows of A, and TILE_K rows of its TILE_N columns of B, into local memory
// (a step); each number that was read once from global memory is then used TILE_N or TILE_M times. While a step is
// multiplied, the next STAGES - 1 steps are already on their way. There is one barrier a step.
//
// What lies outside A and B counts as zero; nothing outside is read. Sums run over k in the same order in every run.
//
// Two kinds of tile do the same by different means: tile_gpu.cl in float32, number by number; matrix_tile_gpu.cl in tf32 or
// bf16, by matrix instructions. Each defines
//
//     STAGES                          steps that local memory holds
//     LOCAL_A, LOCAL_B, LOCAL_FLOATS  the size of a tile of A, of a tile of B, and of all local memory, in floats
//     begin_copy, end_copy            copy into a tile; in between the numbers are on their way
//     end_of_step                     ends the list of copies that make a step
//     wait_for_step                   waits, with a barrier, for the oldest step that is on its way
//     multiply                        adds a step's products to this work-item's sums
//     RUN, run, LOAD_RUN, STORE_RUN   a work-item's sums are runs of 4 or 2 side by side in a row of C,
//     ITEM_ROWS, ITEM_RUNS            so many rows of them, and so many in a row,
//     ROW(i), COLUMN(q)               which lie here within the tile
//
// A_ALONG_K, B_ALONG_K  which way a factor lies in memory: 1 if its numbers along k are side by side, 0 if those along m or n
// TILE_M, TILE_N, TILE_K: powers of two
// THREADS  work-items of a work-group

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

#if defined(TF32) || defined(BF16)
#include "matmul/matrix_tile_gpu.cl"
#else
#include "matmul/tile_gpu.cl"
#endif

static local float *tile_of_a(local float *tiles, const int step) {
    return tiles + step % STAGES * (LOCAL_A + LOCAL_B);
}

static local float *tile_of_b(local float *tiles, const int step) {
    return tile_of_a(tiles, step) + LOCAL_A;
}

// Begins to copy numbers (first … first + tile - 1, k0 … k0 + TILE_K - 1) of a factor of extent × K numbers, those from `end`
// on being zero. With along_k number (i, k) lies at i·K + k, otherwise at k·extent + i. Where width is 4, runs start at
// multiples of 4 floats. All but the first five arguments are constants once this is compiled into its caller.
static void fetch(global const float *factor, const int extent, const int K, const int first, const int k0, const int end,
                  const int tile, const int width, const bool along_k, local float *to, float *next) {
    const int lanes = (along_k ? TILE_K : tile) / width;
    const int rows = along_k ? tile : TILE_K;
    #pragma unroll
    for (int load = 0; load < MOST_LOADS; load++) {
        if (load < LOADS(tile, width)) {
            const int lane = lane_of(load, lanes) * width, row = row_of(load, lanes);
            const int k = k0 + (along_k ? lane : row), i = first + (along_k ? row : lane);
            begin_copy(factor + (along_k ? i * K + k : k * extent + i), row < rows && i < extent && k < end, tile, width,
                       along_k, load, to, next);
        }
    }
}

static void clear(run sums[ITEM_ROWS][ITEM_RUNS]) {
    #pragma unroll
    for (int i = 0; i < ITEM_ROWS; i++) {
        #pragma unroll
        for (int q = 0; q < ITEM_RUNS; q++) {
            sums[i][q] = (run)(0.0f);
        }
    }
}

// Reads the first `count` numbers of a run, and zeros after them; where width is 4 they are all there and aligned.
static run load_run(global const float *from, const int count, const int width) {
    if (width == 4) {
        return *(global const run *)from;
    }
    float numbers[RUN];
    #pragma unroll
    for (int i = 0; i < RUN; i++) {
        numbers[i] = i < count ? from[i] : 0.0f;
    }
    return LOAD_RUN(numbers);
}

// Writes the first `count` numbers of a run; the same holds.
static void store_run(global float *to, const run values, const int count, const int width) {
    if (width == 4) {
        *(global run *)to = values;
    } else {
        float numbers[RUN];
        STORE_RUN(values, numbers);
        #pragma unroll
        for (int i = 0; i < RUN; i++) {
            if (i < count) {
                to[i] = numbers[i];
            }
        }
    }
}

// Writes the tile that starts at (m, n) to c, which is M × N.
static void store(run sums[ITEM_ROWS][ITEM_RUNS], global float *c, const int M, const int N, const int m, const int n,
                  const int width) {
    #pragma unroll
    for (int i = 0; i < ITEM_ROWS; i++) {
        #pragma unroll
        for (int q = 0; q < ITEM_RUNS; q++) {
            const int row = m + ROW(i), column = n + COLUMN(q);
            if (row < M && column < N) {
                store_run(c + row * N + column, sums[i][q], N - column, width);
            }
        }
    }
}
