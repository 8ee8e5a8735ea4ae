package scorefield.cli.run;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.console.Text;
import scorefield.ncsn.network.ClassifierFreeGuidance;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.training.Checkpoint;

/**
 * The classes that samples are to be of.
 *
 * @param classes their numbers
 * @param names their names
 * @param guidance w
 */
public record Classes(List<Integer> classes, List<String> names, double guidance) {

    /** How many of each class are drawn, where there are several and nobody says. */
    private static final int OF_EACH = 8;

    /** Every class of a run that was told them, or the first {@code most}; nothing where it was told none. */
    public static Optional<Classes> of(Checkpoint checkpoint, int most) {
        int told = Math.min(checkpoint.network().classes(), most);
        return told == 0
                ? Optional.empty()
                : Optional.of(new Classes(
                        IntStream.range(0, told).boxed().toList(),
                        checkpoint.data().classes().subList(0, told),
                        0));
    }

    /** How many classes there are. */
    public int count() {
        return classes.size();
    }

    /** How many of each are drawn: what was asked for, else as many as a run's settings say, or fewer where there are several classes. */
    public int ofEach(@Nullable Integer count, int images) {
        if (count != null) {
            return count;
        }
        return count() == 1 ? images : Math.min(images, OF_EACH);
    }

    /** For people, such as {@code 8 of each of classes 0, 1, 2, guidance 1}. */
    public String describe(int ofEach) {
        return (count() == 1 ? "" : ofEach + " of each ") + describe();
    }

    /** For people, such as {@code of classes 0, 1, 2, guidance 1}. */
    public String describe() {
        return "of class" + (count() == 1 ? " " : "es ") + String.join(", ", names)
                + (guidance == 0 ? "" : ", guidance " + Text.number(guidance));
    }

    /** A sampler whose sample k is of class k mod the number of classes. */
    public Sampler sampler(Device device, ScoreNetwork network, Tensor weights, int ofEach, SamplerChoice choice) {
        int rows = count();
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
        int rows = count();
        int ofEach = shape.dim(0) / rows;
        int size = shape.size() / shape.dim(0);
        float[] sorted = new float[shape.size()];
        for (int k = 0; k < shape.dim(0); k++) {
            System.arraycopy(samples.floats(), k * size, sorted, (k % rows * ofEach + k / rows) * size, size);
        }
        return Values.of(shape, sorted);
    }
}
