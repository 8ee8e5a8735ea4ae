package scorefield.ncsn.run;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.network.Autoguidance;
import scorefield.ncsn.network.ClassifierFreeGuidance;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.network.Weights;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.TrainingState;

/**
 * A score network with its weights on a device: it computes scores and draws samples.
 *
 * @param device where the weights lie
 * @param network the network
 * @param parameters the device's variable FLOAT[P] with the network's parameters
 * @param guide the variable with those of its guide, for {@link scorefield.ncsn.network.Autoguidance}
 */
public record ScoreModel(Device device, ScoreNetwork network, Tensor parameters, Optional<Tensor> guide) {

    /** Images that are drawn at once, at most: more do not make a CPU faster, and need more memory. */
    private static final int IMAGES = 64;

    /** Points that are drawn at once, at most: they are small, and so is their network. */
    private static final int POINTS = 4096;

    /** A run's network with the moving average of its parameters, which is written to the device. */
    public static ScoreModel of(Device device, Checkpoint checkpoint) {
        TrainingState state = checkpoint.state();
        return new ScoreModel(
                device,
                checkpoint.network(),
                written(device, "average", state.average()),
                state.guide().map(guide -> written(device, "guide", guide)));
    }

    private static Tensor written(Device device, String name, float[] numbers) {
        Tensor variable = Tensor.variable(name, Shape.of(numbers.length));
        device.write(variable, Values.of(variable.shape(), numbers));
        return variable;
    }

    /** Frees the device's memory for the parameters. Samplers and executables that were made of the model must be closed before. */
    public void free() {
        device.free(parameters);
        guide.ifPresent(device::free);
    }

    /** How many samples of a shape are computed at once, at most. */
    public static int batch(Shape sample) {
        return SampleKind.isPoint(sample) ? POINTS : IMAGES;
    }

    /** N×sample for so many samples, or for as many as are computed at once where they are more. */
    public Shape batch(int count) {
        return network.sample().times(Math.min(count, batch(network.sample())));
    }

    private Weights weights(Tensor flat) {
        return network.parameters().weights(flat);
    }

    /** The score as a graph: ∇ₓ log p_σ(x) of the data perturbed with N(0, σ²I); of a class-conditional network, the unconditional score. */
    public ScoreFunction score() {
        return network.with(weights(parameters));
    }

    /** The score as a sampler takes it; that of {@link #score()} where nothing guides, or the training has not come to its guide yet. */
    public ScoreFunction score(Autoguidance guidance) {
        return guided(guidance, weights -> network.with(weights));
    }

    private ScoreFunction guided(Autoguidance guidance, Function<Weights, ScoreFunction> scores) {
        ScoreFunction score = scores.apply(weights(parameters));
        return guide.map(worse -> guidance.of(score, scores.apply(weights(worse))))
                .orElse(score);
    }

    /**
     * Computes scores, batch by batch.
     *
     * @param x N×sample: images in [0, 1] plus noise, or points plus noise
     * @param sigmas each sample's noise level: one for all, or N
     * @return the scores, of x's shape
     * @throws IllegalArgumentException if x does not hold samples of the network's shape, or there is another number of noise levels
     */
    public Values score(Values x, double... sigmas) {
        Shape sample = network.sample();
        int count = x.shape().dim(0);
        if (!x.shape().equals(sample.times(count))) {
            throw new IllegalArgumentException(
                    "the network computes scores of N×" + sample + ", but x is " + x.shape());
        }
        if (sigmas.length != 1 && sigmas.length != count) {
            throw new IllegalArgumentException("there must be one noise level, or one for each of the " + count
                    + " samples; got " + sigmas.length);
        }
        int size = sample.size();
        Shape batch = batch(count);
        int atOnce = batch.dim(0);
        Tensor samples = Tensor.input("x", batch);
        Tensor levels = Tensor.input("sigma", Shape.of(atOnce));
        float[] scores = new float[x.shape().size()];
        try (Executable executable = device.compile(Program.fetching(score().score(samples, levels)))) {
            for (int from = 0; from < count; from += atOnce) {
                int here = Math.min(atOnce, count - from);
                float[] part = new float[atOnce * size];
                double[] partLevels = new double[atOnce];
                Arrays.fill(partLevels, 1); // the rest of the last batch is computed and dropped
                System.arraycopy(x.floats(), from * size, part, 0, here * size);
                for (int i = 0; i < here; i++) {
                    partLevels[i] = sigmas[sigmas.length == 1 ? 0 : from + i];
                }
                float[] result = executable
                        .run(Map.of(samples, Values.of(batch, part), levels, Values.of(levels.shape(), partLevels)))
                        .get(0)
                        .floats();
                System.arraycopy(result, 0, scores, from * size, here * size);
            }
        }
        return Values.of(x.shape(), scores);
    }

    /**
     * A sampler of this model's distribution; that of a class-conditional model draws from all classes in turn: sample k is of class k mod the
     * number of classes. The caller closes it.
     *
     * @param count how many samples are wanted at a time
     */
    public Sampler sampler(SamplerChoice choice, int count) {
        int classes = network.classes();
        return classes == 0
                ? choice.on(device, score(choice.guidance()), batch(count))
                : ofClasses(
                        choice,
                        Math.min(count, atOnce(classes)),
                        batch -> IntStream.range(0, batch).map(k -> k % classes).toArray(),
                        0);
    }

    /**
     * A sampler of some classes of a class-conditional model: sample k is of class k mod their number; {@link ClassCondition#sorted} puts them
     * in the classes' order. The caller closes it.
     *
     * @param ofEach how many samples of each class are wanted at a time
     */
    public Sampler sampler(SamplerChoice choice, ClassCondition condition, int ofEach) {
        int classes = condition.count();
        return ofClasses(choice, Math.min(classes * ofEach, atOnce(classes)), condition::labels, condition.guidance());
    }

    /** How many samples are drawn at once: as many of each class, so that the next batch begins with the first class again. */
    private int atOnce(int classes) {
        return classes * Math.max(1, batch(network.sample()) / classes);
    }

    private Sampler ofClasses(SamplerChoice choice, int atOnce, IntFunction<int[]> labels, double scale) {
        return choice.on(
                device,
                guided(
                        choice.guidance(),
                        weights -> ClassifierFreeGuidance.of(network, weights, labels.apply(atOnce), scale)),
                network.sample().times(atOnce));
    }
}
