package scorefield.ncsn.onnx;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Constant;

/**
 * Which extents of a graph's tensors are multiples of the batch size.
 *
 * <p>A graph of tensors has fixed shapes, a model has a free batch size N. The same graph, built for two batch sizes, tells them apart: an
 * extent that is equal in both is fixed, and one that is proportional to the batch size is k·N.
 */
final class BatchExtents {

    /** The batch sizes that the graph is built for. */
    static final int SMALL = 2;

    static final int LARGE = 3;

    /** For each tensor of the small graph and each axis, k; 0 where the extent is fixed. */
    private final Map<Tensor, int[]> multiples = new IdentityHashMap<>();

    /**
     * Compares two graphs.
     *
     * @param small a graph for {@link #SMALL} samples, in the order of computation
     * @param large the same for {@link #LARGE}
     * @throws IllegalArgumentException if the graph depends on the batch size in another way
     */
    BatchExtents(List<Tensor> small, List<Tensor> large) {
        if (small.size() != large.size()) {
            throw new IllegalArgumentException("the number of ops must not depend on the batch size; for " + SMALL
                    + " and " + LARGE + " samples there are " + small.size() + " and " + large.size());
        }
        for (int i = 0; i < small.size(); i++) {
            Tensor one = small.get(i);
            Tensor other = large.get(i);
            if (one.op().getClass() != other.op().getClass()
                    || one.shape().rank() != other.shape().rank()) {
                throw dependent(one, other);
            }
            int[] axes = IntStream.range(0, one.shape().rank())
                    .map(axis -> multiple(one, other, axis))
                    .toArray();
            if (one.op() instanceof Constant a && other.op() instanceof Constant b && !equal(a.values(), b.values())) {
                throw dependent(one, other);
            }
            multiples.put(one, axes);
        }
    }

    private static int multiple(Tensor one, Tensor other, int axis) {
        int small = one.shape().dim(axis);
        int large = other.shape().dim(axis);
        if (small == large) {
            return 0;
        }
        if (small % SMALL != 0 || small / SMALL * LARGE != large) {
            throw dependent(one, other);
        }
        return small / SMALL;
    }

    private static boolean equal(Values a, Values b) {
        return a == b || (a.shape().equals(b.shape()) && Arrays.equals(a.doubles(), b.doubles()));
    }

    private static IllegalArgumentException dependent(Tensor one, Tensor other) {
        return new IllegalArgumentException("a model has a free batch size, so constants and fixed extents must not"
                + " depend on it; for " + SMALL + " and " + LARGE + " samples the graph has " + one + " and " + other);
    }

    /** Whether an extent depends on the batch size. */
    boolean isFree(Tensor tensor, int axis) {
        return multiple(tensor, axis) != 0;
    }

    /** Whether any extent depends on the batch size. */
    boolean isFree(Tensor tensor) {
        Shape shape = tensor.shape();
        return IntStream.range(0, shape.rank()).anyMatch(axis -> isFree(tensor, axis));
    }

    /** k, where an extent is k·N; 0 where it is fixed. */
    int multiple(Tensor tensor, int axis) {
        return multiples.get(tensor)[axis];
    }
}
