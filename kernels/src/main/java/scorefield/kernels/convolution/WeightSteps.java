package scorefield.kernels.convolution;

/** Where weight (tap, c, o) lies in memory: at origin + tap·tapStep + c·inStep + o·outStep. */
public record WeightSteps(int origin, int tapStep, int inStep, int outStep) {

    /** The weights kh×kw×Cin×Cout as they are. */
    public static WeightSteps plain(int in, int out) {
        return new WeightSteps(0, in * out, out, 1);
    }

    /** The weights kh×kw×Cin×Cout flipped, and from Cout to Cin: those of the adjoint. */
    public static WeightSteps adjoint(int taps, int in, int out) {
        return new WeightSteps((taps - 1) * in * out, -in * out, 1, out);
    }
}
