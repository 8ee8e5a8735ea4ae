package scorefield.cli.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.cli.console.Progress;
import scorefield.cli.console.UserException;
import scorefield.cli.run.Sampling;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.Npy;
import scorefield.ncsn.sampler.Sampler;

/**
 * The samples that an evaluation is about.
 *
 * @param samples as they are meant
 * @param notDenoised the same before the sampler's last step, which takes the smallest level's noise away; null where that is not known
 */
public record EvaluatedSamples(DataSet samples, @Nullable DataSet notDenoised) {

    /** Draws samples; where each batch stood before the last step is what the sampler showed of it last, if it showed anything. */
    static EvaluatedSamples draw(Sampler sampler, int count, long seed, Progress progress) {
        Shape batch = sampler.batch();
        int perBatch = batch.dim(0);
        int size = batch.size() / perBatch;
        float[] before = new float[count * size];
        BitSet shown = new BitSet();
        Values drawn = Sampling.draw(sampler, count, seed, progress, stage -> {
            int from = stage.batch() * perBatch;
            System.arraycopy(stage.x().floats(), 0, before, from * size, Math.min(perBatch, count - from) * size);
            shown.set(stage.batch());
        });
        Shape shape = batch.with(0, count);
        boolean all = shown.cardinality() == (count - 1) / perBatch + 1;
        boolean denoised = all && !Arrays.equals(before, drawn.floats());
        return new EvaluatedSamples(
                of("samples", drawn), denoised ? of("samples before the last step", Values.of(shape, before)) : null);
    }

    /**
     * Reads samples.
     *
     * @param file an array N×H×W×C, N×H×W or N×D, or anything that images can be trained on from
     */
    static EvaluatedSamples read(Path file) throws IOException {
        if (!String.valueOf(file.getFileName()).endsWith(".npy")) {
            return new EvaluatedSamples(Images.read(file), null);
        }
        Array array = Npy.readFloats(file);
        int[] shape = array.shape();
        int[] dims = shape.length == 3 ? new int[] {shape[0], shape[1], shape[2], 1} : shape;
        if ((dims.length != 4 && dims.length != 2) || array.length() == 0) {
            throw new UserException(file + ": holds an array of shape " + Arrays.toString(shape)
                    + ", but samples are images N×H×W×C in [0, 1], or points N×D");
        }
        return new EvaluatedSamples(of(file.toString(), Values.of(Shape.of(dims), array.floats())), null);
    }

    /** Samples as a data set: N×D as points; N×H×W×C as images, their numbers in [0, 1] made bytes as those of a picture are. */
    public static DataSet of(String name, Values values) {
        Shape shape = values.shape();
        return shape.rank() == 2
                ? Points.of(name, shape.dim(1), values.floats())
                : Images.of(name, shape.dim(1), shape.dim(2), shape.dim(3), values.floats());
    }
}
