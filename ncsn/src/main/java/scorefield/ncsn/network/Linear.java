package scorefield.ncsn.network;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** An affine map: N×in to N×out. */
final class Linear {

    private final String name;
    private final Parameter weight;
    private final Parameter bias;

    Linear(Parameters parameters, String name, int in, int out) {
        this(parameters, name, in, out, Initial.glorot(in, out));
    }

    private Linear(Parameters parameters, String name, int in, int out, Initial initial) {
        this.name = name;
        this.weight = parameters.add(name + ".weight", Shape.of(in, out), Layout.LINEAR, initial);
        this.bias = parameters.add(name + ".bias", Shape.of(out), Layout.VECTOR, Initial.ZERO);
    }

    /** An affine map that is initialised to zero. */
    static Linear zero(Parameters parameters, String name, int in, int out) {
        return new Linear(parameters, name, in, out, Initial.ZERO);
    }

    Tensor apply(Weights weights, Tensor x) {
        return x.matmul(weights.get(weight)).plus(weights.get(bias)).named(name);
    }
}
