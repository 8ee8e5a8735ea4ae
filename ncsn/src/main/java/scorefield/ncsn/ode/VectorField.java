package scorefield.ncsn.ode;

import java.util.List;
import scorefield.autodiff.Tensor;

/** The right-hand side of an ordinary differential equation dy/dt = f(y, t), as a graph. */
@FunctionalInterface
public interface VectorField {

    /**
     * How the state changes.
     *
     * @param state y, in one or more parts, each N×… for N samples
     * @param t a scalar
     * @return dy/dt, part by part of the state's shapes
     */
    List<Tensor> slope(List<Tensor> state, Tensor t);
}
