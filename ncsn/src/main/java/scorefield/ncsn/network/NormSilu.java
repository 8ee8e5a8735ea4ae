package scorefield.ncsn.network;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * Group norm, then SiLU: N×H×W×C to the same shape. There are min(32, C/4) groups, or, if that does not divide C, the next smaller divisor.
 */
final class NormSilu {

    private static final int MOST_GROUPS = 32;
    private static final int LEAST_CHANNELS_A_GROUP = 4;
    /** PyTorch's default, so that a checkpoint gives the same results there. */
    static final double EPSILON = 1e-5;

    private final String name;
    private final int groups;
    private final Parameter scale;
    private final Parameter shift;

    NormSilu(Parameters parameters, String name, int channels) {
        this(parameters, name, channels, groups(channels));
    }

    NormSilu(Parameters parameters, String name, int channels, int groups) {
        this.name = name;
        this.groups = groups;
        this.scale = parameters.add(name + ".weight", Shape.of(channels), Layout.VECTOR, Initial.ONE);
        this.shift = parameters.add(name + ".bias", Shape.of(channels), Layout.VECTOR, Initial.ZERO);
    }

    /** How many groups so many channels are normalised in. */
    static int groups(int channels) {
        int groups = Math.max(1, Math.min(MOST_GROUPS, channels / LEAST_CHANNELS_A_GROUP));
        while (channels % groups != 0) {
            groups--;
        }
        return groups;
    }

    Tensor apply(Weights weights, Tensor x) {
        return x.groupNormSilu(weights.get(scale), weights.get(shift), groups, EPSILON)
                .named(name);
    }
}
