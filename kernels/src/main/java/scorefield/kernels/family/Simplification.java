package scorefield.kernels.family;

import java.util.List;
import java.util.OptionalDouble;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** What a family works with when it {@linkplain OpFamily#simplified simplifies} a node. */
public interface Simplification {

    /** The one node of the simplified program that computes the same: a new node must go through here. */
    Tensor shared(Tensor node);

    /** A tensor that holds one number everywhere. */
    Tensor constant(Shape shape, double value);

    /** The number that a tensor holds everywhere, where that is known. */
    OptionalDouble constantOf(Tensor tensor);

    /** The nodes of the original program that read one of its tensors, in order. */
    List<Tensor> readers(Tensor original);
}
