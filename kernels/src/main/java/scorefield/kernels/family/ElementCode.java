package scorefield.kernels.family;

import scorefield.autodiff.Tensor;

/** The code around the expression of an {@linkplain Computation.Elementwise elementwise} node: what it can refer to. */
public interface ElementCode {

    /** How many elements the expression computes. */
    Form form();

    /** The name (or a literal) of an input's elements, as floats; they are computed before the expression, or loaded. */
    String value(Tensor input);

    /** The elements of an input that lies in memory, loaded in its own type. */
    String element(Tensor input);
}
