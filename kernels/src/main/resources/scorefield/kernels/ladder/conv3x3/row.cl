// One work-item computes a row of the result, all pixels and all output channels. The loop over output channels is now the innermost:
// both y and w are read in the order in which they lie in memory, and each number of x is read once for all output channels. A
// compiler sees sums that do not depend on each other and makes vectors of them.
//
// The price: a sum lies in y while it grows, so each multiplication also loads and stores a number.

kernel void conv3x3(global const float *restrict x, global const float *restrict w, global float *restrict y,
                    const int H, const int W, const int Cin, const int Cout) {
    const int row = get_global_id(0), i = row % H; // counted through all images
    global float *sums = y + row * W * Cout;
    for (int k = 0; k < W * Cout; k++) {
        sums[k] = 0;
    }
    for (int a = 0; a < 3; a++) {
        if (i + a - 1 < 0 || i + a - 1 >= H) {
            continue; // above or below the image: one test for a whole row
        }
        global const float *from = x + (row + a - 1) * W * Cin;
        for (int b = 0; b < 3; b++) {
            for (int j = max(0, 1 - b); j < min(W, W + 1 - b); j++) { // only where column j + b - 1 exists
                for (int c = 0; c < Cin; c++) {
                    const float value = from[(j + b - 1) * Cin + c];
                    for (int o = 0; o < Cout; o++) {
                        sums[j * Cout + o] += value * w[((a * 3 + b) * Cin + c) * Cout + o];
                    }
                }
            }
        }
    }
}
