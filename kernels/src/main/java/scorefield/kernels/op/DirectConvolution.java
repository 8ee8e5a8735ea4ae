package scorefield.kernels.op;

import scorefield.kernels.Emitter;
import scorefield.kernels.Launch;
import scorefield.kernels.Region;

/** The launches of {@code conv2d.cl}: a convolution or, with flipped weights, its input gradient. */
final class DirectConvolution {

    /** Where weight (tap, c, o) lies: at origin + tap·tapStep + c·inStep + o·outStep. */
    record WeightSteps(int origin, int tapStep, int inStep, int outStep) {

        /** The weights kh×kw×Cin×Cout as they are. */
        static WeightSteps plain(int in, int out) {
            return new WeightSteps(0, in * out, out, 1);
        }

        /** The weights kh×kw×Cin×Cout flipped, and from Cout to Cin: those of the adjoint. */
        static WeightSteps adjoint(int taps, int in, int out) {
            return new WeightSteps((taps - 1) * in * out, -in * out, 1, out);
        }
    }

    private static final int CHUNK = 32;
    private static final int MOST_CHANNELS = 128;
    private static final int NARROW = 4;

    private DirectConvolution() {}

    static void emit(
            Emitter out, ConvolutionGeometry geometry, int dilation, Region x, Region w, WeightSteps steps, Region y) {
        int in = geometry.images().dim(3);
        int outputs = geometry.result().dim(3);
        int taps = geometry.taps();
        boolean narrow = outputs <= NARROW && in >= 16;
        int vectors = outputs > 16 ? 2 : 1;
        int block = 16 * vectors;
        int blocks = (outputs + block - 1) / block;
        Region packed = out.scratch(narrow ? (long) taps * outputs * round(in, 16) : (long) blocks * taps * in * block);
        int[] tile = geometry.tile();
        int tiles = ((geometry.result().dim(1) + tile[0] - 1) / tile[0])
                * ((geometry.result().dim(2) + tile[1] - 1) / tile[1]);

        Launch pack = specialise(
                        geometry,
                        dilation,
                        narrow,
                        narrow ? outputs : vectors,
                        tile,
                        in,
                        narrow ? "pack_weights_narrow" : "pack_weights")
                .read(w)
                .write(packed)
                .integer(in);
        if (!narrow) {
            pack.integer(outputs);
        }
        out.launch(pack.integer(steps.origin())
                .integer(steps.tapStep())
                .integer(steps.inStep())
                .integer(steps.outStep())
                .global(narrow ? taps : taps * in, narrow ? outputs : blocks)
                .work(0, 8.0 * taps * in * outputs));

        Launch convolve = specialise(
                        geometry,
                        dilation,
                        narrow,
                        narrow ? outputs : vectors,
                        tile,
                        in,
                        narrow ? "conv2d_narrow" : "conv2d")
                .read(x)
                .read(packed)
                .write(y)
                .integer(geometry.images().dim(1))
                .integer(geometry.images().dim(2))
                .integer(in)
                .integer(geometry.result().dim(1))
                .integer(geometry.result().dim(2));
        if (!narrow) {
            convolve.integer(outputs);
        }
        out.launch(convolve.integer(geometry.padHeight())
                .integer(geometry.padWidth())
                .global(tiles, geometry.result().dim(0))
                .work(geometry.flops(), geometry.bytes()));
    }

    private static Launch specialise(
            ConvolutionGeometry geometry, int dilation, boolean narrow, int lanes, int[] tile, int in, String kernel) {
        return geometry.specialise(Launch.of("conv2d.cl", kernel), tile)
                .define("DILATION", dilation)
                .define("CHANNELS", Math.min(MOST_CHANNELS, round(in, CHUNK)))
                .define(narrow ? "OUTPUTS" : "VECTORS", lanes);
    }

    static int round(int count, int multiple) {
        return (count + multiple - 1) / multiple * multiple;
    }
}
