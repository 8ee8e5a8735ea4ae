package scorefield.ncsn.evaluation;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.ReadOptions;
import scorefield.ncsn.sampler.Sampler;

/**
 * The samples that are evaluated.
 *
 * @param samples the samples
 * @param notDenoised the same before the sampler's last step, which removes the noise of the smallest level; null where that is not known
 */
public record EvaluatedSamples(DataSet samples, @Nullable DataSet notDenoised) {

    /** Draws samples. The state before the last step is the last one of each batch that the sampler reported, if it reported any. */
    public static EvaluatedSamples draw(Sampler sampler, int count, long seed, Sampler.Observer observer) {
        Shape batch = sampler.batch();
        int perBatch = batch.dim(0);
        int size = batch.size() / perBatch;
        float[] before = new float[count * size];
        BitSet reported = new BitSet();
        Values drawn = sampler.sample(count, seed, stage -> {
            int from = stage.batch() * perBatch;
            System.arraycopy(stage.x().floats(), 0, before, from * size, Math.min(perBatch, count - from) * size);
            reported.set(stage.batch());
            observer.stageDone(stage);
        });
        Shape shape = batch.with(0, count);
        boolean all = reported.cardinality() == (count - 1) / perBatch + 1;
        boolean denoised = all && !Arrays.equals(before, drawn.floats());
        return new EvaluatedSamples(
                DataSets.of("samples", drawn),
                denoised ? DataSets.of("samples before the last step", Values.of(shape, before)) : null);
    }

    /**
     * Reads samples.
     *
     * @param file an array N×H×W×C, N×H×W or N×D ({@code .npy}, {@code .npz}, {@code .safetensors}), or anything else that images can be
     *     trained on from
     * @throws BadDataException if it holds no samples
     */
    public static EvaluatedSamples read(Path file) {
        return new EvaluatedSamples(DataSets.read(file, ReadOptions.AS_IS), null);
    }
}
