package scorefield.ncsn.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.random.SplitMix;

/**
 * How the Euclidean distances between the samples of a data set (images with pixels in [0, 1]) are distributed, computed on a device.
 *
 * <p>Block by block of samples, ‖x − y‖² = ‖x‖² + ‖y‖² − 2·x·y: nearly all of the work is a product of matrices, X·Yᵀ. With the mean
 * taken away first the three terms are no larger than they must be, and what single precision loses is less than
 * 2(D + 3)·2⁻²⁴·(‖x‖² + ‖y‖²) of a square. The host counts distances into {@value #BINS} bins, from 0 to the sum of the two largest
 * distances from the mean, which no distance exceeds; a quantile is known to half a bin.
 *
 * <p><b>The largest distance and who sets it.</b> Of all N samples, the {@linkplain #candidates() candidates} are the N/1000 (at least 1, at most 100)
 * farthest from the mean. {@link #largestWithout} says how large the largest distance would be without the first few of them: where one
 * of them lies alone, it falls.
 *
 * <p>More than {@code most} samples are not all compared: quantiles are then those of a random choice of so many. Candidates are compared with all
 * samples even so, and {@link LargestDistance} looks for other pairs.
 */
public final class PairwiseDistances {

    /** Up to so many samples are all compared: 2·10⁸ pairs, seconds on two cores. */
    public static final int MOST = 20_000;

    private static final int BINS = 1 << 16;

    /** Samples in a block: large enough for the product of matrices to be most of the work. */
    private static final int BLOCK = 2048;

    /** Numbers in a block, at most: 64 MiB. */
    private static final int BLOCK_NUMBERS = 1 << 24;

    private static final int MOST_CANDIDATES = 100;

    private final DataSet data;
    private final float[] mean;
    private final int[] compared;
    private final long[] counts = new long[BINS];
    private final double range;
    /** The candidates, the farthest from the mean first. */
    private final int[] candidates;
    /** For each sample its place among the candidates; their number for all others. */
    private final int[] ranks;
    /** At r: the largest distance of candidate r from candidates after it and from all others; at last that of the others among themselves. */
    private final double[] largestFrom;

    /** The farthest two samples; −1 where they are not known. */
    private final int[] pair = {0, 1};

    private double largest = -1;
    private boolean exact = true;

