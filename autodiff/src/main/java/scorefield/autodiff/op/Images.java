package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** Checks and shapes that the ops for resizing images share. */
final class Images {

    private Images() {}

    /** Checks that there is one input N×H×W×C and a factor of at least 1; returns its shape. */
    static Shape check(Op op, int factor, List<Tensor> inputs) {
        op.floats(inputs, 1);
        Shape x = inputs.get(0).shape();
        if (x.rank() != 4 || factor < 1) {
            throw op.misfit("needs images N×H×W×C and a factor of at least 1, not " + factor, inputs);
        }
        return x;
    }

    /** The shape of images with {@code factor} times the height and width. */
    static Shape enlarged(Shape x, int factor) {
        return Shape.of(x.dim(0), x.dim(1) * factor, x.dim(2) * factor, x.dim(3));
    }

    /** The shape of images with 1/{@code factor} of the height and width, after a check of the input. */
    static Shape reduced(Op op, int factor, List<Tensor> inputs) {
        Shape x = check(op, factor, inputs);
        if (x.dim(1) % factor != 0 || x.dim(2) % factor != 0) {
            throw op.misfit("needs a height and a width that " + factor + " divides", inputs);
        }
        return Shape.of(x.dim(0), x.dim(1) / factor, x.dim(2) / factor, x.dim(3));
    }
}
