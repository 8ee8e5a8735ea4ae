package scorefield.ncsn.sampler;

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
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1; got " + count);
        }
        int perBatch = batch.dim(0);
        int size = batch.size() / perBatch;
        int batches = (count - 1) / perBatch + 1;
        Shape shape = batch.with(0, count);
        float[] samples = new float[shape.size()];
        Batches shared = new Batches(ranks, batches);
        for (int b = 0; b < batches; b++) {
            if (!shared.isMine(b)) {
                continue;
            }
            int number = b;
            Stages stages = (stage, sigma, done, x) ->
                    observer.stageDone(new State(number, stage, sigma, done, (number + done) / batches, x));
            float[] drawn = draw(seed, number, stages).floats();
            int kept = Math.min(perBatch, count - b * perBatch);
            System.arraycopy(drawn, 0, samples, b * perBatch * size, kept * size);
        }
        shared.complete(samples, perBatch * size);
        return Values.of(shape, samples);
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
