package scorefield.autodiff.op;

import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;

/** A leaf that lives on the device from run to run. */
public record Variable(Shape result, DType type) implements Leaf {}
