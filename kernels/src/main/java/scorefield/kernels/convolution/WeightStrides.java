package scorefield.kernels.convolution;

import scorefield.kernels.launch.Launch;

/** Where weight (tap, c, o) lies in memory: at origin + tap·{@code tap} + c·{@code in} + o·{@code out}. */
record WeightStrides(int origin, int tap, int in, int out) {

    /** The weights kh×kw×Cin×Cout as they are. */
    static WeightStrides plain(int in, int out) {
        return new WeightStrides(0, in * out, out, 1);
    }

    /** The weights kh×kw×Cin×Cout flipped, and from Cout to Cin: those of the adjoint. */
    static WeightStrides adjoint(int taps, int in, int out) {
        return new WeightStrides((taps - 1) * in * out, -in * out, 1, out);
    }

    /** Adds the arguments origin, tap_stride, in_stride, out_stride. */
    Launch arguments(Launch launch) {
        return launch.integer(origin).integer(tap).integer(in).integer(out);
    }
}
