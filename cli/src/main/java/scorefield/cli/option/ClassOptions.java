package scorefield.cli.option;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.console.Text;
import scorefield.cli.console.UserException;
import scorefield.cli.run.Sampling;
import scorefield.ncsn.configuration.SamplerChoice;
import scorefield.ncsn.network.ClassifierFreeGuidance;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.text.Spelling;
import scorefield.ncsn.training.Checkpoint;

/** The options that say what is to be on the images. */
public final class ClassOptions {

    private static final String ALL = "all";

    /** How many of each class are drawn, where there are several and nobody says. */
    private static final int OF_EACH = 8;

    @Option(
            names = "--class",
            split = ",",
            paramLabel = "NAME",
            description =
                    "For a run that was told classes (--set model.classes=auto): which to draw, by name or by number from 0; several"
                            + " with commas, or 'all', give a row of the picture for each, and --count is how many of each.")
    private List<String> names = List.of();

    @Option(
            names = "--guidance",
            paramLabel = "W",
            description =
                    "Exaggerates what sets the class apart: (1+W)*score(class) - W*score(all); 0 does not (the default), 1 to 3"
                            + " give samples that are more typical and less different, for twice the time.")
    private @Nullable Double guidance;

    /**
     * What was asked for.
     *
     * @param classes their numbers
     * @param names their names
     * @param guidance w
     */
    public record Classes(List<Integer> classes, List<String> names, double guidance) {

        /** How many of each are drawn: what was asked for, else as many as a run's settings say, or fewer where there are several classes. */
        public int ofEach(@Nullable Integer count, int images) {
            if (count != null) {
                return count;
            }
            return classes.size() == 1 ? images : Math.min(images, OF_EACH);
        }

        /** For people, such as {@code 8 of each of classes 0, 1, 2, guidance 1}. */
        public String describe(int ofEach) {
            return (classes.size() == 1 ? "" : ofEach + " of each ") + describe();
        }

        /** For people, such as {@code of classes 0, 1, 2, guidance 1}. */
        public String describe() {
            return "of class" + (classes.size() == 1 ? " " : "es ") + String.join(", ", names)
                    + (guidance == 0 ? "" : ", guidance " + Text.number(guidance));
        }

        /** A sampler whose sample k is of class k mod the number of classes. */
        public Sampler sampler(Device device, ScoreNetwork network, Tensor weights, int ofEach, SamplerChoice choice) {
            int rows = classes.size();
            int atOnce = rows * Math.max(1, Math.min(ofEach, Sampling.batch(network.sample()) / rows));
            int[] labels =
                    IntStream.range(0, atOnce).map(k -> classes.get(k % rows)).toArray();
            return choice.on(
                    device,
                    ClassifierFreeGuidance.of(network, network.parameters().weights(weights), labels, guidance),
                    network.sample().times(atOnce));
        }

        /** Samples of that sampler in the order of their classes. */
        public Values sorted(Values samples) {
            Shape shape = samples.shape();
            int rows = classes.size();
            int ofEach = shape.dim(0) / rows;
            int size = shape.size() / shape.dim(0);
            float[] sorted = new float[shape.size()];
            for (int k = 0; k < shape.dim(0); k++) {
                System.arraycopy(samples.floats(), k * size, sorted, (k % rows * ofEach + k / rows) * size, size);
            }
            return Values.of(shape, sorted);
        }
    }

    /** What was asked for; nothing where samples are to be of all data. */
    public Optional<Classes> of(Checkpoint checkpoint) {
        if (names.isEmpty()) {
            if (guidance != null) {
                throw new UserException("--guidance: exaggerates a class; say which with --class");
            }
            return Optional.empty();
        }
        List<String> known = checkpoint.data().classes();
        if (checkpoint.network().classes() == 0) {
            throw new UserException("--class: this run's network was told no classes; labelled data and"
                    + " `train --set model.classes=auto` make one that is");
        }
        double strength = guidance == null ? 0 : guidance;
        if (!(strength >= 0) || Double.isInfinite(strength)) {
            throw new UserException("--guidance: must be 0 or more, not " + Text.number(strength));
        }
        List<Integer> classes = names.equals(List.of(ALL))
                ? IntStream.range(0, known.size()).boxed().toList()
                : names.stream().map(name -> number(name, known)).toList();
        return Optional.of(new Classes(classes, classes.stream().map(known::get).toList(), strength));
    }

    private static int number(String name, List<String> known) {
        if (known.contains(name)) {
            return known.indexOf(name);
        }
        if (name.matches("\\d{1,9}") && Integer.parseInt(name) < known.size()) {
            return Integer.parseInt(name);
        }
        throw new UserException("--class: there is no class '" + name + "'; " + Spelling.suggestion(name, known)
                + " ('all' draws all)");
    }
}
