package scorefield.ncsn.network;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** A convolution with a bias that keeps the images' size: N×H×W×Cin to N×H×W×Cout. */
final class Convolution {

    private final String name;
    private final int padding;
    private final Parameter weight;
    private final Parameter bias;

    private Convolution(
            Parameters parameters, String name, int inChannels, int outChannels, int kernel, Initial initial) {
        this.name = name;
        this.padding = kernel / 2;
        this.weight = parameters.add(
                name + ".weight", Shape.of(kernel, kernel, inChannels, outChannels), Layout.CONVOLUTION, initial);
        this.bias = parameters.add(name + ".bias", Shape.of(outChannels), Layout.VECTOR, Initial.ZERO);
    }

    /** A convolution with Glorot initialisation. */
    static Convolution of(Parameters parameters, String name, int inChannels, int outChannels, int kernel) {
        int area = kernel * kernel;
        Initial initial = Initial.glorot(area * inChannels, area * outChannels);
        return new Convolution(parameters, name, inChannels, outChannels, kernel, initial);
    }

    /** A 3×3 convolution that is initialised to zero. */
    static Convolution zero(Parameters parameters, String name, int inChannels, int outChannels) {
        return zero(parameters, name, inChannels, outChannels, 3);
    }

    /** A convolution that is initialised to zero. */
    static Convolution zero(Parameters parameters, String name, int inChannels, int outChannels, int kernel) {
        return new Convolution(parameters, name, inChannels, outChannels, kernel, Initial.ZERO);
    }

    Tensor apply(Weights weights, Tensor x) {
        return x.conv2d(weights.get(weight), 1, padding).plus(weights.get(bias)).named(name);
    }
}
