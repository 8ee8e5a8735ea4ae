package scorefield.ncsn.likelihood;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.DoubleConsumer;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.collective.Batches;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.metric.Estimate;
import scorefield.ncsn.ode.Integration;

/**
 * The log-likelihood of some samples, and how well it is known. Three errors are of different kinds: how far the mean over these samples may
 * be from the mean over all there could be, what of that is due to the random projections and would go away with more of them, and
 * what the solver's finite steps do.
 *
 * @param logDensities log p of each sample in nats, the mean over its projections
 * @param mean over the samples, with the standard error, projections' noise included
 * @param projectionError the standard error of the mean that the projections alone make; empty with the exact trace (then it is 0) and with one
 *     projection (which does not say)
 * @param solver what the solver's steps do to the first batch
 * @param integration what all took together, the check of the solver not counted
 * @param runs how many times the flow was followed: batches times projections
 */
public record LikelihoodEstimate(
        double[] logDensities,
        Estimate mean,
        OptionalDouble projectionError,
        SolverError solver,
        Integration integration,
        int runs) {

    /**
     * How log p changes where the tolerance is ten times tighter and all else is the same, in nats.
     *
     * @param ofOne the root mean square change of a sample's
     * @param ofMean the change of the samples' mean, with its sign: much less, where samples' errors are of either sign
     */
    public record SolverError(double ofOne, double ofMean) {

        /** Of the first so many samples. */
        static SolverError of(double[] logs, double[] tighter, int count) {
            double sum = 0;
            double squares = 0;
            for (int n = 0; n < count; n++) {
                double change = tighter[n] - logs[n];
                sum += change / count;
                squares += change * change / count;
            }
            return new SolverError(Math.sqrt(squares), sum);
        }
    }

    /**
     * Estimates the log-likelihood of some samples, batch after batch; the last batch is filled up with copies of its last sample.
     *
     * @param samples N×…, at least two
     * @param seed decides the projections
     * @param progress takes after each step of the solver the share that is done, up to 1
     */
    public static LikelihoodEstimate of(Likelihood likelihood, Values samples, long seed, DoubleConsumer progress) {
        return of(likelihood, samples, seed, Collective.ALONE, progress);
    }

    /**
     * The same on several ranks, which share the batches; all get the same, but for what the solver's check tells, which rank 0 makes.
     *
     * @param ranks each of which calls this with the same samples and seed
     * @param progress takes the share of this rank's work
     */
    public static LikelihoodEstimate of(
            Likelihood likelihood, Values samples, long seed, Collective ranks, DoubleConsumer progress) {
        int count = samples.shape().dim(0);
        if (count < 2) {
            throw new IllegalArgumentException("a standard error needs at least 2 samples; got " + count);
        }
        int perBatch = likelihood.batch().dim(0);
        int projections = likelihood.plan().projections();
        int batches = (count - 1) / perBatch + 1;
        int runs = batches * projections;
        // One more for the check of the solver.
        Ways ways = new Ways((batches - 1) / ranks.size() * projections + projections + 1, progress);
        Batches shared = new Batches(ranks, batches);
        double[] logs = new double[count * projections];
        double[] taken = new double[3 * batches];
        SolverError solver = new SolverError(0, 0);
        for (int b = 0; b < batches; b++) {
            if (!shared.isMine(b)) {
                continue;
            }
            Values x = batch(samples, likelihood.batch(), b);
            int used = Math.min(perBatch, count - b * perBatch);
            for (int p = 0; p < projections; p++) {
                Likelihood.Result result = likelihood.logDensity(x, seed, b, p, ways.next());
                taken[3 * b] += result.integration().evaluations();
                taken[3 * b + 1] += result.integration().steps();
                taken[3 * b + 2] += result.integration().rejected();
                for (int n = 0; n < used; n++) {
                    logs[(b * perBatch + n) * projections + p] = result.logDensities()[n];
                }
                if (b == 0 && p == 0) {
                    double[] checked =
                            likelihood.checked(x, seed, b, p, ways.next()).logDensities();
                    solver = SolverError.of(result.logDensities(), checked, used);
                }
            }
        }
        shared.complete(logs, perBatch * projections);
        shared.complete(taken, 3);
        Integration integration = new Integration(0, 0, 0);
        for (int b = 0; b < batches; b++) {
            integration = integration.plus(
                    new Integration((int) taken[3 * b], (int) taken[3 * b + 1], (int) taken[3 * b + 2]));
        }
        double[][] rows = new double[count][];
        Arrays.setAll(rows, n -> Arrays.copyOfRange(logs, n * projections, (n + 1) * projections));
        double[] means = Arrays.stream(rows)
                .mapToDouble(row -> Arrays.stream(row).average().orElseThrow())
                .toArray();
        return new LikelihoodEstimate(means, Estimate.of(means), projectionError(rows), solver, integration, runs);
    }

    /** So many ways, one after the other. */
    private static final class Ways {

        private final int count;
        private final DoubleConsumer progress;
        private int begun;

        Ways(int count, DoubleConsumer progress) {
            this.count = count;
            this.progress = progress;
        }

        /** Takes how much of the next one is behind. */
        DoubleConsumer next() {
            int before = begun++;
            return share -> progress.accept((before + share) / count);
        }
    }

    private static Values batch(Values samples, Shape batch, int number) {
        int perBatch = batch.dim(0);
        int size = batch.size() / perBatch;
        int last = samples.shape().dim(0) - 1;
        float[] all = samples.floats();
        float[] x = new float[batch.size()];
        for (int n = 0; n < perBatch; n++) {
            System.arraycopy(all, Math.min(last, number * perBatch + n) * size, x, n * size, size);
        }
        return Values.of(batch, x);
    }

    /** Samples' projections are independent: the variances of their means add up. */
    private static OptionalDouble projectionError(double[][] logs) {
        if (logs[0].length < 2) {
            return OptionalDouble.empty();
        }
        double squares = 0;
        for (double[] row : logs) {
            double error = Estimate.of(row).standardError();
            squares += error * error;
        }
        return OptionalDouble.of(Math.sqrt(squares) / logs.length);
    }
}
