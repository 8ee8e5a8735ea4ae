package scorefield.kernels.ladder;

import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.kernels.ladder.Rung.Suits;

/** A 3×3 convolution with stride 1 and a border of zeros: where a U-Net spends most of its time. */
final class Conv3x3Ladder implements Ladder {

    private static final int TAPS = 9;

    /** BLOCK in {@code packed.cl}. */
    private static final int BLOCK = 32;

    /** Points of a transformed tile in {@code winograd.cl}, and tiles of a work-item. */
    private static final int POINTS = 16;

    private static final int TILES = 14;

    @Override
    public String name() {
        return "conv3x3";
    }

    @Override
    public String formula() {
        return "y[n, i, j, o] = Σ x[n, i+a−1, j+b−1, c]·w[a, b, c, o] over a, b, c";
    }

    @Override
    public Extents extents() {
        return ImageExtents.of(128, 28, 28)
                .and("in", 32, ImageExtents.MOST_CHANNELS)
                .and("out", 32, ImageExtents.MOST_CHANNELS);
    }

    @Override
    public List<Extents> awkward() {
        return ImageExtents.awkwardConvolutions(extents());
    }

    @Override
    public Tensor node(Extents extents) {
        return Tensor.input("x", ImageExtents.shape(extents, extents.get("in")))
                .conv2d(Tensor.input("w", Shape.of(3, 3, extents.get("in"), extents.get("out"))), 1, 1);
    }

    @Override
    public double flops(Extents extents) {
        return 2.0 * TAPS * ImageExtents.pixels(extents) * extents.get("in") * extents.get("out");
    }

    @Override
    public double bytes(Extents extents) {
        double in = extents.get("in");
        double out = extents.get("out");
        return Float.BYTES * (ImageExtents.pixels(extents) * (in + out) + TAPS * in * out);
    }

    @Override
    public List<Rung> rungs(Extents extents) {
        return List.of(
                naive(extents),
                row(extents),
                registers(extents),
                vectors(extents),
                packed(extents),
                winograd(extents),
                local(extents),
                doubleBuffer(extents));
    }

    /** A call of the kernel on x, weights and y, with the arguments H, W, Cin, Cout. */
    private static Step step(Extents extents, boolean rearranged) {
        Step step = Step.of("conv3x3").input(0);
        return (rearranged ? step.scratch() : step.input(1))
                .result()
                .integers(extents.get("height"), extents.get("width"), extents.get("in"), extents.get("out"));
    }

    /** Rows of all images. */
    private static int rows(Extents extents) {
        return extents.get("images") * extents.get("height");
    }

    private static Rung naive(Extents extents) {
        int numbers = (int) ImageExtents.pixels(extents) * extents.get("out");
        return Rung.of(
                "naive",
                "ladder/conv3x3/naive.cl",
                Suits.ANY,
                "one work-item adds up one number of the result",
                "it is the formula; each multiplication loads a number of x and one of w",
                step(extents, false).integers(numbers).groupsOf(64, numbers));
    }

    private static Rung row(Extents extents) {
        return Rung.of(
                "row",
                "ladder/conv3x3/row.cl",
                Suits.CPU,
                "one work-item computes a row of the result, the loop over output channels innermost",
                "w and y are read in memory's order, and the compiler can make vectors; but sums lie in memory",
                step(extents, false).items(rows(extents)));
    }

    private static Rung registers(Extents extents) {
        int channels = Math.min(8, extents.get("out"));
        return Rung.of(
                "registers",
                "ladder/conv3x3/registers.cl",
                Suits.CPU,
                "a block of 4 pixels × 8 output channels stays in registers",
                "12 loads serve 32 multiplications, and nothing is stored before the end",
                step(extents, false)
                        .define("CHANNELS", channels)
                        .items(
                                Blocks.of(channels, extents.get("out")),
                                Blocks.of(4, extents.get("width")),
                                rows(extents)));
    }

    private static Rung vectors(Extents extents) {
        return Rung.of(
                "vectors",
                "ladder/conv3x3/vectors.cl",
                Suits.CPU,
                "16 output channels are one vector, 8 pixels at a time",
                "one instruction does 16 multiply-adds, and 8 of them do not wait for each other",
                step(extents, false)
                        .items(Blocks.of(16, extents.get("out")), Blocks.of(8, extents.get("width")), rows(extents)));
    }

    private static Rung packed(Extents extents) {
        int in = extents.get("in");
        int out = extents.get("out");
        int blocks = Blocks.of(BLOCK, out);
        return Rung.of(
                        "packed",
                        "ladder/conv3x3/packed.cl",
                        Suits.CPU,
                        "the weights are packed into blocks of 32 output channels, the pixels copied into a patch with its"
                                + " border; 14×32 sums fill the registers",
                        "the inner loop reads front to back and has no tests: arithmetic is the limit",
                        Step.of("pack_weights")
                                .input(1)
                                .scratch()
                                .integers(in, out)
                                .items(TAPS * in, blocks),
                        step(extents, true).items(blocks, Blocks.of(14, extents.get("width")), rows(extents)))
                .withScratch((long) blocks * TAPS * in * BLOCK);
    }

    private static Rung winograd(Extents extents) {
        int in = extents.get("in");
        int out = extents.get("out");
        int blocks = Blocks.of(16, out);
        int tiles = extents.get("images") * Blocks.of(2, extents.get("height")) * Blocks.of(2, extents.get("width"));
        int padded = 16 * Blocks.of(16, in);
        return Rung.of(
                        "winograd",
                        "ladder/conv3x3/winograd.cl",
                        Suits.CPU,
                        "Winograd's F(2×2, 3×3): tiles of 4×4 numbers and the weights are transformed first",
                        "16 multiplications do the work of 36, so a kernel can be faster than the roofline of the formula",
                        Step.of("transform_weights")
                                .define("CIN", padded)
                                .define("TILES", TILES)
                                .input(1)
                                .scratch()
                                .integers(in, out)
                                .items(in, blocks),
                        step(extents, true)
                                .define("CIN", padded)
                                .define("TILES", TILES)
                                .integers(tiles)
                                .items(Blocks.of(TILES, tiles)))
                .withScratch((long) blocks * POINTS * in * 16);
    }

    private static Rung local(Extents extents) {
        return Rung.of(
                "local memory",
                "ladder/conv3x3/local.cl",
                Suits.GPU,
                "as a matrix product: 256 work-items share tiles of x and w in local memory",
                "each number read from global memory is used 64 times",
                tiles(extents));
    }

    private static Rung doubleBuffer(Extents extents) {
        return Rung.of(
                "double buffer",
                "ladder/conv3x3/double_buffer.cl",
                Suits.GPU,
                "two buffers of each kind: one is multiplied while the other is filled",
                "loads from global memory and arithmetic overlap, with one barrier a step",
                tiles(extents));
    }

    /** One work-group of 16×16 a tile of 64 pixels × 64 output channels. */
    private static Step tiles(Extents extents) {
        int pixels = (int) ImageExtents.pixels(extents);
        return step(extents, false)
                .integers(pixels)
                .groups(new long[] {16, 16}, Blocks.of(64, extents.get("out")), Blocks.of(64, pixels));
    }

    @Override
    public String inUse() {
        return "on a CPU Winograd's F(4×4, 3×3), from 8 channels on, needs 36 multiplications for 144 and asks the"
                + " caches for the next tiles; on a GPU the tile is chosen by the shape";
    }
}
