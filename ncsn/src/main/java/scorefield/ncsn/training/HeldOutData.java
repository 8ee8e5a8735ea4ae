package scorefield.ncsn.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.data.ImageSize;
import scorefield.ncsn.data.Images;

/**
 * Real samples that a run was not trained on.
 *
 * @param settings what to read or draw
 * @param seed decides what is drawn
 * @param what a description
 */
public record HeldOutData(DataSettings settings, long seed, String what) {

    /** How many samples are drawn at least, so that their own randomness is small beside that of the samples they are compared with. */
    private static final int LEAST = 10_000;

    /**
     * Looks for held-out data: built-in sets are drawn with another seed; of files, {@code t10k-…} beside {@code train-…},
     * {@code test_batch.bin} beside CIFAR-10's training batches, CIFAR-100's {@code test.bin}, and {@code test} beside {@code train} are recognised.
     *
     * @param data what the run was trained on
     * @param seed the seed that the run's data were drawn with
     * @param count how many samples will be compared with the held-out data
     */
    public static Optional<HeldOutData> of(DataSettings data, long seed, int count) {
        if (DataSets.isDrawn(data.source())) {
            int drawn = Math.max(LEAST, 2 * count);
            return Optional.of(new HeldOutData(
                    data.withCount(drawn), seed(seed, 0), "drawn afresh with another seed than the training data"));
        }
        return beside(Path.of(data.source()))
                .map(path -> new HeldOutData(
                        data.from(path.toString()), seed, "found beside the training data, not trained on"));
    }

    /** Reads or draws the samples. */
    public DataSet open() {
        return settings.open(seed);
    }

    /**
     * A seed for built-in data that a run has not seen: never the one that its own data were drawn with.
     *
     * @param own the run's seed
     * @param which selects one of all other seeds; 0 by default
     */
    public static long seed(long own, long which) {
        return own + 1 + (which & Long.MAX_VALUE);
    }

    /**
     * A built-in digit that a run has not seen, of the size of the run's images. It is drawn alone, and is the same wherever it is asked for.
     *
     * @param index its number, from 0
     */
    public static Images digit(Configuration run, int index) {
        ImageSize size = run.data().size();
        int height = size == null ? Digits.SIDE : size.height();
        int width = size == null ? Digits.SIDE : size.width();
        Digits digits = new Digits(seed(run.training().seed(), 0), height, width);
        return Images.of(DataSets.DIGITS, height, width, 1, digits.render(index));
    }

    /** MNIST's {@code t10k-…} beside {@code train-…}, CIFAR-10's {@code test_batch.bin}, CIFAR-100's {@code test.bin}, {@code test} beside {@code train}. */
    private static Optional<Path> beside(Path path) {
        List<Path> candidates = new ArrayList<>();
        String name = String.valueOf(path.getFileName());
        if (Files.isDirectory(path) && Files.exists(path.resolve("data_batch_1.bin"))) {
            candidates.add(path.resolve("test_batch.bin"));
        }
        if (Files.isDirectory(path) && Files.exists(path.resolve("train.bin"))) {
            candidates.add(path.resolve("test.bin"));
        }
        if (name.startsWith("data_batch_")) {
            candidates.add(path.resolveSibling("test_batch.bin"));
        }
        if (name.contains("train")) {
            for (String other : List.of("t10k", "test")) {
                String renamed = name.replaceFirst("train", other);
                candidates.add(path.resolveSibling(renamed));
                candidates.add(path.resolveSibling(
                        renamed.endsWith(".gz") ? renamed.substring(0, renamed.length() - 3) : renamed + ".gz"));
            }
        }
        return candidates.stream().filter(Files::exists).findFirst();
    }
}
