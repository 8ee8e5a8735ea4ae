package scorefield.ncsn.objective;

import java.util.Arrays;
import java.util.stream.IntStream;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** Arithmetic on batches N×…, whatever the shape of one sample. */
final class Samples {

    private Samples() {}

    /** One number a sample, N, in a shape that broadcasts over x: N×1×…×1. */
    static Tensor spread(Tensor numbers, Tensor x) {
        int[] dims = new int[x.shape().rank()];
        Arrays.fill(dims, 1);
        dims[0] = x.shape().dim(0);
        return numbers.reshape(Shape.of(dims));
    }

    /** The sum over each sample's numbers, N. */
    static Tensor sum(Tensor x) {
        return x.sum(IntStream.range(1, x.shape().rank()).toArray());
    }
}
