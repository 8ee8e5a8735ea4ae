package scorefield.autodiff;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A function of independent samples at several copies of a batch: one vjp is as many rows of every sample's Jacobian. */
final class JacobianRows {

    private final String operation;
    private final int copies;
    private final int samples;
    private final Tensor x;
    private final Tensor y;

    /**
     * @param operation for errors
     * @param batch N×…
     */
    JacobianRows(String operation, UnaryOperator<Tensor> f, Tensor batch, int copies) {
        if (batch.shape().rank() < 1 || batch.dtype() != DType.FLOAT) {
            throw new IllegalArgumentException(operation + ": needs a FLOAT batch N×…; got " + batch);
        }
        this.operation = operation;
        this.copies = copies;
        this.samples = batch.shape().dim(0);
        this.x = Jacobian.repeat(batch, copies);
        this.y = f.apply(x);
        Shape result = y.shape();
        if (result.rank() < 1 || result.dim(0) != copies * samples || y.dtype() != DType.FLOAT) {
            throw new IllegalArgumentException(
                    operation + ": the function must return one result for each of the " + copies * samples
                            + " samples it is given, FLOAT " + copies * samples + "×…; for " + x + " it returned " + y);
        }
    }

    /** For square Jacobians, with at most {@code chunk} copies: as few as make all chunks equally large. */
    static JacobianRows square(String operation, UnaryOperator<Tensor> f, Tensor batch, int chunk) {
        if (chunk < 1) {
            throw new IllegalArgumentException(operation + ": the chunk must be at least 1 direction; got " + chunk);
        }
        JacobianRows one = new JacobianRows(operation, f, batch, 1);
        if (one.inputs() != one.outputs()) {
            throw new IllegalArgumentException(
                    operation + ": only a square Jacobian has a trace, but the function maps " + one.inputs()
                            + " numbers per sample of " + one.x + " to " + one.outputs() + " of " + one.y);
        }
        int chunks = ceiling(one.inputs(), chunk);
        return chunks == one.inputs() ? one : new JacobianRows(operation, f, batch, ceiling(one.inputs(), chunks));
    }

    /** n×shape. */
    static Shape stacked(Shape shape, int n) {
        return Shape.of(
                IntStream.concat(IntStream.of(n), IntStream.of(shape.dims())).toArray());
    }

    private static int ceiling(int a, int b) {
        return (a - 1) / b + 1;
    }

    /** The copies of the batch, copies·N×…. */
    Tensor x() {
        return x;
    }

    int copies() {
        return copies;
    }

    /** Din, the numbers of a sample. */
    int inputs() {
        return x.shape().range(1, x.shape().rank());
    }

    /** Dout, the numbers of a sample of the result. */
    int outputs() {
        return y.shape().range(1, y.shape().rank());
    }

    /** How many batches of this many rows the full Jacobian takes. */
    int chunks() {
        return ceiling(outputs(), copies);
    }

    /** f of the batch, of the function's own shape. */
    Tensor value() {
        return y.slice(0, 0, samples);
    }

    /** The basis vectors from e_first on, copies×1×Dout; zero where there are no more. */
    Tensor basis(Tensor first) {
        // Compared as floats, which are exact up to 2^24: D vector-Jacobian products of that many are out of reach.
        return counting(copies)
                .plus(first)
                .reshape(copies, 1, 1)
                .equalTo(counting(outputs()).reshape(1, 1, outputs()));
    }

    private static Tensor counting(int count) {
        return Tensor.constant(Values.of(
                Shape.of(count), IntStream.range(0, count).asDoubleStream().toArray()));
    }

    /** Each copy's cotangent times the Jacobian, copies×N×Din, for cotangents that broadcast to copies×N×Dout. */
    Tensor rows(Tensor cotangents) {
        Tensor u = cotangents.broadcastTo(Shape.of(copies, samples, outputs())).reshape(y.shape());
        return Gradients.vjp(y, u, List.of(x)).get(0).reshape(copies, samples, inputs());
    }

    /** The diagonal's elements from {@code first} on, copies×N; zero past its end. */
    Tensor diagonal(Tensor first) {
        Tensor basis = basis(first);
        return rows(basis).times(basis).sum(2);
    }
}
