package scorefield.ncsn.network;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The embedding of what augmentation did to an image, which is added to the embedding of the noise level: N×labels to N×E.
 *
 * <p>It is linear and has no bias, so that it is 0 where all labels are: then, as in sampling, the network computes what it would without it.
 * It is initialised to zero, as {@link ClassEmbedding} is.
 */
final class AugmentationEmbedding {

    private static final String NAME = "augment";

    private final Parameter weight;

    AugmentationEmbedding(Parameters parameters, int labels, int size) {
        this.weight = parameters.add(NAME + ".weight", Shape.of(labels, size), Layout.LINEAR, Initial.ZERO);
    }

    Tensor apply(Weights weights, Tensor labels) {
        return labels.matmul(weights.get(weight)).named(NAME);
    }
}
