package scorefield.ncsn.training;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.random.SplitMix;
import scorefield.ncsn.schedule.SigmaDensity;

/**
 * What the host draws for each step: which samples, which noise levels, and the state of the device's random numbers.
 *
 * <p>All of it is a function of the seed and the step alone, so a resumed run draws what an uninterrupted one would have. The samples come
 * in shuffled epochs, one behind the other: sample s of a run (s = step·B + position in the batch) is image s mod N of the permutation of
 * epoch ⌊s/N⌋. A batch may reach into the next epoch, so every sample is seen equally often, whatever N and B are.
 */
final class BatchDraws {

    // Tells apart the streams that come from one seed.
    private static final long PERMUTATION = 1;
    private static final long LEVELS = 2;
    private static final long CLASS_DROPOUT = 3;

    private final long seed;
    private final int samples;
    private final int batch;
    private final SigmaDensity density;
    private final @Nullable Classes classes;
    private int[] permutation = new int[0];
    private long permutedEpoch = -1;

    /**
     * @param samples N, the size of the data set
     * @param batch B
     * @param density how noise levels are drawn
     */
    BatchDraws(long seed, int samples, int batch, SigmaDensity density) {
        this(seed, samples, batch, density, null);
    }

    private BatchDraws(long seed, int samples, int batch, SigmaDensity density, @Nullable Classes classes) {
        this.seed = seed;
        this.classes = classes;
        this.samples = samples;
        this.batch = batch;
        this.density = density;
    }

    /** Which samples step {@code step} (from 0) sees, B indices from 0 to N−1. */
    int[] samples(long step) {
        int[] indices = new int[batch];
        for (int i = 0; i < batch; i++) {
            long sample = step * batch + i;
            permute(sample / samples);
            indices[i] = permutation[(int) (sample % samples)];
        }
        return indices;
    }

    /** Which noise levels step {@code step} (from 0) sees, B of them. */
    double[] sigmas(long step) {
        return density.draw(random(LEVELS, step), batch);
    }

    private record Classes(int[] labels, int nullClass, double dropout) {}

    /**
     * The same draws, with the samples' classes.
     *
     * @param labels of the data set's samples
     * @param count how many classes there are
     * @param dropout the share of samples whose class is replaced by the null class
     */
    BatchDraws withClasses(int[] labels, int count, double dropout) {
        return new BatchDraws(seed, samples, batch, density, new Classes(labels, count, dropout));
    }

    /** The classes that step {@code step} (from 0) is conditioned on, one for each of its {@link #samples}: B numbers; the null class is the count of classes. */
    int[] classes(long step) {
        if (classes == null) {
            throw new IllegalStateException("these draws have no classes");
        }
        int[] drawn = samples(step);
        Random random = random(CLASS_DROPOUT, step);
        for (int i = 0; i < batch; i++) {
            drawn[i] = random.nextDouble() < classes.dropout() ? classes.nullClass() : classes.labels()[drawn[i]];
        }
        return drawn;
    }

    /** {seed's low word, seed's high word, step's low word, step's high word}, as the device's generator takes them. */
    int[] state(long step) {
        return new int[] {(int) seed, (int) (seed >>> 32), (int) step, (int) (step >>> 32)};
    }

    /** Which epoch the sample after {@code steps} steps belongs to, from 0. */
    long epoch(long steps) {
        return steps * batch / samples;
    }

    /** How many samples of that epoch have been seen. */
    int cursor(long steps) {
        return (int) (steps * batch % samples);
    }

    private void permute(long epoch) {
        if (epoch != permutedEpoch) {
            permutation = SplitMix.permutation(samples, random(PERMUTATION, epoch)::nextInt);
            permutedEpoch = epoch;
        }
    }

    /** java.util.Random, because its Javadoc fixes the algorithm: every Java draws the same numbers, now and later. */
    private Random random(long stream, long index) {
        return new Random(SplitMix.mix(SplitMix.mix(SplitMix.mix(seed) + stream) + index));
    }
}
