package scorefield.ncsn.training;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.autodiff.DeviceMemoryException;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.collective.BinaryTree;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SigmaDensity;

/**
 * Trains a score network on a device, step by step.
 *
 * <p>{@link #step} only feeds the device and does not wait for it; {@link #statistics} does. A trainer that is given another's
 * {@link #state} goes on exactly as that one would have.
 */
public final class Trainer implements AutoCloseable {

    private final Device device;
    private final NoiseBands bands;
    private final BatchDraws draws;
    private final TrainingStep graph;
    private final int shards;
    private final Collective collective;

    /** Null where the whole step is one program. */
    private final @Nullable ShardSums sums;

    private final Executable update;
    /** The first average as it was at the settings' {@link TrainingSettings#guideStep}. */
    private Optional<float[]> guide;

    private final long guideStep;
    private long step;

    /**
     * Prepares a device: uploads the data and the state, and compiles the step. It takes the steps alone, all shards of the batch one after the
     * other.
     *
     * @param data of the network's sample shape
     * @param density how noise levels are drawn
     * @param state with as many averages as the settings keep
     * @throws scorefield.autodiff.DeviceMemoryException if the device has too little memory
     */
    public Trainer(
            Device device,
            ScoreNetwork network,
            Objective objective,
            DataSet data,
            SigmaDensity density,
            TrainingSettings settings,
            TrainingState state) {
        this(device, network, objective, data, density, settings, state, Collective.ALONE);
    }

    /**
     * The same for one of several ranks, each of which computes some shards of every batch. All of them get the same new state.
     *
     * @throws IllegalArgumentException if there are more ranks than shards
     */
    public Trainer(
            Device device,
            ScoreNetwork network,
            Objective objective,
            DataSet data,
            SigmaDensity density,
            TrainingSettings settings,
            TrainingState state,
            Collective collective) {
        requireShape(network, data);
        requireAverages(settings, state);
        this.device = device;
        this.bands = NoiseBands.of(density.levels());
        BatchDraws draws = new BatchDraws(settings.seed(), data.count(), settings.batch(), density);
        this.draws = network.classes() == 0
                ? draws
                : draws.withClasses(data.labels(), network.classes(), settings.classDropout());
        this.graph = new TrainingStep(network, objective, DataSummary.of(data), density.levels(), settings);
        this.shards = settings.shardCount();
        this.collective = collective;
        if (collective.size() > shards) {
            throw new IllegalArgumentException(
                    "training.shards must be at least " + collective.size() + ", the number of ranks; got " + shards);
        }
        // Compiling comes first: it is what finds out whether the memory suffices.
        this.sums = shards == 1
                ? null
                : new ShardSums(
                        device,
                        graph.shard(),
                        graph.sum,
                        new BinaryTree(shards).first(collective.rank(), collective.size()),
                        new BinaryTree(shards).first(collective.rank() + 1, collective.size()));
        this.update = device.compile(graph.update());
        this.step = state.step();
        device.write(graph.data, data.values());
        Shape flat = graph.parameters.shape();
        device.write(graph.parameters, Values.of(flat, state.parameters()));
        for (int i = 0; i < graph.averages.size(); i++) {
            device.write(graph.averages.get(i), Values.of(flat, state.averages().get(i)));
        }
        device.write(graph.mean, Values.of(flat, state.mean()));
        device.write(graph.meanSquare, Values.of(flat, state.meanSquare()));
        device.write(graph.statistics, Statistics.none());
        this.guide = state.guide();
        this.guideStep = settings.guideStep();
    }

    /** A trainer that goes on from a checkpoint, alone. */
    public static Trainer of(Device device, Checkpoint from, DataSet data) {
        return of(device, from, data, Collective.ALONE);
    }

    /**
     * A trainer that goes on from a checkpoint, on one of several ranks.
     *
     * @param data the checkpoint's
     * @throws scorefield.ncsn.setting.BadConfigurationException if the device has too little memory, naming the largest batch that fits
     */
    public static Trainer of(Device device, Checkpoint from, DataSet data, Collective collective) {
        ScoreNetwork network = from.network();
        Configuration configuration = from.configuration();
        SigmaDensity density = configuration.sigmaDensity();
        TrainingSettings training = configuration.training();
        Objective objective = configuration.trainingObjective();
        BatchLimit.requireTensors(network, training);
        try {
            return new Trainer(device, network, objective, data, density, training, from.state(), collective);
        } catch (DeviceMemoryException e) {
            throw BatchLimit.explain(
                    e,
                    device,
                    training,
                    batch -> program(
                            network,
                            objective,
                            from.data(),
                            density.levels(),
                            configuration.with("training.batch", batch).training()));
        }
    }

    private static void requireAverages(TrainingSettings settings, TrainingState state) {
        int wanted = Average.of(settings).size();
        if (state.averages().size() != wanted) {
            throw new IllegalArgumentException("the settings keep " + wanted + " moving averages, but the state has "
                    + state.averages().size());
        }
    }

    private static void requireShape(ScoreNetwork network, DataSet data) {
        if (!network.sample().equals(data.sample())) {
            throw new IllegalArgumentException("the network is for samples " + network.sample() + ", but these are "
                    + data.sample() + ": " + data);
        }
        if (network.classes() != 0 && network.classes() != data.classes().size()) {
            throw new IllegalArgumentException("the network is conditioned on " + network.classes()
                    + " classes, but the data have " + data.classes().size() + ": " + data);
        }
    }

