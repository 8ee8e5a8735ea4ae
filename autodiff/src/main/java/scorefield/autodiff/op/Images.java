package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** What the ops that change the size of images share. */
final class Images {

    private Images() {}

    /** Insists on one input N×H×W×C and a sensible factor. */
    static Shape check(Op op, int factor, List<Tensor> inputs) {
        op.floats(inputs, 1);
        Shape x = inputs.get(0).shape();
        if (x.rank() != 4 || factor < 1) {
            throw op.misfit("needs images N×H×W×C and a factor of at least 1, not " + factor, inputs);
        }
        return x;
    }

    /** The shape of images {@code factor} times as high and wide. */
    static Shape enlarged(Shape x, int factor) {
        return Shape.of(x.dim(0), x.dim(1) * factor, x.dim(2) * factor, x.dim(3));
    }

    /** The shape of images that were enlarged by the factor. */
    static Shape reduced(Op op, int factor, List<Tensor> inputs) {
        Shape x = check(op, factor, inputs);
        if (x.dim(1) % factor != 0 || x.dim(2) % factor != 0) {
            throw op.misfit("needs a height and a width that " + factor + " divides", inputs);
        }
        return Shape.of(x.dim(0), x.dim(1) / factor, x.dim(2) / factor, x.dim(3));
    }
}
