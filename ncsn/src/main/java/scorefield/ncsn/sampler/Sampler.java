package scorefield.ncsn.sampler;

import java.util.function.Consumer;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.collective.Collective;

/**
 * Turns random numbers into samples of the distribution whose score it was given, on one device.
 *
 * <pre>{@code
 * NoiseLevels levels = NoiseLevels.geometric(8, 0.01, 50);
 * double eta = ConsistentAnnealed.ancestral(levels);
 * try (Sampler sampler = new ConsistentAnnealed(device, score, batch, levels, eta, true)) {
 *     Values samples = sampler.sample(64, 1);
 * }
 * }</pre>
 *
 * <p>More samples than fit a batch are drawn batch after batch. The last batch is drawn in full and the rest dropped, so with batches of one
 * size sample k is the same however many are asked for. A sample's random numbers follow from the seed, its batch's number and its place in
 * the batch. With most samplers a sample depends on nothing else. Two of them choose their steps for a batch as a whole: {@code ode} by the
 * sample whose error is greatest, and {@code predictor-corrector} by mean norms. There a sample also depends, as slightly as the steps do, on
 * the others in its batch, and so on the batch's size; their descriptions say so.
 *
 * <p>What a sampler costs is counted in evaluations of the score: for a network they are nearly all of the time. {@link BatchSampler} does what all samplers have in common; a sampler of one's own extends it, and can take
 * its steps with {@link LangevinDynamics#move}. If it also declares a {@link SamplerKind}, its parameters are settings, as those of the
 * library's samplers are.
 */
public interface Sampler extends AutoCloseable {

    /** How far the sampling is, after a stage of a batch: a noise level, or a step of a solver. */
    interface Progress {

        /** The number of the batch at work, from 0. */
        int batch();

        /** The number of the stage that was finished, from 0 in every batch. */
        int stage();

        /** σ, the noise level that the samples have now, or at which the stage took the score. */
        double sigma();

        /** How much of this batch's work is done, up to 1. */
        double done();

        /** How much of all batches' work is done, up to 1. */
        double fraction();

        /** Where this batch's samples are, read back from the device: for those who want to watch. */
        Values x();
    }

    /** Watches every stage that was finished. */
    @FunctionalInterface
    interface Observer {
        /** Called on the sampling thread after each stage of each batch; sampling waits for it. */
        void stageDone(Progress progress);
    }

    /**
     * Draws samples.
     *
     * @param count how many
     * @param seed the same on the same device gives the same samples
     * @return count×…
     * @throws DivergenceException if a sample leaves the finite numbers; where a solver follows the flow, an
     *     {@link scorefield.ncsn.ode.IntegrationException}
     */
    Values sample(int count, long seed, Observer observer);

    /**
     * Draws samples on several ranks, each of which draws some of the batches; all get all samples, the same as one would have drawn. A sampler
     * that is not made for it draws them all on every rank.
     *
     * @param ranks each of which calls this with the same count and seed
     * @param observer is told of the stages of this rank's batches
     */
    default Values sample(int count, long seed, Collective ranks, Observer observer) {
        return sample(count, seed, observer);
    }

    /**
     * Draws samples and passes them on batch by batch: more than memory holds, or the rest of what an earlier process drew. They are the
     * same that {@link #sample(int, long, Observer)} draws.
     *
     * @param first the number of the first batch to draw, from 0
     * @param count how many samples, those of earlier batches included
     * @param drawn receives each batch; the last one has as many samples as are left
     * @throws DivergenceException as {@link #sample(int, long, Observer)}
     */
    void sampleBatches(int first, int count, long seed, Observer observer, Consumer<Values> drawn);

    /** Draws samples, unobserved. */
    default Values sample(int count, long seed) {
        return sample(count, seed, progress -> {});
    }

    /** N×…: how many samples are drawn at once, and the shape of one. */
    Shape batch();

    /**
     * How often the score was evaluated for each sample of the last batch that was drawn, the denoising step included. For most samplers
     * it is known beforehand and the same for all batches; a solver that chooses its own steps has 0 before its first batch.
     */
    int evaluations();

    @Override
    void close();
}
