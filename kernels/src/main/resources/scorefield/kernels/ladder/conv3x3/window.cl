// The convolution as a matrix product: N·H·W pixels × 9·Cin, times the weights, 9·Cin × Cout. Number (pixel, k) of the matrix on the
// left, where k counts the taps and, within a tap, the input channels. Nobody stores this matrix: it is 9 times as large as x.

static float window(global const float *x, const int pixel, const int k, const int pixels,
                    const int H, const int W, const int Cin) {
    const int tap = k / Cin, row = pixel / W % H + tap / 3 - 1, column = pixel % W + tap % 3 - 1;
    const bool inside = pixel < pixels && tap < 9 && row >= 0 && row < H && column >= 0 && column < W;
    return inside ? x[(pixel + (tap / 3 - 1) * W + tap % 3 - 1) * Cin + k % Cin] : 0.0f;
}
