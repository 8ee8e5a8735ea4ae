package scorefield.autodiff.op;

import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;

/** A leaf that is fed at each run. */
public record Input(Shape result, DType type) implements Leaf {}
