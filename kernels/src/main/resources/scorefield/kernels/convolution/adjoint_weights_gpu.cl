// A convolution's weights flipped and transposed, those of its gradient in the images:
//
//     y[a, b, o, c] = w[kh - 1 - a, kw - 1 - b, c, o]
//
// One work-item a number of y.
kernel void adjoint_weights_gpu(global const float *restrict w, const int w_at, // taps × in × out, taps being kh·kw
                                global float *restrict y, const int y_at, // taps × out × in
                                const int taps, const int in, const int out) {
    const int i = get_global_id(0);
    if (i < taps * in * out) {
        const int tap = i / (in * out), o = i / in % out, c = i % in;
        y[y_at + i] = w[w_at + ((taps - 1 - tap) * in + c) * out + o];
    }
}
