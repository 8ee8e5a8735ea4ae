package scorefield.ncsn.evaluation;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.flow.Prior;
import scorefield.ncsn.likelihood.BitsPerDimension;
import scorefield.ncsn.likelihood.Divergence;
import scorefield.ncsn.likelihood.Likelihood;
import scorefield.ncsn.likelihood.LikelihoodEstimate;
import scorefield.ncsn.likelihood.LikelihoodPlan;
import scorefield.ncsn.ode.Tolerance;
import scorefield.ncsn.random.SplitMix;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.training.HeldOutData;

/**
 * How likely real samples are under a run's density: {@link Likelihood} with the choices that suit the run.
 *
 * <pre>{@code
 * DataSet samples = RunLikelihood.samples(run, null, 64, 1);
 * LikelihoodPlan plan = RunLikelihood.plan(run, OptionalInt.empty(), RunLikelihood.tolerance(run));
 * Values x = RunLikelihood.continuous(samples, 1);
 * LikelihoodEstimate estimate = RunLikelihood.estimate(run, device, x, plan, 1, share -> {});
 * }</pre>
 */
public final class RunLikelihood {

    /** Up to so many dimensions the trace is exact by default: it is hardly more work than one projection. */
    public static final int EXACT_BY_DEFAULT = 8;

    /** The most dimensions with an exact trace, which takes D products at every evaluation: beyond, even the graph is too large. */
    public static final int MOST_EXACT = 256;

    /** A stream of random numbers of its own: those from 0 on make bytes continuous. */
    private static final long CHOICE = -1;

    private RunLikelihood() {}

    /**
     * Real samples to compute the likelihood of: of built-in sets drawn with another seed than the run's data, of files chosen at random.
     *
     * @param source as {@link DataSets} takes it, or null for what the run was trained on
     * @param seed decides which samples
     * @throws BadDataException if the samples have another shape than the run's, or there are fewer
     */
    public static DataSet samples(Run run, @Nullable String source, int count, long seed) {
        DataSettings own = run.configuration().data();
        if (source != null) {
            DataSets.requireUnambiguous(source);
        }
        String from = source == null ? own.source() : source;
        DataSettings whole = own.from(from);
        long otherSeed = HeldOutData.seed(run.configuration().training().seed(), seed);
        DataSet all = (DataSets.isDrawn(from) ? whole.withCount(count) : whole).open(otherSeed);
        Shape sample = run.sample();
        if (all instanceof Images images && sample.rank() == 3 && sample.dim(2) == 3) {
            all = images.inColour(); // pictures may only happen to be grey
        }
        if (!all.sample().equals(sample)) {
            throw new BadDataException(from + ": the data are " + SampleKind.describe(all.sample())
                    + ", but this run's network is for " + SampleKind.describe(sample));
        }
        if (!(all instanceof Images images) || images.count() == count) {
            return all;
        }
        if (count > images.count()) {
            throw new BadDataException(from + ": has only " + images.count() + " images, but the count is " + count);
        }
        int[] order = new SplitMix(seed, CHOICE).permutation(images.count());
        return images.select(Arrays.copyOf(order, count));
    }

    /** The tolerance that suits a run's samples: 1e-4 for points, 1e-3 for images, relative and absolute. */
    public static Tolerance tolerance(Run run) {
        double both = SampleKind.isPoint(run.sample()) ? 1e-4 : 1e-3;
        return new Tolerance(both, both);
    }

    /**
     * How to compute the likelihood under a run's density.
     *
     * @param projections how many random projections estimate the trace; 0 for the exact trace; empty for the exact trace of up to
     *     {@value #EXACT_BY_DEFAULT} dimensions, and one projection of more
     * @throws BadConfigurationException if there are too many dimensions for an exact trace, or the run has only one noise level
     */
    public static LikelihoodPlan plan(Run run, OptionalInt projections, Tolerance tolerance) {
        Shape sample = run.sample();
        int chosen = projections.orElse(sample.size() <= EXACT_BY_DEFAULT ? 0 : 1);
        if (chosen == 0 && sample.size() > MOST_EXACT) {
            throw new BadConfigurationException("the exact trace needs D vector-Jacobian products at each of about a"
                    + " hundred evaluations, and is practical up to D = " + MOST_EXACT
                    + "; this run's samples have D = "
                    + sample.size() + "; use projections");
        }
        try {
            return new LikelihoodPlan(
                    run.noiseLevels(),
                    Prior.of(sample.times(1), run.noiseLevels().largest()),
                    chosen == 0 ? Divergence.EXACT : Divergence.HUTCHINSON,
                    Math.max(1, chosen),
                    tolerance);
        } catch (IllegalArgumentException e) {
            throw new BadConfigurationException(String.valueOf(e.getMessage()));
        }
    }

    /** The samples as the density sees them, N×sample: the bytes of images are made continuous, (byte + u)/256 with uniform u. */
    public static Values continuous(DataSet samples, long seed) {
        return Values.of(
                samples.sample().times(samples.count()),
                samples instanceof Images images
                        ? BitsPerDimension.dequantised(images, seed)
                        : samples.values().floats());
    }

    /**
     * Estimates the log-likelihood of samples.
     *
     * @param x N×sample, at least two
     * @param seed decides the projections
     * @param progress receives the share that is done, up to 1
     */
    public static LikelihoodEstimate estimate(
            Run run, Device device, Values x, LikelihoodPlan plan, long seed, DoubleConsumer progress) {
        return estimate(run, device, x, plan, seed, Collective.ALONE, progress);
    }

    /** The same on several ranks, which share the batches. */
    public static LikelihoodEstimate estimate(
            Run run,
            Device device,
            Values x,
            LikelihoodPlan plan,
            long seed,
            Collective ranks,
            DoubleConsumer progress) {
        ScoreModel model = ScoreModel.of(device, run.checkpoint()); // in single precision
        try (Likelihood likelihood =
                new Likelihood(device, model.score(), model.batch(x.shape().dim(0)), plan)) {
            return LikelihoodEstimate.of(likelihood, x, seed, ranks, progress);
        }
    }
}
