package scorefield.ncsn.run;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.samples.SampleOrder;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Spelling;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Checkpoint;

/**
 * The classes that samples are conditioned on.
 *
 * @param classes their numbers
 * @param names their names
 * @param guidance the guidance scale w ≥ 0: {@link scorefield.ncsn.network.ClassifierFreeGuidance}
 */
public record ClassCondition(List<Integer> classes, List<String> names, double guidance) {

    /** Names all classes. */
    public static final String ALL = "all";

    /** Names the null class, whose score is the unconditional one. */
    public static final String NONE = "none";

    /** Checks that the guidance scale is finite and not negative. */
    public ClassCondition {
        if (!(guidance >= 0) || Double.isInfinite(guidance)) {
            throw new BadConfigurationException("the guidance scale must be 0 or more; got " + Text.number(guidance));
        }
    }

    /** The first classes of a class-conditional run, {@code most} at most, without guidance; empty where the run is unconditional. */
    public static Optional<ClassCondition> first(Checkpoint checkpoint, int most) {
        int count = Math.min(checkpoint.network().classes(), most);
        return count == 0
                ? Optional.empty()
                : Optional.of(new ClassCondition(
                        IntStream.range(0, count).boxed().toList(),
                        checkpoint.data().classes().subList(0, count),
                        0));
    }

    /**
     * Classes of a class-conditional run.
     *
     * @param wanted each by its name, or {@value #ALL} or {@value #NONE} alone; where no class' name is a number, also by its number from 0
     * @param guidance the guidance scale w ≥ 0
     * @throws BadConfigurationException if the run is unconditional or has no such class
     */
    public static ClassCondition named(Checkpoint checkpoint, List<String> wanted, double guidance) {
        List<String> known = checkpoint.data().classes();
        if (checkpoint.network().classes() == 0) {
            throw new BadConfigurationException("this run's network is unconditional; train a class-conditional one on"
                    + " labelled data with model.classes=auto");
        }
        boolean all = wanted.equals(List.of(ALL));
        if (all && known.contains(ALL)) {
            throw new BadConfigurationException("'" + ALL + "' is the name of a class, and means all classes; name the"
                    + " classes one by one, or rename that one");
        }
        if (wanted.equals(List.of(NONE)) && !known.contains(NONE)) {
            if (guidance != 0) {
                throw new BadConfigurationException("'" + NONE + "' has no guidance, which exaggerates what"
                        + " distinguishes a class; leave out one of the two");
            }
            return new ClassCondition(List.of(checkpoint.network().classes()), wanted, 0);
        }
        List<Integer> classes = all
                ? IntStream.range(0, known.size()).boxed().toList()
                : wanted.stream().map(name -> number(name, known)).toList();
        return new ClassCondition(classes, classes.stream().map(known::get).toList(), guidance);
    }

    private static int number(String name, List<String> known) {
        if (known.contains(name)) {
            return known.indexOf(name);
        }
        // Where names are numbers, as those of folders 1, 2 and 3, a number is a name and nothing else.
        boolean numbered = known.stream().anyMatch(ClassCondition::isNumber);
        if (!numbered && isNumber(name) && Integer.parseInt(name) < known.size()) {
            return Integer.parseInt(name);
        }
        throw new BadConfigurationException("there is no class '" + name + "'; " + Spelling.suggestion(name, known)
                + " ('" + ALL + "' names all, '" + NONE + "' draws without a class)");
    }

    private static boolean isNumber(String name) {
        return name.matches("\\d{1,9}");
    }

    /** All classes of a class-conditional run, without guidance; empty where the run is unconditional. */
    public static Optional<ClassCondition> all(Checkpoint checkpoint) {
        return first(checkpoint, Integer.MAX_VALUE);
    }

    /** How many classes there are. */
    public int count() {
        return classes.size();
    }

    /** Whether it is the null class of such a run alone. */
    public boolean isNone(Checkpoint checkpoint) {
        return classes.equals(List.of(checkpoint.network().classes()));
    }

    /** The classes of samples that are drawn in turn: the k-th is class k mod their number. */
    public int[] labels(int batch) {
        return IntStream.range(0, batch).map(k -> classes.get(k % count())).toArray();
    }

    /**
     * The order in a file of samples that a {@linkplain ScoreModel#sampler(scorefield.ncsn.sampler.SamplerChoice, ClassCondition, int) sampler}
     * drew in turn.
     */
    public SampleOrder order(int ofEach) {
        return new SampleOrder(ofEach * count(), classes, names);
    }

    /** In words, such as {@code of classes 0, 1, 2, guidance 1}. */
    public String describe() {
        return "of class" + (count() == 1 ? " " : "es ") + String.join(", ", names)
                + (guidance == 0 ? "" : ", guidance " + Text.number(guidance));
    }

    /** Puts samples that a {@linkplain ScoreModel#sampler(scorefield.ncsn.sampler.SamplerChoice, ClassCondition, int) sampler} drew in turn into the order of their classes. */
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
