package scorefield.kernels.family;

import scorefield.autodiff.Tensor;

/** What a family may ask when it {@linkplain OpFamily#absorbed absorbs} a consumer: about the consumer's inputs. */
public interface Absorption {

    /** Whether an input of the consumer lies in memory in any case. One that does not would be computed on the fly by a fused kernel. */
    boolean isStored(int input);

    /** Whether a tensor holds one known number everywhere. */
    boolean isConstant(Tensor tensor);

    /** The tensor whose element i is element i of the given one, without the reshapes between them. */
    Tensor throughReshapes(Tensor tensor);
}
