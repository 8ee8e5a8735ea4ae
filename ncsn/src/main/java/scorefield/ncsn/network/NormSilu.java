package scorefield.ncsn.network;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** Group norm with min(32, C/4) groups, then SiLU: N×H×W×C to the same shape. */
final class NormSilu {

    private static final int MOST_GROUPS = 32;
    private static final int LEAST_CHANNELS_A_GROUP = 4;
    /** PyTorch's, so that a checkpoint computes the same there. */
    private static final double EPSILON = 1e-5;

    private final String name;
    private final int groups;
    private final Parameter scale;
    private final Parameter shift;

    NormSilu(Parameters parameters, String name, int channels) {
        this.name = name;
        this.groups = Math.min(MOST_GROUPS, channels / LEAST_CHANNELS_A_GROUP);
        if (groups == 0 || channels % groups != 0) {
            throw new IllegalArgumentException("group norm " + name + ": " + channels + " channels do not split into "
                    + "min(32, " + channels + "/4) equal groups; choose a number of channels that 32 divides"
                    + " (for small networks, that 4 divides)");
        }
        this.scale = parameters.add(name + ".weight", Shape.of(channels), Layout.VECTOR, Initial.ONE);
        this.shift = parameters.add(name + ".bias", Shape.of(channels), Layout.VECTOR, Initial.ZERO);
    }

    Tensor apply(Weights weights, Tensor x) {
        return x.groupNormSilu(weights.get(scale), weights.get(shift), groups, EPSILON)
                .named(name);
    }
}
