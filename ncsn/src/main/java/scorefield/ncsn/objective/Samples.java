package scorefield.ncsn.objective;

import java.util.function.Supplier;
import java.util.stream.IntStream;
import scorefield.autodiff.Tensor;

/** Arithmetic on batches N×…, for any shape of a sample. */
final class Samples {

    private Samples() {}

    /** One number per sample, N, in a shape that broadcasts over x: N×1×…×1. */
    static Tensor spread(Tensor numbers, Tensor x) {
        return numbers.reshape(x.shape().perSample());
    }

    /** The inner product of two tensors of the same shape for each sample, N. */
    static Tensor inner(Tensor a, Tensor b) {
        return sum(a.times(b));
    }

    /** The mean of several estimates, each of shape N. */
    static Tensor mean(int count, Supplier<Tensor> estimate) {
        Tensor sum = estimate.get();
        for (int i = 1; i < count; i++) {
            sum = sum.plus(estimate.get());
        }
        return sum.times(1.0 / count);
    }

    /** The sum over the numbers of each sample, N. */
    static Tensor sum(Tensor x) {
        return x.sum(IntStream.range(1, x.shape().rank()).toArray());
    }
}
