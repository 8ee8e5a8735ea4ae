package scorefield.ncsn.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Values;
import scorefield.ncsn.classifier.Classifier.Seen;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.ode.IntegrationException;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.DivergenceException;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.sampler.SamplerKind;
import scorefield.ncsn.sampler.Samplers;
import scorefield.ncsn.setting.BadConfigurationException;

/**
 * How good samples are, against how many network evaluations they took: every sampler with every number of them, from the same seed.
 *
 * <pre>{@code
 * Configuration configuration = run.configuration().with("sampling.images", SamplerComparison.COUNT);
 * DataSet reference = ReferenceData.of(run.checkpoint(), null, SamplerComparison.COUNT).reference();
 * SamplerComparison comparison =
 *         new SamplerComparison(configuration, reference, SamplerComparison.EVALUATIONS, 1);
 * DistancesFromData distances = comparison.distances(null);
 * List<SamplerComparison.Result> results = comparison.run(run.on(device), distances, new SamplerComparison.Watch() {});
 * }</pre>
 */
public final class SamplerComparison {

    /** How many samples are enough, usually: the error of the distances is then a few percent. */
    public static final int COUNT = 256;

    /** The usual numbers of evaluations. */
    public static final List<Integer> EVALUATIONS = List.of(5, 10, 25, 50, 100);

    /**
     * What one sampler made of a number of evaluations.
     *
     * @param choice the sampler's choices, for people
     * @param allowed how many evaluations it might take
     * @param taken how many it took
     * @param distances of its samples from the data, by every measure; none where it failed
     * @param failure why there are no samples, or null
     */
    public record Result(
            SamplerKind<?> sampler,
            String choice,
            int allowed,
            int taken,
            List<Double> distances,
            @Nullable String failure) {}

    /** Watches how far it is. */
    public interface Watch {

        /**
         * At work on one sampler.
         *
         * @param fraction how much of all work is done, up to 1
         * @param doing which sampler, with how many evaluations, for people
         */
        default void at(double fraction, String doing) {}

        /** What one of them came to. */
        default void found(Result result) {}
    }

    private final List<Contender> contenders = new ArrayList<>();
    private final DataSet reference;
    private final int count;
    private final long seed;

    /**
     * Refuses what cannot be done, before anything is drawn.
     *
     * @param configuration the run's; {@code sampling.images} is how many samples are drawn each time
     * @param reference real data of the run's kind, at least twice as many
     * @param evaluations the numbers of evaluations
     * @throws BadConfigurationException if there are too few real data, or a number of evaluations is too small for every sampler
     */
    public SamplerComparison(Configuration configuration, DataSet reference, List<Integer> evaluations, long seed) {
        this.count = configuration.sampling().images();
        this.reference = reference;
        this.seed = seed;
        if (reference.count() < 2 * count) {
            throw new BadConfigurationException("sampling.images must be at most " + reference.count() / 2
                    + ", half of the " + reference.count() + " samples of " + reference.name()
                    + ", since real samples are measured in the place of the drawn ones, too; got " + count);
        }
        for (SamplerKind<?> kind : Samplers.ALL) {
            for (int allowed : evaluations) {
                contenders.add(Contender.of(configuration, kind, allowed));
            }
        }
        for (int allowed : evaluations) {
            List<Contender> alike = contenders.stream()
                    .filter(contender -> contender.allowed() == allowed)
                    .toList();
            if (alike.stream().allMatch(contender -> contender.choice().isEmpty())) {
                throw new BadConfigurationException(alike.get(0).refusal());
            }
        }
    }

    /** How many evaluations of the network it may take for each sample. */
    public long evaluations() {
        return contenders.stream().mapToLong(Contender::allowed).sum();
    }

    /**
     * The distances by which the samples are compared.
     *
     * @param features a classifier's features of images, for their Fréchet distance; null without a classifier
     */
    public DistancesFromData distances(@Nullable Function<Images, Seen> features) {
        return new DistancesFromData(reference, count, features);
    }

    /**
     * Draws and measures; the samplers one after the other, each with all numbers of evaluations. One that fails does not end the others'
     * work.
     */
    public List<Result> run(ScoreModel model, DistancesFromData distances, Watch watch) {
        return run(choice -> model.sampler(choice, count), distances, watch);
    }

    /** The same with samplers of any score. */
    List<Result> run(Function<SamplerChoice, Sampler> samplers, DistancesFromData distances, Watch watch) {
        double whole = evaluations();
        long before = 0;
        List<Result> results = new ArrayList<>();
        for (Contender contender : contenders) {
            double done = before;
            int allowed = contender.allowed();
            String doing = contender.kind().name() + ", " + allowed + " evaluations";
            Result result = contender
                    .choice()
                    .map(choice -> {
                        try (Sampler sampler = samplers.apply(choice)) {
                            Values drawn = sampler.sample(
                                    count, seed, stage -> watch.at((done + stage.fraction() * allowed) / whole, doing));
                            return result(
                                    contender,
                                    choice.networkEvaluations(sampler),
                                    distances.of(DataSets.of("samples", drawn)));
                        } catch (DivergenceException | IntegrationException e) {
                            return failure(contender, e.getMessage());
                        }
                    })
                    .orElseGet(() -> failure(contender, contender.refusal()));
            watch.found(result);
            results.add(result);
            before += allowed;
        }
        return results;
    }

    private static Result result(Contender contender, int taken, List<Double> distances) {
        return new Result(contender.kind(), contender.description(), contender.allowed(), taken, distances, null);
    }

    private static Result failure(Contender contender, String why) {
        return new Result(
                contender.kind(), contender.description(), contender.allowed(), contender.allowed(), List.of(), why);
    }
}