    /**
     * One step of training as a program, for those who want to see it or how much memory it takes; of a step in several shards, one shard and the
     * update.
     */
    public static Program program(
            ScoreNetwork network,
            Objective objective,
            DataSummary data,
            NoiseLevels levels,
            TrainingSettings settings) {
        return new TrainingStep(network, objective, data, levels, settings).program();
    }

    /**
     * The step as this trainer takes it, with its data and its state in the device's variables: for a profile. Of a step in several shards, one
     * shard and the update.
     */
    public Program program() {
        return graph.program();
    }

    /** What the next step will feed to {@link #program()}. */
    public Map<Tensor, Values> feeds() {
        Map<Tensor, Values> feeds = graph.shardFeeds(draws, step, 0);
        feeds.putAll(graph.updateFeeds(step));
        return feeds;
    }

    /** The memory that a step takes on the device, in bytes, the data and the state included. */
    public long bytes() {
        return sums == null ? update.bytes() : sums.bytes() + update.bytes() - graph.sharedBytes();
    }

    /** How many steps have been taken, those of the run that this one continues included. */
    public long stepsTaken() {
        return step;
    }

    /** Takes one step. The device may still be at work when this returns. */
    public void step() {
        if (sums == null) {
            update.run(feeds());
        } else {
            sums.compute(shard -> graph.shardFeeds(draws, step, shard));
            if (collective.size() > 1) {
                float[] sum = collective.sum(new BinaryTree(shards), sums.read());
                device.write(graph.sum, Values.of(graph.sum.shape(), sum));
            }
            update.run(graph.updateFeeds(step));
        }
        step++;
        if (step == guideStep) {
            guide = Optional.of(device.read(average()).floats());
        }
    }

    /**
     * Waits for the device and says how the steps since the last call went.
     *
     * @throws NonFiniteException if a step's loss or gradient was not finite; the parameters are as they were before it
     */
    public Statistics statistics() {
        Statistics statistics = peek();
        device.write(graph.statistics, Statistics.none());
        return statistics;
    }

    /** The same, but the statistics go on from there. */
    public Statistics peek() {
        Statistics statistics = gathered();
        requireFinite(statistics);
        return statistics;
    }

    private Statistics gathered() {
        return Statistics.of(device.read(graph.statistics), bands);
    }

    private void requireFinite(Statistics statistics) {
        if (statistics.badStep() >= 0) {
            throw diagnosis(statistics.badStep());
        }
        // Each step's numbers were finite, but their sum is more than a float holds.
        if (statistics.steps() > 0
                && !(Double.isFinite(statistics.loss()) && Double.isFinite(statistics.gradientNorm()))) {
            throw notFinite(step - 1, "the losses and gradients of these " + statistics.steps() + " steps, added up");
        }
    }

    private NonFiniteException diagnosis(long bad) {
        // Any rank can compute any shard.
        return notFinite(
                bad,
                IntStream.range(0, shards)
                        .mapToObj(shard ->
                                new FirstNonFinite(device, graph.shardFeeds(draws, bad, shard)).find(graph.results()))
                        .flatMap(Optional::stream)
                        .findFirst()
                        .orElse("the gradient's norm, whose square is more than a float holds"));
    }

    /** @param first the first tensor that is not finite, in words */
    private NonFiniteException notFinite(long bad, String first) {
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (double sigma : draws.sigmas(bad)) {
            largest = Math.max(largest, sigma);
            smallest = Math.min(smallest, sigma);
        }
        return new NonFiniteException(
                bad,
                String.format(
                        Locale.ROOT,
                        "step %d: the loss or its gradient is not finite (noise levels of the batch: σ from %.4g to %.4g);"
                                + " the first tensor that is not: %s",
                        bad + 1,
                        smallest,
                        largest,
                        first));
    }

    /**
     * Waits for the device and says what a checkpoint keeps, after all steps so far.
     *
     * @throws NonFiniteException if a step's loss or gradient was not finite, so that not all steps were taken; or if the last one gave
     *     parameters that are not
     */
    public TrainingState state() {
        requireFinite(gathered());
        TrainingState state = read();
        if (!state.isFinite()) {
            throw notFinite(step - 1, "the parameters after the step");
        }
        return state;
    }

    /** The state as it is on the device. */
    TrainingState read() {
        return new TrainingState(
                step,
                device.read(graph.parameters).floats(),
                graph.averages.stream().map(device::read).map(Values::floats).toList(),
                device.read(graph.mean).floats(),
                device.read(graph.meanSquare).floats(),
                guide);
    }

    /** The variable that holds the parameters' first moving average, FLOAT[P]: what samples are drawn with. */
    public Tensor average() {
        return graph.averages.get(0);
    }

    /** Which epoch comes next, from 0. */
    public long epoch() {
        return draws.epoch(step);
    }

    /** How many samples of that epoch have been seen. */
    public int cursor() {
        return draws.cursor(step);
    }

    @Override
    public void close() {
        if (sums != null) {
            sums.close();
        }
        update.close();
    }
}
