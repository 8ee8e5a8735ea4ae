package scorefield.autodiff.op;

import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;

/** A leaf whose numbers are part of the program. */
public record Constant(Values values) implements Leaf {

    @Override
    public Shape result() {
        return values.shape();
    }

    @Override
    public DType type() {
        return values.dtype();
    }
}
