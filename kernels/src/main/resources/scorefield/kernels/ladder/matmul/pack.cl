// B in panels of 32 columns, [panel][K][32], the last one filled up with zeros. One work-item for each row, panel.

#define PANEL 32

kernel void pack(global const float *restrict b, global float *restrict panels, const int N, const int K) {
    const int k = get_global_id(0), panel = get_global_id(1);
    for (int j = 0; j < PANEL; j++) {
        const int n = panel * PANEL + j;
        panels[(panel * K + k) * PANEL + j] = n < N ? b[k * N + n] : 0.0f;
    }
}
