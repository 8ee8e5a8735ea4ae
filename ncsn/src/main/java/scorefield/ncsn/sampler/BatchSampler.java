package scorefield.ncsn.sampler;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.collective.Batches;
import scorefield.ncsn.collective.Collective;

/** What all samplers have in common: they draw batch after batch, and report how far they are. */
public abstract class BatchSampler implements Sampler {

    private final Shape batch;

    /** @param batch N×…, how many samples are drawn at once, and the shape of one */
    protected BatchSampler(Shape batch) {
        this.batch = batch;
    }

    /** Takes the stages of one batch as they are finished. */
    @FunctionalInterface
    protected interface Stages {

        /**
         * Reports a finished stage.
         *
         * @param stage its number, from 0
         * @param sigma σ, as in {@link Progress#sigma}
         * @param done how much of the batch's work is done, up to 1
         * @param x reads the samples back
         */
        void done(int stage, double sigma, double done, Supplier<Values> x);
    }

    /**
     * Draws one batch.
     *
     * @param number the batch's, from 0: another number, other random numbers
     * @return of the shape {@link #batch}
     */
    protected abstract Values draw(long seed, int number, Stages stages);

    @Override
    public final Values sample(int count, long seed, Observer observer) {
        return sample(count, seed, Collective.ALONE, observer);
    }

    @Override
    public final Values sample(int count, long seed, Collective ranks, Observer observer) {
        int batches = batches(count);
        Shape shape = batch.with(0, count);
        float[] samples = new float[shape.size()];
        Batches shared = new Batches(ranks, batches);
        for (int b = 0; b < batches; b++) {
            if (shared.isMine(b)) {
                float[] drawn = drawBatch(b, count, seed, observer).floats();
                System.arraycopy(drawn, 0, samples, b * batch.size(), drawn.length);
            }
        }
        shared.complete(samples, batch.size());
        return Values.of(shape, samples);
    }

    @Override
    public final void sampleBatches(int first, int count, long seed, Observer observer, Consumer<Values> drawn) {
        for (int b = first; b < batches(count); b++) {
            drawn.accept(drawBatch(b, count, seed, observer));
        }
    }

    /** How many batches some samples take. */
    private int batches(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1; got " + count);
        }
        return (count - 1) / batch.dim(0) + 1;
    }

    /** Draws a batch; the last one has as many samples as are left of {@code count}. */
    private Values drawBatch(int number, int count, long seed, Observer observer) {
        Stages stages = (stage, sigma, done, x) ->
                observer.stageDone(new State(number, stage, sigma, done, (number + done) / batches(count), x));
        Values whole = draw(seed, number, stages);
        int kept = Math.min(batch.dim(0), count - number * batch.dim(0));
        Shape shape = batch.with(0, kept);
        return kept == batch.dim(0) ? whole : Values.of(shape, Arrays.copyOf(whole.floats(), shape.size()));
    }

    private record State(int batch, int stage, double sigma, double done, double fraction, Supplier<Values> reading)
            implements Progress {
        @Override
        public Values x() {
            return reading.get();
        }
    }

    @Override
    public final Shape batch() {
        return batch;
    }
}
