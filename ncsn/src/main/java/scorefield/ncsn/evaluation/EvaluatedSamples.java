package scorefield.ncsn.evaluation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.collective.Batches;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.Npy;
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
        return draw(sampler, count, seed, Collective.ALONE, observer);
    }

    /**
     * The same on several ranks, which share the batches; all get the same.
     *
     * @param ranks each of which calls this with the same count and seed
     */
    public static EvaluatedSamples draw(
            Sampler sampler, int count, long seed, Collective ranks, Sampler.Observer observer) {
        Shape batch = sampler.batch();
        int perBatch = batch.dim(0);
        int size = batch.size() / perBatch;
        float[] before = new float[count * size];
        BitSet reported = new BitSet();
        Values drawn = sampler.sample(count, seed, ranks, stage -> {
            int from = stage.batch() * perBatch;
            System.arraycopy(stage.x().floats(), 0, before, from * size, Math.min(perBatch, count - from) * size);
            reported.set(stage.batch());
            observer.stageDone(stage);
        });
        Shape shape = batch.with(0, count);
        Batches shared = new Batches(ranks, (count - 1) / perBatch + 1);
        shared.complete(before, perBatch * size);
        boolean all =
                !ranks.any(IntStream.range(0, shared.count()).anyMatch(b -> shared.isMine(b) && !reported.get(b)));
        boolean denoised = all && !Arrays.equals(before, drawn.floats());
        return new EvaluatedSamples(
                DataSets.of("samples", drawn),
                denoised ? DataSets.of("samples before the last step", Values.of(shape, before)) : null);
    }

    /**
     * Reads samples.
     *
     * @param file an array N×H×W×C, N×H×W or N×D in NumPy's format ({@code .npy}), or anything that images can be trained on from
     * @throws BadDataException if it holds no samples
     */
    public static EvaluatedSamples read(Path file) throws IOException {
        if (!String.valueOf(file.getFileName()).endsWith(".npy")) {
            return new EvaluatedSamples(Images.read(file), null);
        }
        Array array = Npy.readFloats(file);
        int[] shape = array.shape();
        int[] dims = shape.length == 3 ? new int[] {shape[0], shape[1], shape[2], 1} : shape;
        if ((dims.length != 4 && dims.length != 2) || array.length() == 0) {
            throw new BadDataException(file + ": holds an array of shape " + Arrays.toString(shape)
                    + ", but samples are images N×H×W×C in [0, 1], or points N×D");
        }
        return new EvaluatedSamples(DataSets.of(file.toString(), Values.of(Shape.of(dims), array.floats())), null);
    }
}
