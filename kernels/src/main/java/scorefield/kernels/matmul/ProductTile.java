package scorefield.kernels.matmul;

import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

/**
 * How a GPU cuts a matrix product into work-groups and work-items; {@code tile_gpu.cl} tells what for.
 *
 * @param rows of the result, and of the left factor, that a work-group takes
 * @param columns of the result, and of the right factor
 * @param depth numbers of each of them that lie in local memory at once
 * @param partsDown runs of 4 rows that a work-item takes
 * @param partsAcross runs of 4 columns
 */
public record ProductTile(int rows, int columns, int depth, int partsDown, int partsAcross) {

    /**
     * From those that use each number most often to those that fit small results. The second last is for a few output channels. No
     * work-group has less work-items than its tile has rows or columns.
     */
    public static final List<ProductTile> ALL = List.of(
            new ProductTile(128, 128, 8, 2, 2),
            new ProductTile(128, 64, 16, 2, 1),
            new ProductTile(64, 64, 16, 1, 1),
            new ProductTile(128, 32, 16, 1, 1),
            new ProductTile(256, 16, 8, 1, 1),
            new ProductTile(32, 32, 16, 1, 1));

    /** Work-groups for each compute unit that keep it busy while some of them wait for memory. */
    private static final int GROUPS_PER_UNIT = 2;

    /** Steps through local memory that make a part of a split sum worth its place. */
    private static final int LEAST_STEPS = 8;

    /** Reading a row or a column from local memory, against multiplying one number by another. */
    private static final double READ_COST = 2;

    private static final int WORK_GROUP = 64;

    /** The parts that a sum is split into, each of so many terms but the last. */
    public record Split(int parts, int length) {

        /**
         * Adds a launch that computes the parts of sums, each part in a place of its own, and one that adds the parts in their order;
         * where there is one part, the first alone.
         *
         * @param count how many sums there are
         * @param result where they go
         * @param launch the first launch, given where it writes: [part][count]
         */
        public void sum(int count, Region result, Function<Region, Launch> launch, Emitter out) {
            if (parts == 1) {
                out.launch(launch.apply(result));
                return;
            }
            Region partial = out.scratch((long) parts * count);
            out.launch(launch.apply(partial));
            out.launch(Launch.of("matmul/sum_splits_gpu.cl", "sum_splits_gpu")
                    .read(partial)
                    .write(result)
                    .integer(parts)
                    .integer(count)
                    .forEach(count, WORK_GROUP)
                    .work((double) parts * count, 4.0 * (parts + 1.0) * count));
        }
    }

    /**
     * A way to compute a product for each tile, first with the one that should take the least time: little work outside the result, little
     * reading, and no compute unit left idle.
     *
     * @param batch how many results of m×n there are
     * @param splittable whether sums may be split to keep compute units busy
     * @param launches adds the launches with a tile
     */
    public static List<Variant> variants(
            int batch, int m, int n, boolean splittable, Consumer<ProductTile> launches, Emitter out) {
        return ALL.stream()
                .sorted(Comparator.comparingDouble(tile -> tile.cost(batch, m, n, splittable, out.computeUnits())))
                .map(tile -> new Variant(
                        "tiles of %d×%d×%d".formatted(tile.rows, tile.columns, tile.depth),
                        () -> launches.accept(tile)))
                .toList();
    }

    private double cost(int batch, int m, int n, boolean splittable, int computeUnits) {
        double rounds = (double) batch * groups(m, n) / computeUnits;
        double reading = READ_COST * (1.0 / (4 * partsDown) + 1.0 / (4 * partsAcross));
        return (splittable ? rounds : Math.ceil(rounds)) * rows * columns * (1 + reading);
    }

    /** How many tiles cover a result. */
    private int groups(int m, int n) {
        return (m + rows - 1) / rows * ((n + columns - 1) / columns);
    }

    private int workGroup() {
        return rows / (4 * partsDown) * (columns / (4 * partsAcross));
    }

    /** Splits sums of so many terms where the result has too few tiles. */
    public Split split(int batch, int m, int n, int terms, Emitter out) {
        int groups = batch * groups(m, n);
        int wanted = (GROUPS_PER_UNIT * out.computeUnits() + groups - 1) / groups;
        int parts = Math.max(1, Math.min(wanted, terms / (LEAST_STEPS * depth)));
        int length = (terms + parts * depth - 1) / (parts * depth) * depth;
        return new Split((terms + length - 1) / length, length);
    }

    /** A launch over all tiles of each result, and all parts of its sums. */
    public Launch launch(String file, String kernel, int batch, int m, int n, int parts) {
        return Launch.of(file, kernel)
                .define("TILE_M", rows)
                .define("TILE_N", columns)
                .define("TILE_K", depth)
                .define("PARTS_M", partsDown)
                .define("PARTS_N", partsAcross)
                .global((long) batch * groups(m, n) * workGroup(), parts)
                .local(workGroup(), 1)
                .atOnce(GROUPS_PER_UNIT);
    }
}