    /** @param most how many of the samples are compared, drawn at random where there are more */
    private PairwiseDistances(DataSet data, int most, long seed) {
        this.data = data;
        this.mean = mean(data);
        this.compared = new SplitMix(seed, 0).subset(Math.min(most, data.count()), data.count());
        double[] radii = IntStream.range(0, data.count())
                .parallel()
                .mapToDouble(this::radius)
                .toArray();
        int[] farthestFirst = IntStream.range(0, radii.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -radii[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        this.range = radii[farthestFirst[0]] + radii[farthestFirst[1]];
        int count = Math.max(1, Math.min(MOST_CANDIDATES, radii.length / 1000));
        this.candidates = Arrays.copyOf(farthestFirst, count);
        this.ranks = new int[radii.length];
        Arrays.fill(ranks, count);
        for (int r = 0; r < count; r++) {
            ranks[candidates[r]] = r;
        }
        this.largestFrom = new double[count + 1];
    }

    /**
     * Compares the samples of a data set.
     *
     * @param data two samples or more
     * @param most how many are compared, each with each, at most; at least 2
     * @param seed decides which, where there are more
     * @param progress receives the share that is done
     */
    public static PairwiseDistances among(Device device, DataSet data, int most, long seed, DoubleConsumer progress) {
        if (data.count() < 2) {
            throw new BadDataException(data.name() + ": distances need at least 2 samples; there is 1");
        }
        if (most < 2) {
            throw new IllegalArgumentException("at least 2 samples must be compared; got " + most);
        }
        PairwiseDistances distances = new PairwiseDistances(data, most, seed);
        distances.compare(device, progress);
        return distances;
    }

    private static float[] mean(DataSet data) {
        double[] sums = new double[data.dimension()];
        for (int n = 0; n < data.count(); n++) {
            for (int k = 0; k < sums.length; k++) {
                sums[k] += number(data, n * sums.length + k);
            }
        }
        float[] mean = new float[sums.length];
        for (int k = 0; k < mean.length; k++) {
            mean[k] = (float) (sums[k] / data.count());
        }
        return mean;
    }

    /** A number of the data; of images byte/255, as {@link LargestDistance} has it. */
    private static double number(DataSet data, int at) {
        return data instanceof Images images ? (images.raw()[at] & 0xff) / 255.0 : ((Points) data).raw()[at];
    }

    private double radius(int n) {
        double squares = 0;
        for (int k = 0; k < mean.length; k++) {
            double difference = number(data, n * mean.length + k) - mean[k];
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }

    private void compare(Device device, DoubleConsumer progress) {
        int block = Math.max(1, Math.min(BLOCK, Math.min(compared.length, BLOCK_NUMBERS / mean.length)));
        try (Blocks blocks = new Blocks(device, block, block)) {
            int n = (compared.length + block - 1) / block;
            int done = 0;
            for (int a = 0; a < n; a++) {
                int[] rows = part(compared, a * block, block);
                Values x = blocks.values(rows, block);
                for (int b = a; b < n; b++) {
                    int[] columns = part(compared, b * block, block);
                    float[] distances = blocks.between(x, b == a ? x : blocks.values(columns, block));
                    for (int i = 0; i < rows.length; i++) {
                        // Each pair once: in a block on the diagonal, what lies above it.
                        take(distances, i * block, rows[i], columns, a == b ? i + 1 : 0, true);
                    }
                    progress.accept(++done / (n * (n + 1) / 2.0));
                }
            }
        }
        if (compared.length < data.count()) {
            compareCandidatesWithAll(device, block);
        }
        // Once more in double precision.
        largest = Math.sqrt(squaredDistance(pair[0], pair[1]));
        if (compared.length < data.count()) {
            LargestDistance whole = LargestDistance.among(data);
            exact = whole.exact();
            if (whole.value() > largest) {
                // Of a pair in which no candidate is: those have been compared with all.
                largest = whole.value();
                largestFrom[candidates.length] = Math.max(largestFrom[candidates.length], largest);
                pair[0] = pair[1] = -1;
            }
        }
    }

    private void compareCandidatesWithAll(Device device, int block) {
        int[] all = IntStream.range(0, data.count()).toArray();
        int most = Math.min(block, candidates.length);
        try (Blocks blocks = new Blocks(device, most, block)) {
            for (int a = 0; a < candidates.length; a += most) {
                int[] rows = part(candidates, a, most);
                Values x = blocks.values(rows, most);
                for (int b = 0; b < all.length; b += block) {
                    int[] columns = part(all, b, block);
                    float[] distances = blocks.between(x, blocks.values(columns, block));
                    for (int i = 0; i < rows.length; i++) {
                        take(distances, i * block, rows[i], columns, 0, false);
                    }
                }
            }
        }
    }

    private static int[] part(int[] indices, int from, int most) {
        return Arrays.copyOfRange(indices, from, Math.min(indices.length, from + most));
    }

    /** Takes note of one sample's distances from others, {@code columns[first…]}. */
    private void take(float[] distances, int at, int row, int[] columns, int first, boolean counted) {
        double scale = range > 0 ? BINS / range : 0;
        for (int j = first; j < columns.length; j++) {
            float distance = distances[at + j];
            if (counted) {
                counts[Math.min(BINS - 1, (int) (distance * scale))]++;
            }
            int rank = Math.min(ranks[row], ranks[columns[j]]);
            if (distance > largestFrom[rank]) {
                largestFrom[rank] = distance;
            }
            if (distance > largest && row != columns[j]) {
                largest = distance;
                pair[0] = row;
                pair[1] = columns[j];
            }
        }
    }

    private double squaredDistance(int a, int b) {
        double squares = 0;
        for (int k = 0; k < mean.length; k++) {
            double difference = number(data, a * mean.length + k) - number(data, b * mean.length + k);
            squares += difference * difference;
        }
        return squares;
    }

    /** N, how many samples there are. */
    public int samples() {
        return data.count();
    }

    /** How many samples were compared, each with each. */
    public int compared() {
        return compared.length;
    }

    /** How many pairs the quantiles are of. */
    public long pairs() {
        return compared.length * (compared.length - 1L) / 2;
    }

    /** Whether all samples were compared, so that quantiles are the data set's own. */
    public boolean all() {
        return compared.length == data.count();
    }

    /** The largest distance between two samples of the whole data set, or a lower bound. */
    public double largest() {
        return largest;
    }

    /** Whether no two samples lie farther apart; otherwise {@link #largest()} is a lower bound. */
    public boolean exact() {
        return exact;
    }

    /** The two samples with the largest distance, the smaller index first; empty where they are not known. */
    public List<Integer> farthestPair() {
        return pair[0] < 0 ? List.of() : List.of(Math.min(pair[0], pair[1]), Math.max(pair[0], pair[1]));
    }

    /** The distance that a share p of all pairs does not exceed, to half a bin. */
    public double quantile(double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("the share of a quantile must lie between 0 and 1; got " + p);
        }
        double wanted = p * pairs();
        long below = 0;
        int bin = 0;
        while (bin < BINS - 1 && below + counts[bin] < Math.max(1, wanted)) {
            below += counts[bin++];
        }
        return Math.min(largest, (bin + 0.5) * range / BINS);
    }

    /**
     * How many pairs lie how far apart, in bins of equal width.
     *
     * @param bins a power of two, at most {@value #BINS}
     * @return for each bin its share of all pairs, divided by its width: a density over distances
     */
    public double[] density(int bins) {
        int together = BINS / bins;
        double[] density = new double[bins];
        for (int i = 0; i < BINS; i++) {
            density[i / together] += counts[i] / (pairs() * range / bins);
        }
        return density;
    }

    /** Where the last bin ends. */
    public double range() {
        return range;
    }

    /** The samples that may be outliers: those farthest from the mean, the farthest first. */
    public int[] candidates() {
        return candidates.clone();
    }

    /** The largest distance that would be left without the first so many {@linkplain #candidates() candidates}. */
    public double largestWithout(int count) {
        return count == 0
                ? largest
                : Arrays.stream(largestFrom, count, largestFrom.length).max().orElseThrow();
    }

    /** Distances of so many samples, the rows, from so many others, the columns, as a program. */
    private final class Blocks implements AutoCloseable {

        private final Tensor rows;
        private final Tensor columns;
        private final Executable executable;

        Blocks(Device device, int rowCount, int columnCount) {
            rows = Tensor.input("rows", Shape.of(rowCount, mean.length));
            columns = Tensor.input("columns", Shape.of(columnCount, mean.length));
            Tensor squares = rows.square()
                    .sumKeep(1)
                    .plus(columns.square().sumKeep(1).transpose(1, 0))
                    .minus(rows.matmul(columns, false, true).times(2));
            // Of equal samples, rounding may leave less than nothing.
            executable =
                    device.compile(Program.fetching(squares.maximum(0).sqrt().named("distances")));
        }

        /** Samples without the mean, and as many rows of zeros as are missing. */
        Values values(int[] samples, int count) {
            int d = mean.length;
            float[] numbers = new float[count * d];
            IntStream.range(0, samples.length).parallel().forEach(i -> {
                for (int k = 0; k < d; k++) {
                    numbers[i * d + k] = (float) (number(data, samples[i] * d + k) - mean[k]);
                }
            });
            return Values.of(Shape.of(count, d), numbers);
        }

        float[] between(Values x, Values y) {
            return executable.run(Map.of(rows, x, columns, y)).get(0).floats();
        }

        @Override
        public void close() {
            executable.close();
        }
    }
}
