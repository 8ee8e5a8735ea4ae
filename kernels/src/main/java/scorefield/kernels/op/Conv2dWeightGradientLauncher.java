package scorefield.kernels.op;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Conv2dWeightGradient;
import scorefield.kernels.Emitter;
import scorefield.kernels.Launch;
import scorefield.kernels.Launcher;
import scorefield.kernels.Region;

/** Launches {@link Conv2dWeightGradient}: sums over parts of the batch, then their sum in a fixed order. */
public final class Conv2dWeightGradientLauncher implements Launcher<Conv2dWeightGradient> {

    private static final int SPLITS_PER_UNIT = 16;

    @Override
    public void emit(Conv2dWeightGradient op, Tensor node, Emitter out) {
        Shape x = node.input(0).shape();
        Shape g = node.input(1).shape();
        Shape w = node.shape();
        int in = w.dim(2);
        int outputs = w.dim(3);
        int taps = w.dim(0) * w.dim(1);
        // Few output channels would leave most lanes idle. Where a stride of 1 makes x and g alike, they change places:
        // the gradient
        // comes out flipped and transposed.
        boolean exchanged = outputs < 16 && in > outputs && op.stride() == 1;
        ConvolutionGeometry geometry = exchanged
                ? new ConvolutionGeometry(
                        g, x, w.dim(0), w.dim(1), 1, w.dim(0) - 1 - op.padding(), w.dim(1) - 1 - op.padding())
                : new ConvolutionGeometry(x, g, w.dim(0), w.dim(1), op.stride(), op.padding(), op.padding());
        DirectConvolution.WeightSteps steps = exchanged
                ? DirectConvolution.WeightSteps.adjoint(taps, in, outputs)
                : DirectConvolution.WeightSteps.plain(in, outputs);
        emit(out, geometry, out.input(exchanged ? 1 : 0), out.input(exchanged ? 0 : 1), steps, out.output());
    }

    private static void emit(
            Emitter out,
            ConvolutionGeometry geometry,
            Region x,
            Region g,
            DirectConvolution.WeightSteps steps,
            Region dw) {
        int in = geometry.images().dim(3);
        int outputs = geometry.result().dim(3);
        int rowsAtOnce = in >= 8 ? 8 : in;
        int vectors = outputs > 16 ? 2 : 1;
        int block = 16 * vectors;
        int blocks = (outputs + block - 1) / block;
        int rows = DirectConvolution.round(in, rowsAtOnce);
        int[] tile = tile(geometry.result());
        int tiles = geometry.result().dim(0)
                * ((geometry.result().dim(1) + tile[0] - 1) / tile[0])
                * ((geometry.result().dim(2) + tile[1] - 1) / tile[1]);
        int splits = Math.max(1, Math.min(tiles, SPLITS_PER_UNIT * out.computeUnits() / blocks));
        Region partial = out.scratch((long) splits * blocks * geometry.taps() * rows * block);
        out.launch(specialise(geometry, tile, vectors, rowsAtOnce, "conv2d_weight_gradient")
                .read(x)
                .read(g)
                .write(partial)
                .integer(geometry.images().dim(0))
                .integer(geometry.images().dim(1))
                .integer(geometry.images().dim(2))
                .integer(in)
                .integer(geometry.result().dim(1))
                .integer(geometry.result().dim(2))
                .integer(outputs)
                .integer(geometry.padHeight())
                .integer(geometry.padWidth())
                .global(blocks, splits)
                .work(geometry.flops(), geometry.bytes()));
        out.launch(specialise(geometry, tile, vectors, rowsAtOnce, "sum_splits")
                .read(partial)
                .write(dw)
                .integer(splits)
                .integer(outputs)
                .integer(steps.origin())
                .integer(steps.tapStep())
                .integer(steps.inStep())
                .integer(steps.outStep())
                .global(in, geometry.taps())
                .work((double) splits * in * outputs * geometry.taps(), 4.0 * splits * in * outputs * geometry.taps()));
    }

    private static Launch specialise(ConvolutionGeometry geometry, int[] tile, int vectors, int rows, String kernel) {
        return geometry.specialise(Launch.of("conv2d_weight_gradient.cl", kernel), tile)
                .define("VECTORS", vectors)
                .define("ROWS", rows);
    }

    /** Up to about 64 pixels: the tile's cotangent and images stay in the first-level cache. */
    private static int[] tile(Shape result) {
        int width = Math.min(result.dim(2), 32);
        return new int[] {Math.max(1, Math.min(result.dim(1), 64 / width)), width};
    }
}
