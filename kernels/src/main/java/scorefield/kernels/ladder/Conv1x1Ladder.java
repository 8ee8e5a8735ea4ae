package scorefield.kernels.ladder;

import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.kernels.ladder.Rung.Suits;

/** A 1×1 convolution: a matrix product whose left factor is very long, so that memory, and not arithmetic, is the limit. */
final class Conv1x1Ladder implements Ladder {

    /** Blocks of 14 pixels that a work-item of {@code prefetch.cl} goes through. */
    private static final int RUN = 16;

    @Override
    public String name() {
        return "conv1x1";
    }

    @Override
    public String formula() {
        return "y[n, i, j, o] = Σ x[n, i, j, c]·w[c, o] over c";
    }

    @Override
    public Extents extents() {
        return ImageExtents.of(128, 28, 28)
                .and("in", 64, ImageExtents.MOST_CHANNELS)
                .and("out", 32, ImageExtents.MOST_CHANNELS);
    }

    @Override
    public List<Extents> awkward() {
        return ImageExtents.awkwardConvolutions(extents());
    }

    @Override
    public Tensor node(Extents extents) {
        return Tensor.input("x", ImageExtents.shape(extents, extents.get("in")))
                .conv2d(Tensor.input("w", Shape.of(1, 1, extents.get("in"), extents.get("out"))), 1, 0);
    }

    @Override
    public double flops(Extents extents) {
        return 2.0 * ImageExtents.pixels(extents) * extents.get("in") * extents.get("out");
    }

    @Override
    public double bytes(Extents extents) {
        double in = extents.get("in");
        double out = extents.get("out");
        return Float.BYTES * (ImageExtents.pixels(extents) * (in + out) + in * out);
    }

    @Override
    public List<Rung> rungs(Extents extents) {
        int pixels = (int) ImageExtents.pixels(extents);
        int in = extents.get("in");
        int out = extents.get("out");
        ProductSteps steps = new ProductSteps(pixels, out, in);
        return List.of(
                Rung.of(
                        "naive",
                        "ladder/matmul/naive.cl",
                        Suits.ANY,
                        "one work-item adds up one number: the convolution is a product of pixels × Cin with Cin × Cout",
                        "it is the formula; each multiplication loads a number of x and one of w",
                        steps.naive()),
                Rung.of(
                        "row",
                        "ladder/matmul/row.cl",
                        Suits.CPU,
                        "one work-item computes a pixel, the loop over output channels innermost",
                        "w and y are read in memory's order, and the compiler can make vectors; but sums lie in memory",
                        steps.row()),
                Rung.of(
                        "registers",
                        "ladder/matmul/registers.cl",
                        Suits.CPU,
                        "a block of 4 pixels × 8 output channels stays in registers",
                        "12 loads serve 32 multiplications, and nothing is stored before the end",
                        steps.registers()),
                Rung.of(
                        "vectors",
                        "ladder/matmul/vectors.cl",
                        Suits.CPU,
                        "16 output channels are one vector, 8 pixels at a time",
                        "one instruction does 16 multiply-adds, and 8 of them do not wait for each other",
                        steps.vectors()),
                Rung.of(
                                "packed",
                                "ladder/matmul/packed.cl",
                                Suits.CPU,
                                "the weights are packed into panels of 32 output channels; 14×32 sums fill the registers",
                                "x is read half as often, and the inner loop has no tests",
                                steps.pack(),
                                steps.packed())
                        .withScratch(steps.packedSize()),
                Rung.of(
                                "prefetch",
                                "ladder/conv1x1/prefetch.cl",
                                Suits.CPU,
                                "a work-item goes through 16 blocks of pixels and asks the caches for the next one",
                                "x comes from memory while the block before is computed, and only once",
                                steps.pack(),
                                Step.of("conv1x1")
                                        .input(0)
                                        .scratch()
                                        .result()
                                        .integers(pixels, out, in, RUN)
                                        .items(Blocks.of(14 * RUN, pixels)))
                        .withScratch(steps.packedSize()),
                Rung.of(
                        "local memory",
                        "ladder/matmul/local.cl",
                        Suits.GPU,
                        "256 work-items share tiles of x and w in local memory",
                        "each number read from global memory is used 64 times",
                        steps.tiles()),
                Rung.of(
                        "double buffer",
                        "ladder/matmul/double_buffer.cl",
                        Suits.GPU,
                        "two buffers of each kind: one is multiplied while the other is filled",
                        "loads from global memory and arithmetic overlap, with one barrier a step",
                        steps.tiles()));
    }

    @Override
    public String inUse() {
        return "it adds biases and skip connections before it stores; on a CPU it stores large results past the caches; on a"
                + " GPU it chooses the tile by the shape";
    }
}
