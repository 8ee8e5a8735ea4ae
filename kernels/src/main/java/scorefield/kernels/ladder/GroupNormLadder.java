package scorefield.kernels.ladder;

import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.kernels.ladder.Rung.Suits;

/** Group norm followed by SiLU, as the network has it. There is little arithmetic: what counts is the way through memory. */
final class GroupNormLadder implements Ladder {

    /** The network's. */
    private static final double EPSILON = 1e-5;

    /** Operations for each number, as the profiler counts them. */
    private static final int OPERATIONS = 8;

    /** ITEMS in {@code local.cl}. */
    private static final int WORK_GROUP = 256;

    @Override
    public String name() {
        return "group-norm";
    }

    @Override
    public String formula() {
        return "u = (x − mean)/√(variance + ε)·scale + shift, y = u/(1 + e^−u), mean and variance of each group of channels";
    }

    @Override
    public Extents extents() {
        return ImageExtents.of(128, 28, 28)
                .and("channels", 32, ImageExtents.MOST_CHANNELS)
                .and("groups", 8, ImageExtents.MOST_CHANNELS);
    }

    @Override
    public List<Extents> awkward() {
        Extents extents = extents();
        return List.of(
                extents.of(1, 1, 1, 1, 1),
                extents.of(3, 5, 5, 12, 3),
                extents.of(2, 3, 7, 14, 2),
                extents.of(1, 7, 9, 17, 1),
                extents.of(2, 17, 3, 48, 6));
    }

    @Override
    public Tensor node(Extents extents) {
        int channels = extents.get("channels");
        return Tensor.input("x", ImageExtents.shape(extents, channels))
                .groupNormSilu(
                        Tensor.input("scale", Shape.of(channels)),
                        Tensor.input("shift", Shape.of(channels)),
                        extents.get("groups"),
                        EPSILON);
    }

    @Override
    public double flops(Extents extents) {
        return OPERATIONS * ImageExtents.pixels(extents) * extents.get("channels");
    }

    @Override
    public double bytes(Extents extents) {
        return 2.0 * Float.BYTES * ImageExtents.pixels(extents) * extents.get("channels");
    }

    @Override
    public List<Rung> rungs(Extents extents) {
        int images = extents.get("images");
        int channels = extents.get("channels");
        int groups = extents.get("groups");
        int pixels = extents.get("height") * extents.get("width");
        return List.of(
                Rung.of(
                        "naive",
                        "ladder/groupnorm/naive.cl",
                        Suits.ANY,
                        "one work-item computes one group of one image, channel by channel, in three passes",
                        "it is the formula; of each line of the cache it uses one number at a time",
                        step().integers(pixels, channels, groups).real(EPSILON).items(groups, images)),
                Rung.of(
                        "order",
                        "ladder/groupnorm/order.cl",
                        Suits.CPU,
                        "one work-item computes one image, pixel by pixel, with a sum for each channel",
                        "memory is read in its order, and the compiler can make vectors; root and division are done once",
                        inOrder(extents, pixels).items(images)),
                Rung.of(
                        "vectors",
                        "ladder/groupnorm/vectors.cl",
                        Suits.CPU,
                        "vectors of channels, each through all pixels before the next",
                        "sums stay in registers, and SiLU is computed for 16 numbers at once",
                        inOrder(extents, pixels)
                                .define("WIDTH", Integer.lowestOneBit(channels | 16))
                                .items(images)),
                Rung.of(
                        "local memory",
                        "ladder/groupnorm/local.cl",
                        Suits.GPU,
                        "256 work-items take one group of one image and add their sums in local memory, in a tree",
                        "neighbours read neighbours, and there is work for thousands of work-items",
                        step().integers(pixels, channels, groups)
                                .real(EPSILON)
                                .groups(new long[] {WORK_GROUP, 1}, groups, images)));
    }

    private static Step step() {
        return Step.of("group_norm").input(0).input(1).input(2).result();
    }

    private static Step inOrder(Extents extents, int pixels) {
        return step().define("C", extents.get("channels"))
                .define("GROUPS", extents.get("groups"))
                .integers(pixels)
                .real(EPSILON);
    }

    @Override
    public String inUse() {
        return "on a CPU it adds up several vectors side by side, computes SiLU by a polynomial of its own and asks the caches"
                + " for the next image; on a GPU it reads 4 numbers at once";
    }
}
