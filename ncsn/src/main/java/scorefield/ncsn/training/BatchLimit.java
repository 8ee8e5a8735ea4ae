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
     * @throws BadConfigurationException naming the largest batch
     */
    public static void requireTensors(ScoreNetwork network, int batch) {
        int most = mostInTensors(network);
        if (batch > most) {
            int[] dims = widest(network).dims();
            throw new BadConfigurationException("training.batch=" + batch + " is too large: a tensor of "
                    + Shape.of(Arrays.copyOfRange(dims, 1, dims.length))
                    + " for each sample would have more than 2^31-1 numbers; the largest batch is " + most
                    + ": set training.batch=" + most);
        }
    }

    /**
     * Explains that a training step needs more memory than its device has: which batch would fit.
     *
     * @param batch that does not fit
     * @param program the training step for a batch
     */
    static BadConfigurationException explain(
            DeviceMemoryException e, Device device, int batch, IntFunction<Program> program) {
        String problem = "training.batch=" + batch + " is too large for " + device.name() + ": " + e.getMessage();
        int fitting = largest(batch - 1, b -> device.fits(program.apply(b)));
        return new BadConfigurationException(
                fitting == 0
                        ? problem
                                + "; not even a batch of one sample fits: use a smaller network, or fewer samples (data.count)"
                        : problem + "; the largest batch that fits is " + fitting + ": set training.batch=" + fitting);
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
