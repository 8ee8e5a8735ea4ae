package scorefield.ncsn.training;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import scorefield.autodiff.Device;
import scorefield.autodiff.DeviceMemoryException;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.setting.BadConfigurationException;

/** The largest batch of a training step: what tensors can hold on any device, and what fits the memory of one. */
public final class BatchLimit {

    private BatchLimit() {}

    /** The largest batch with which no tensor of a score is more numbers than a tensor can hold, on any device. */
    static int mostInTensors(ScoreNetwork network) {
        return Integer.MAX_VALUE / widest(network).size();
    }

    /** The largest tensor of a score that grows with the batch, for one sample. */
    private static Shape widest(ScoreNetwork network) {
        List<Tensor> one = tensors(network, 1);
        List<Tensor> two = tensors(network, 2);
        return IntStream.range(0, one.size())
                .filter(i -> !one.get(i).shape().equals(two.get(i).shape()))
                .mapToObj(i -> one.get(i).shape())
                .max(Comparator.comparingInt(Shape::size))
                .orElseThrow();
    }

    private static List<Tensor> tensors(ScoreNetwork network, int batch) {
        Tensor flat =
                Tensor.variable("parameters", Shape.of(network.parameters().size()));
        Tensor score = network.score(
                network.parameters().weights(flat),
                Tensor.input("x", network.sample().times(batch)),
                Tensor.input("sigma", Shape.of(batch)));
        return Tensor.order(List.of(score));
    }

    /**
     * Refuses a batch with which some tensor would have more numbers than a tensor can hold, on any device.
     *
     * @param settings with the batch, and into how many shards it is cut
     * @throws BadConfigurationException naming the largest batch
     */
    public static void requireTensors(ScoreNetwork network, TrainingSettings settings) {
        int batch = settings.batch();
        int shards = settings.shardCount();
        int inShard = mostInTensors(network);
        if (batch / shards > inShard) {
            int most = inShard * shards;
            int[] dims = widest(network).dims();
            throw new BadConfigurationException("training.batch=" + batch + " is too large: a tensor of "
                    + Shape.of(Arrays.copyOfRange(dims, 1, dims.length))
                    + " for each sample would have more than 2^31-1 numbers; the largest batch is " + most
                    + ": set training.batch=" + most + inParts(batch, inShard));
        }
    }

    /** The other way out, if there is one: the least shards that are no larger than they may be. */
    private static String inParts(int batch, int most) {
        int shards = 1;
        while (batch > (long) most * shards) {
            shards *= 2;
        }
        return TrainingSettings.canBeCut(batch, shards)
                ? ", or training.shards=" + shards + ", which computes it in parts"
                : "";
    }

    /**
     * Explains that a training step needs more memory than its device has: which batch would fit.
     *
     * @param settings with a batch that does not fit
     * @param program the training step for a batch that can be cut into as many shards
     */
    static BadConfigurationException explain(
            DeviceMemoryException e, Device device, TrainingSettings settings, IntFunction<Program> program) {
        int batch = settings.batch();
        int shards = settings.shardCount();
        String problem = "training.batch=" + batch + " is too large for " + device.name() + ": " + e.getMessage();
        int fitting = shards * largest(batch / shards - 1, inShard -> device.fits(program.apply(shards * inShard)));
        if (fitting == 0) {
            return new BadConfigurationException(
                    problem + "; not even a shard of one sample fits: use a smaller network,"
                            + " or fewer samples (data.count)");
        }
        return new BadConfigurationException(problem + "; the largest batch that fits is " + fitting
                + ": set training.batch=" + fitting + inParts(batch, fitting / shards));
    }

    /** The largest number from 1 to {@code most} that satisfies a condition which all smaller ones satisfy, too; 0 for none. */
    static int largest(int most, IntPredicate condition) {
        int good = 0;
        int bad = most + 1;
        while (bad - good > 1) {
            int middle = good + (bad - good) / 2;
            if (condition.test(middle)) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        return good;
    }
}
