package scorefield.ncsn.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.DType;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.file.Quantisation;
import scorefield.ncsn.network.Dropout;
import scorefield.ncsn.network.Parameters;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.network.Weights;
import scorefield.ncsn.objective.Draws;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.objective.Uncertainty;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * One training step as a graph: from the data set on the device to new parameters, with nothing fetched.
 *
 * <pre>
 * x  = data[indices]                     images dequantised: (bytes + u)/256, u uniform; some mirrored, or moved by {@link Augmentation}
 * σ  = noise levels, drawn by a density
 * c  = classes                           for a class-conditional network
 * L  = mean over the batch of the objective at (x, σ)
 * g  = ∇L, shortened to the greatest allowed norm; with learned uncertainty that of the loss that it weighs
 * θ, m, v = Adam or Muon;  θ̄ ← d·θ̄ + (1−d)·θ      for each moving average θ̄
 * </pre>
 *
 * <p>A batch may be cut into S shards of the same size. Then a step is several programs: {@link #shard()}, run S times, computes g and L of
 * one shard and what it adds to the statistics, all in one vector; {@link #update()} makes the new parameters of the vectors' sum, which
 * {@link ShardSums} and {@link scorefield.ncsn.collective.Collective} compute. S is a power of two, so that g/S is exact. The random numbers
 * of a sample are those of its place in the whole batch.
 *
 * <p>The guard: where the loss or the gradient's norm is not finite, this step and all that follow leave every variable as it was, and the
 * statistics say which step it was. So the host may read them as rarely as it likes, and still finds the parameters as they were
 * before that step.
 */
final class TrainingStep {

    private static final int UNIFORM = 0;
    /** Far from the objective's. */
    private static final int FLIP = (1 << 16) - 1;
    /** The first of augmentation's, of which there are fewer than 32. */
    private static final int AUGMENTATION = FLIP - 32;
    /** The objective's first; it may take any number of them. */
    private static final int OBJECTIVE = 1;
    /** The first layer's; the objective stays below. */
    private static final int DROPOUT = 1 << 16;

    private final TrainingSettings settings;
    private final Adam.Constants constants;
    private final LearningRate learningRate;

    // Variables.
    final Tensor data;
    final Tensor parameters;
    /** In the order of {@link Average#of}. */
    final List<Tensor> averages = new ArrayList<>();

    final Tensor mean;
    final Tensor meanSquare;
    final Tensor statistics;

    // Inputs, in the order of feeds().
    private final Tensor indices;
    private final Tensor sigma;
    private final Tensor state;
    private final @Nullable Tensor classes;
    private final Adam.Schedule schedule = Adam.Schedule.inputs();
    private final List<Average> lengths;
    private final List<Tensor> decays = new ArrayList<>();
    private final Tensor mark = Tensor.input("bad step's mark", Statistics.SHAPE);

    // Of one shard.
    private final Tensor loss;
    private final Tensor byBand;
    private final Tensor gradient;

    /** Of a step in shards: FLOAT[P + 1 + the statistics], the shards' gradients, losses and {@link #byBand}, added. */
    final Tensor sum;

    private final int shards;
    private final Program update;

    TrainingStep(
            ScoreNetwork network,
            Objective objective,
            DataSummary samples,
            NoiseLevels levels,
            TrainingSettings settings) {
        this.settings = settings;
        constants = new Adam.Constants(settings.beta1(), settings.beta2(), settings.epsilon(), settings.weightDecay());
        learningRate = new LearningRate(settings.learningRate(), settings.warmup(), settings.decay(), settings.steps());
        data = Tensor.variable("data", samples.sample().times(samples.count()), samples.dtype());
        Parameters layout = network.parameters();
        Shape flat = Shape.of(layout.size());
        parameters = Tensor.variable("parameters", flat);
        lengths = Average.of(settings);
        for (Average length : lengths) {
            averages.add(Tensor.variable(length.label(), flat));
            decays.add(Tensor.input(length.label() + "'s decay", Shape.SCALAR));
        }
        mean = Tensor.variable("adam.m", flat);
        meanSquare = Tensor.variable("adam.v", flat);
        statistics = Tensor.variable("statistics", Statistics.SHAPE);
        shards = settings.shardCount();
        Shape batch = Shape.of(settings.batch() / shards);
        indices = Tensor.input("indices", batch, DType.INT);
        sigma = Tensor.input("sigma", batch);
        state = Tensor.input("random state", Shape.of(shards == 1 ? 4 : 5), DType.INT);

        classes = network.classes() == 0 ? null : Tensor.input("classes", batch, DType.INT);

        Tensor rows = data.gather(indices);
        Tensor clean = rows.dtype() == DType.BYTE ? dequantised(rows) : rows;
        Tensor seen = settings.flip() ? flipped(clean) : clean;
        Optional<Augmentation> augmentation = augmentation(seen.shape().dim(0));
        Tensor x = augmentation.map(moved -> moved.of(seen)).orElse(seen).named("x");
        Weights untold = layout.weights(parameters).with(Dropout.of(settings.dropout(), state, DROPOUT));
        Weights weights = augmentation
                .map(moved -> untold.toldOfAugmentation(moved.labels()))
                .orElse(untold);
        ScoreFunction score = classes == null ? network.with(weights) : network.with(weights, classes);
        Tensor losses = objective.perSample(score, x, sigma, Draws.of(state, OBJECTIVE));
        loss = losses.mean().named("loss");
        byBand = Statistics.byBand(NoiseBands.of(levels), sigma, losses);
        // What is reported is the objective itself, so that runs with and without learned uncertainty can be compared.
        Tensor minimised = Uncertainty.in(layout)
                .map(uncertainty -> uncertainty
                        .weigh(weights, sigma, losses, network.sample().size())
                        .mean())
                .orElse(loss);
        gradient = layout.flatten(Gradients.of(minimised, weights.tensors())).named("gradient");
        int size = layout.size();
        sum = Tensor.variable("sum of shards", Shape.of(size + 1 + Statistics.SHAPE.size()));
        update = shards == 1
                ? update(layout, gradient, loss, byBand)
                : update(
                        layout,
                        sum.slice(0, 0, size).times(1.0 / shards),
                        sum.slice(0, size, size + 1).reshape(Shape.SCALAR).times(1.0 / shards),
                        sum.slice(0, size + 1, sum.shape().size()));
    }

    /** (b + u)/256, u uniform on (0, 1): a density on [0, 1]^D whose mass in a byte's cell is the byte's probability. */
    private Tensor dequantised(Tensor bytes) {
        Tensor numbers = bytes.toFloat();
        return numbers.plus(Tensor.randomUniform(numbers.shape(), state, UNIFORM))
                .times(1.0 / Quantisation.LEVELS);
    }

    /** N×H×W×C images, each mirrored left to right with probability ½. */
    private Tensor flipped(Tensor images) {
        if (images.shape().rank() != 4) {
            throw new IllegalArgumentException("only images can be flipped; got " + images);
        }
        int width = images.shape().dim(2);
        Tensor backwards = Tensor.constant(Values.of(
                Shape.of(width),
                IntStream.range(0, width).map(i -> width - 1 - i).toArray()));
        // Gather takes rows of axis 0, so the width goes there and back.
        Tensor mirrored = images.transpose(2, 0, 1, 3).gather(backwards).transpose(1, 2, 0, 3);
        Tensor half = Tensor.randomUniform(Shape.of(images.shape().dim(0), 1, 1, 1), state, FLIP)
                .lessThan(Tensor.scalar(0.5));
        return Tensor.select(half, mirrored, images);
    }

    private Optional<Augmentation> augmentation(int count) {
        return settings.augmentation() == 0
                ? Optional.empty()
                : Optional.of(Augmentation.drawn(count, settings.augmentation(), Draws.of(state, AUGMENTATION)));
    }

    /**
     * What follows from the whole batch.
     *
     * @param layout which part of the vectors is which parameter
     * @param gradient of the mean loss, FLOAT[P]
     * @param loss the mean loss, a scalar
     * @param byBand as {@link Statistics#byBand}
     */
    private Program update(Parameters layout, Tensor gradient, Tensor loss, Tensor byBand) {
        Tensor norm = gradient.square().sum().sqrt();
        Tensor good =
                loss.isFinite().times(norm.isFinite()).times(Tensor.scalar(1).minus(Statistics.bad(statistics)));
        // clip/max(norm, clip) is 1 up to the greatest norm, without a comparison.
        Tensor clipped = gradient.times(Tensor.scalar(settings.clip()).over(norm.maximum(settings.clip())));
        Adam old = new Adam(parameters, mean, meanSquare);
        Adam next = switch (settings.optimiser()) {
            case ADAM -> Adam.step(old, clipped, constants, schedule);
            case MUON -> Muon.step(layout, old, clipped, constants, schedule);
        };
        // In a fixed order: Map.of has another one in every start of the JVM, and a device may plan by it.
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        updates.put(parameters, Tensor.select(good, next.parameters(), parameters));
        updates.put(mean, Tensor.select(good, next.mean(), mean));
        updates.put(meanSquare, Tensor.select(good, next.meanSquare(), meanSquare));
        for (int i = 0; i < averages.size(); i++) {
            Tensor average = averages.get(i);
            Tensor decay = decays.get(i);
            Tensor averaged = average.times(decay)
                    .plus(next.parameters().times(Tensor.scalar(1).minus(decay)));
            updates.put(average, Tensor.select(good, averaged, average));
        }
        updates.put(statistics, Statistics.after(statistics, loss, norm, byBand, good, mark));
        return new Program(List.of(), updates);
    }

    /** Makes the new parameters: of a step in one shard it is the whole step, otherwise what follows the shards' {@link #sum}. */
    Program update() {
        return update;
    }

    /** Of a step in several shards: puts one shard's part of the sum in its place. */
    Program shard() {
        Tensor losses = loss.reshape(Shape.of(1));
        return new Program(List.of(), Map.of(sum, Tensor.concatenate(0, List.of(gradient, losses, byBand))));
    }

    /** The whole step, or one shard of it with its update, as one program: for those who want to see it, or how much memory it takes. */
    Program program() {
        if (shards == 1) {
            return update;
        }
        Map<Tensor, Tensor> updates = new LinkedHashMap<>(shard().updates());
        updates.putAll(update.updates());
        return new Program(List.of(), updates);
    }

    /** The memory of what both {@link #shard()} and {@link #update()} of a step in several shards use, in bytes. */
    long sharedBytes() {
        return (long) Float.BYTES * (parameters.shape().size() + sum.shape().size());
    }

    /** What the guard watches: a shard's loss, then its gradient. */
    List<Tensor> results() {
        return List.of(loss, gradient);
    }

    /**
     * What a shard of a step is fed.
     *
     * @param step from 0
     * @param shard from 0
     */
    Map<Tensor, Values> shardFeeds(BatchDraws draws, long step, int shard) {
        int size = indices.shape().size();
        int from = shard * size;
        int[] words = Arrays.copyOf(draws.state(step), state.shape().size());
        if (shards > 1) {
            words[words.length - 1] = from;
        }
        Map<Tensor, Values> feeds = new HashMap<>(Map.of(
                indices, Values.of(indices.shape(), Arrays.copyOfRange(draws.samples(step), from, from + size)),
                sigma, Values.of(sigma.shape(), Arrays.copyOfRange(draws.sigmas(step), from, from + size)),
                state, Values.of(state.shape(), words)));
        if (classes != null) {
            feeds.put(classes, Values.of(classes.shape(), Arrays.copyOfRange(draws.classes(step), from, from + size)));
        }
        return feeds;
    }

    /** What the update of a step, counted from 0, is fed. */
    Map<Tensor, Values> updateFeeds(long step) {
        Map<Tensor, Values> feeds = new HashMap<>(Map.of(mark, Statistics.mark(step)));
        for (int i = 0; i < decays.size(); i++) {
            feeds.put(decays.get(i), Values.scalar(lengths.get(i).decay(settings, step)));
        }
        feeds.putAll(schedule.feeds(constants, learningRate.at(step), step + 1));
        return feeds;
    }
}
