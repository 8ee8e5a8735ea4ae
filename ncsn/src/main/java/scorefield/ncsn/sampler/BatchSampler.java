package scorefield.ncsn.sampler;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;

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
        requireOne(count);
        Shape shape = batch.with(0, count);
        float[] samples = new float[shape.size()];
        int[] at = {0};
        sampleBatches(0, count, seed, observer, drawn -> {
            int size = drawn.shape().size();
            System.arraycopy(drawn.floats(), 0, samples, at[0], size);
            at[0] += size;
        });
        return Values.of(shape, samples);
    }

    @Override
    public final void sampleBatches(int first, int count, long seed, Observer observer, Consumer<Values> drawn) {
        requireOne(count);
        int perBatch = batch.dim(0);
        int batches = (count - 1) / perBatch + 1;
        for (int b = first; b < batches; b++) {
            int number = b;
            Stages stages = (stage, sigma, done, x) ->
                    observer.stageDone(new State(number, stage, sigma, done, (number + done) / batches, x));
            Values whole = draw(seed, number, stages);
            int kept = Math.min(perBatch, count - b * perBatch);
            Shape shape = batch.with(0, kept);
            drawn.accept(kept == perBatch ? whole : Values.of(shape, Arrays.copyOf(whole.floats(), shape.size())));
        }
    }

    private static void requireOne(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1; got " + count);
        }
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
