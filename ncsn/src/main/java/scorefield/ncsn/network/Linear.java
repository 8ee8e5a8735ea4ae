package scorefield.ncsn.network;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** An affine map: N×in to N×out. */
final class Linear {

    private final String name;
    private final Parameter weight;
    private final Parameter bias;

    Linear(Parameters parameters, String name, int in, int out) {
        this.name = name;
        this.weight = parameters.add(name + ".weight", Shape.of(in, out), Layout.LINEAR, Initial.glorot(in, out));
        this.bias = parameters.add(name + ".bias", Shape.of(out), Layout.VECTOR, Initial.ZERO);
    }

    Tensor apply(Weights weights, Tensor x) {
        return x.matmul(weights.get(weight)).plus(weights.get(bias)).named(name);
    }
}
