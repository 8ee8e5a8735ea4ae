package scorefield.cli.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.data.ImageSize;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.PlanarSets;

/**
 * Real samples that a run was not trained on, where some can be recognised.
 *
 * @param settings what to read or draw
 * @param seed for drawing
 * @param what they are, for people
 */
public record HeldOut(DataSettings settings, long seed, String what) {

    /** What is drawn afresh, at least: enough that its own randomness is small beside that of the samples. */
    private static final int LEAST = 10_000;

    /**
     * Looks for them.
     *
     * @param data what the run was trained on
     * @param seed that its data were drawn with
     * @param count how many samples are to be held against them
     */
    static Optional<HeldOut> of(DataSettings data, long seed, int count) {
        String source = data.source();
        if (source.equals(DataSettings.DIGITS) || PlanarSets.names().contains(source) || source.startsWith("points:")) {
            int afresh = Math.max(LEAST, 2 * count);
            return Optional.of(new HeldOut(
                    new DataSettings(source, OptionalInt.of(afresh), data.size(), data.crop()),
                    seed(seed, 0),
                    "drawn afresh with another seed than the training data"));
        }
        return beside(Path.of(source))
                .map(path -> new HeldOut(
                        new DataSettings(path.toString(), OptionalInt.empty(), data.size(), data.crop()),
                        seed,
                        "found beside the training data, not trained on"));
    }

    /**
     * A seed for built-in data that a run has not seen: never the one that its own were drawn with.
     *
     * @param runs the run's own
     * @param which of all others; 0 where no seed was asked for
     */
    public static long seed(long runs, long which) {
        return runs + 1 + (which & Long.MAX_VALUE);
    }

    /**
     * A digit that a run has not seen: the same one to every command, and drawn alone.
     *
     * @param index its number, from 0
     */
    public static Images digit(Configuration run, int index) {
        ImageSize size = run.data().size();
        int height = size == null ? Digits.SIDE : size.height();
        int width = size == null ? Digits.SIDE : size.width();
        Digits digits = new Digits(seed(run.training().seed(), 0), height, width);
        return Images.of(DataSettings.DIGITS, height, width, 1, digits.render(index));
    }

    /** MNIST's {@code t10k-…} beside {@code train-…}, CIFAR-10's {@code test_batch.bin}, {@code test} beside {@code train}. */
    private static Optional<Path> beside(Path path) {
        List<Path> candidates = new ArrayList<>();
        String name = String.valueOf(path.getFileName());
        if (Files.isDirectory(path) && Files.exists(path.resolve("data_batch_1.bin"))) {
            candidates.add(path.resolve("test_batch.bin"));
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
