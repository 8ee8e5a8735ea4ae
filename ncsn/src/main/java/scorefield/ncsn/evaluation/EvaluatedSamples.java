package scorefield.ncsn.evaluation;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
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
import scorefield.ncsn.data.Range;
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

    /** The same with the classes of which they were drawn; points have none. */
    public EvaluatedSamples withLabels(int[] labels, List<String> classes) {
        return new EvaluatedSamples(
                labelled(samples, labels, classes),
                notDenoised == null ? null : labelled(notDenoised, labels, classes));
    }

    private static DataSet labelled(DataSet drawn, int[] labels, List<String> classes) {
        return drawn instanceof Images images ? images.withLabels(labels, classes) : drawn;
    }

    /** The same, in colour where the reference is: samples may only happen to be grey. */
    public EvaluatedSamples inColourLike(DataSet reference) {
        return new EvaluatedSamples(
                Images.inColourLike(reference, samples),
                notDenoised == null ? null : Images.inColourLike(reference, notDenoised));
    }

    /**
     * Reads samples.
     *
     * @param file an array N×H×W×C, N×H×W or N×D ({@code .npy}, {@code .npz}, {@code .safetensors}), or anything else that images can be
     *     trained on from
     * @param range of the brightness of images in an array; empty for [0, 1], or where it holds points
     * @throws BadDataException if it holds no samples, or images in another range
     */
    public static EvaluatedSamples read(Path file, Optional<Range> range) {
        return new EvaluatedSamples(DataSets.read(file, new ReadOptions(null, false, false, range.orElse(null))), null);
    }
}
