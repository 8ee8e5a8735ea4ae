// A 3x3 convolution with a border of zeros, as its formula says it:
//
//     y[n, i, j, o] = sum over a, b, c of  x[n, i + a - 1, j + b - 1, c] * w[a, b, c, o]
//
// One work-item computes one number. For each multiplication it reads one number of x and one of w, and the next number of w that
// it needs lies Cout floats further on: the processor waits for its caches most of the time.

kernel void conv3x3(global const float *restrict x, // N×H×W×Cin
                    global const float *restrict w, // 3×3×Cin×Cout
                    global float *restrict y,       // N×H×W×Cout
                    const int H, const int W, const int Cin, const int Cout, const int numbers) {
    const int id = get_global_id(0);
    if (id >= numbers) {
        return; // the last work-group has work-items to spare
    }
    const int o = id % Cout, j = id / Cout % W, i = id / Cout / W % H, n = id / Cout / W / H;
    float sum = 0;
    for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
            const int row = i + a - 1, column = j + b - 1;
            if (row >= 0 && row < H && column >= 0 && column < W) {
                for (int c = 0; c < Cin; c++) {
                    sum += x[((n * H + row) * W + column) * Cin + c] * w[((a * 3 + b) * Cin + c) * Cout + o];
                }
            }
        }
    }
    y[id] = sum;
}
