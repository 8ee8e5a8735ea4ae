// A tile of a matrix product by matrix instructions: see product_gpu.cl for what it is a part of, and matrix_instruction.cl for
// the instruction.
//
// A warp keeps WARP_M × WARP_N sums in its work-items' registers. Factors lie in local memory in float32, along k or across it,
// just as they lie in global memory. So copies need no registers on their way where the device can do without (cp.async on
// NVIDIA; elsewhere they wait in registers), and fragments are rounded when they are read.
//
// Local memory has 32 banks. Work-items of a warp read 8 rows × 4 numbers along k at a time; in plain rows of TILE_K numbers, or of
// TILE_M or TILE_N across, these would meet in a few banks. So the vectors of 4 in a row change places with each other, by an
// exclusive or with some bits of the row's number, which costs no memory: then a read meets each bank once, and so does a copy.
//
// An instruction for bf16 takes 16 numbers along k. Which of them it calls which does not matter to the sum: its registers take
// numbers t, t+4, t+8 and t+12, so that it reads as two instructions for tf32 do.
//
// WARP_M, WARP_N  multiples of 16 and 8; TILE_M and TILE_N are multiples of them, and at least 32
// STAGES          steps in local memory

#define RUN 2
typedef float2 run;
#define LOAD_RUN(numbers) vload2(0, numbers)
#define STORE_RUN(values, numbers) vstore2(values, 0, numbers)

#include "matmul/matrix_instruction.cl"

#define WARPS_ACROSS (TILE_N / WARP_N)
#define LOCAL_A (TILE_M * TILE_K)
#define LOCAL_B (TILE_N * TILE_K)
#define LOCAL_FLOATS (STAGES * (LOCAL_A + LOCAL_B) + THREADS / WARP * EXCHANGED)

// A fragment is 16 rows, of which a work-item has two, by 8 columns.
#define FRAGMENTS_M (WARP_M / 16)
#define FRAGMENTS_N (WARP_N / 8)
#define ITEM_ROWS (2 * FRAGMENTS_M)
#define ITEM_RUNS FRAGMENTS_N

// The plain body has a barrier in each instruction, which must not be repeated too often.
#ifdef INSTRUCTION_NVIDIA
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("unroll 1")
#endif

// This work-item's place in its warp.
static int group_of_lane(void) {
    return get_local_id(0) % WARP / 4;
}

static int lane_of_group(void) {
    return get_local_id(0) % 4;
}

static int warp_row(void) {
    return get_local_id(0) / WARP / WARPS_ACROSS * WARP_M;
}

static int warp_column(void) {
    return get_local_id(0) / WARP % WARPS_ACROSS * WARP_N;
}

#define ROW(i) (warp_row() + 8 * (i) + group_of_lane())
#define COLUMN(q) (warp_column() + 8 * (q) + 2 * lane_of_group())

// Where number (i, k) of a tile lies in local memory.
static int place(const int tile, const bool along_k, const int i, const int k) {
    const int vectors = TILE_K / 4; // of a row along k; 8 vectors go through all banks
    return along_k ? i * TILE_K + (k ^ 4 * (i / (8 / vectors) % vectors)) : k * tile + (i ^ 8 * (k % 4));
}

static void begin_copy(global const float *from, const bool inside, const int tile, const int width, const bool along_k,
                       const int load, local float *to, float *next) {
#ifdef INSTRUCTION_NVIDIA
    const int lanes = (along_k ? TILE_K : tile) / width, rows = along_k ? tile : TILE_K;
    const int lane = lane_of(load, lanes) * width, row = row_of(load, lanes);
    if (rows * lanes % THREADS != 0 && row >= rows) {
        return;
    }
    // Of a vector that is not inside, nothing is read: it becomes zeros.
    local float *at = to + place(tile, along_k, along_k ? row : lane, along_k ? lane : row);
    if (width == 4) {
        __asm__ volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" : : "l"(at), "l"(from), "r"(inside ? 16 : 0) : "memory");
    } else {
        __asm__ volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" : : "l"(at), "l"(from), "r"(inside ? 4 : 0) : "memory");
    }
#else
    fetch_vector(from, inside, width, next + load * width);
#endif
}

static void end_copy(const float *next, const int tile, const int width, const bool along_k, local float *to) {
#ifndef INSTRUCTION_NVIDIA
    const int lanes = (along_k ? TILE_K : tile) / width, rows = along_k ? tile : TILE_K;
    #pragma unroll
    for (int load = 0; load < LOADS(tile, width); load++) {
        const int lane = lane_of(load, lanes) * width, row = row_of(load, lanes);
        if (row < rows) {
            local float *at = to + place(tile, along_k, along_k ? row : lane, along_k ? lane : row);
            #pragma unroll
            for (int i = 0; i < width; i++) {
                at[i] = next[load * width + i];
            }
        }
    }
#endif
}

// All copies that were begun since the last call belong to one step.
static void end_of_step(void) {
#ifdef INSTRUCTION_NVIDIA
    __asm__ volatile("cp.async.commit_group;" : : : "memory");
#endif
}

// Of the STAGES - 1 steps that were begun, all but the oldest may still be on their way.
static void wait_for_step(void) {
#ifdef INSTRUCTION_NVIDIA
    __asm__ volatile("cp.async.wait_group %0;" : : "n"(STAGES - 2) : "memory");
#endif
    barrier(CLK_LOCAL_MEM_FENCE);
}

// A register of a fragment: the number at (i, k) and, in bf16, the one at (i, k + 4).
static uint factor(local const float *numbers, const int tile, const bool along_k, const int i, const int k) {
#ifdef TF32
    return to_tf32(numbers[place(tile, along_k, i, k)]);
#else
    return to_bf16(numbers[place(tile, along_k, i, k)], numbers[place(tile, along_k, i, k + 4)]);
#endif
}

static void multiply(local float *tiles, const int step, run sums[ITEM_ROWS][ITEM_RUNS]) {
    local float *a = tiles + step % STAGES * (LOCAL_A + LOCAL_B), *b = a + LOCAL_A;
    local float *exchange = tiles + STAGES * (LOCAL_A + LOCAL_B);
    const int row = warp_row() + group_of_lane(), column = warp_column() + group_of_lane();
    #pragma unroll 1
    for (int first = 0; first < TILE_K; first += INSTRUCTION_K) {
        const int k = first + lane_of_group();
        uint of_b[FRAGMENTS_N][2];
        #pragma unroll
        for (int q = 0; q < FRAGMENTS_N; q++) {
            #pragma unroll
            for (int e = 0; e < 2; e++) {
                of_b[q][e] = factor(b, TILE_N, B_ALONG_K, column + 8 * q, k + INSTRUCTION_K / 2 * e);
            }
        }
        UNROLL
        for (int f = 0; f < FRAGMENTS_M; f++) {
            uint of_a[4];
            #pragma unroll
            for (int e = 0; e < 4; e++) {
                of_a[e] = factor(a, TILE_M, A_ALONG_K, row + 16 * f + 8 * (e % 2), k + INSTRUCTION_K / 2 * (e / 2));
            }
            UNROLL
            for (int q = 0; q < FRAGMENTS_N; q++) {
                matrix_multiply_accumulate(of_a, of_b[q], &sums[2 * f][q], &sums[2 * f + 1][q], exchange);
            }
        }
    }
}
