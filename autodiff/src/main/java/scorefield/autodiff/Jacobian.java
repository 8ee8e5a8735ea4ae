package scorefield.autodiff;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Jacobians as graphs: products with a vector, the full matrix, its trace and an estimate of it. All of them are ordinary tensors and can
 * be differentiated again, so that a loss may contain the trace of a network's Jacobian.
 *
 * <p>uᵀ∇f, the vector-Jacobian product, is {@link Gradients#vjp}; ∇f·v is {@link #jvp}. Both are for any tensor of any other.
 *
 * <p>The rest is for a function f of a batch of N <em>independent samples</em>, N×… → N×…: sample n of the result depends on sample n of the
 * argument and on no other. With Din numbers a sample going in and Dout coming out, each sample has a Jacobian of its own, Dout×Din. A
 * vjp with the basis vector e_d as every sample's cotangent is row d of all N Jacobians at once. To have more rows at once, f is applied
 * to several copies of the batch, one after the other, and copy r gets the r-th basis vector. So f is called with a larger batch than x,
 * and whatever else it reads for each sample, such as a noise level, must be {@linkplain #repeat repeated} in the same way:
 *
 * <pre>{@code
 * int n = x.shape().dim(0);
 * Tensor trace = Jacobian.trace(batch -> score(batch, Jacobian.repeat(sigma, batch.shape().dim(0) / n)), x);
 * }</pre>
 *
 * <p><b>Whether samples are independent is not checked</b>: that would take a vjp for every sample. Where they are not (batch norm, a
 * mean over the batch), the results silently include the derivatives of other samples.
 */
public final class Jacobian {

    /** The memory budget of {@link #trace(UnaryOperator, Tensor)}: 1 GiB. */
    public static final long DEFAULT_BUDGET = 1L << 30;

    private Jacobian() {}

    /**
     * The Jacobian-vector product ∂y/∂x·v: how y changes as x moves along v.
     *
     * <p>The vjp u ↦ uᵀ·∂y/∂x is linear in u, and its own vjp, with v as the cotangent, is its transpose: ∂y/∂x·v. So the rules for the vjp
     * are enough. The value of u does not matter, and the result does not contain it.
     *
     * @param tangent v, of x's shape
     * @return of y's shape
     */
    public static Tensor jvp(Tensor y, Tensor x, Tensor tangent) {
        if (!tangent.shape().equals(x.shape())) {
            throw new IllegalArgumentException(
                    "Jacobian.jvp: the tangent of " + x + " must have its shape; got " + tangent);
        }
        Tensor u = Tensor.zeros(y.shape());
        Tensor product = Gradients.vjp(y, u, List.of(x)).get(0);
        return Gradients.vjp(product, tangent, List.of(u)).get(0);
    }

    /**
     * Several copies of a batch, one after the other: sample n of copy r is at r·N + n.
     *
     * @param batch N×…, of type {@link DType#FLOAT}
     * @return times·N×…
     */
    public static Tensor repeat(Tensor batch, int times) {
        if (batch.shape().rank() < 1 || times < 1) {
            throw new IllegalArgumentException(
                    "Jacobian.repeat: needs a batch N×… and at least one copy; got " + times + " of " + batch);
        }
        Shape shape = batch.shape();
        return batch.broadcastTo(JacobianRows.stacked(shape, times))
                .reshape(shape.with(0, Math.multiplyExact(times, shape.dim(0))));
    }

    /**
     * The full Jacobian of every sample, for small D: it takes Dout copies of the batch.
     *
     * @param f of independent samples, N×… → N×…
     * @param x N×…, with Din numbers a sample
     * @return N×Dout×Din: result[n,i,j] = ∂f(x)[n,i]/∂x[n,j], the samples' numbers counted row-major
     */
    public static Tensor full(UnaryOperator<Tensor> f, Tensor x) {
        int rows = new JacobianRows("Jacobian.full", f, x, 1).outputs();
        JacobianRows jacobian = new JacobianRows("Jacobian.full", f, x, rows);
        return jacobian.rows(jacobian.basis(Tensor.scalar(0))).transpose(1, 0, 2);
    }

    /**
     * The exact trace of every sample's Jacobian, from D vector-Jacobian products, as many at a time as fit {@link #DEFAULT_BUDGET}; see
     * {@link #chunk}.
     *
     * @param f of independent samples, N×… → N×…, with as many numbers coming out as going in
     * @param x N×…
     * @return N
     */
    public static Tensor trace(UnaryOperator<Tensor> f, Tensor x) {
        return trace(f, x, chunk(f, x, DEFAULT_BUDGET));
    }

    /**
     * The exact trace of every sample's Jacobian, from D vector-Jacobian products.
     *
     * <p>f is applied once, to {@code chunk} copies of the batch, and differentiated ⌈D/chunk⌉ times. A larger chunk makes a smaller graph
     * with larger tensors; the trace is the same. A graph that only evaluates the trace needs the memory of one chunk. The gradient of the
     * trace needs the intermediate results of all D directions, so its memory grows with D·N, whatever the chunk is. To evaluate the trace for
     * large D, where even the graph becomes too large, see {@link JacobianTrace}.
     *
     * @param f of independent samples, N×… → N×…, with as many numbers coming out as going in
     * @param x N×…
     * @param chunk the most directions to take at a time; fewer are taken if that makes all chunks equally large
     * @return N
     */
    public static Tensor trace(UnaryOperator<Tensor> f, Tensor x, int chunk) {
        JacobianRows jacobian = JacobianRows.square("Jacobian.trace", f, x, chunk);
        return IntStream.range(0, jacobian.chunks())
                .mapToObj(k ->
                        jacobian.diagonal(Tensor.scalar(k * jacobian.copies())).sum(0))
                .reduce(Tensor::plus)
                .orElseThrow();
    }

    /**
     * The most directions of the trace to take at a time within a memory budget:
     *
     * <pre>chunk = budget / bytes,   at least 1 and at most D</pre>
     *
     * where {@code bytes} is {@link #bytes} for one direction.
     *
     * @param budget in bytes
     */
    public static int chunk(UnaryOperator<Tensor> f, Tensor x, long budget) {
        if (budget < 1) {
            throw new IllegalArgumentException(
                    "Jacobian.chunk: the memory budget must be positive; got " + budget + " bytes");
        }
        Direction one = direction("Jacobian.chunk", f, x);
        // No tensor can hold more than 2^31-1 numbers, whatever the budget.
        long most = Math.min(budget / one.bytes(), Integer.MAX_VALUE / one.largest());
        return (int) Math.max(1, Math.min(one.directions(), most));
    }

    /**
     * An upper bound of the memory that one direction of the trace takes, in bytes: the sizes of all tensors of f(x) and its vector-Jacobian
     * product that depend on x or on the cotangent, added up. A device that fuses computations and reuses memory needs several times less.
     *
     * @param f of independent samples, N×… → N×…, with as many numbers coming out as going in
     * @param x N×…
     */
    public static long bytes(UnaryOperator<Tensor> f, Tensor x) {
        return direction("Jacobian.bytes", f, x).bytes();
    }

    /**
     * What one direction of the trace takes.
     *
     * @param bytes in all
     * @param largest how many numbers its largest tensor has
     * @param directions how many there are, D
     */
    private record Direction(long bytes, long largest, int directions) {}

    private static Direction direction(String operation, UnaryOperator<Tensor> f, Tensor x) {
        JacobianRows one = JacobianRows.square(operation, f, x, 1);
        Tensor basis = one.basis(Tensor.scalar(0));
        Set<Tensor> growing = Collections.newSetFromMap(new IdentityHashMap<>());
        growing.add(one.x());
        growing.add(basis);
        long bytes = 0;
        long largest = 1;
        for (Tensor node : Tensor.order(List.of(one.x(), one.value(), one.rows(basis)))) {
            if (growing.contains(node) || node.inputs().stream().anyMatch(growing::contains)) {
                growing.add(node);
                bytes += (long) node.shape().size() * node.dtype().bytes();
                largest = Math.max(largest, node.shape().size());
            }
        }
        return new Direction(bytes, largest, one.inputs());
    }

    /**
     * Hutchinson's estimate of every sample's trace (Hutchinson 1989): for random v with E[vvᵀ] = I, E[vᵀ(∇f)v] = tr ∇f.
     *
     * @param f of independent samples, N×… → N×…, with as many numbers coming out as going in
     * @param x N×…
     * @param projections n for each sample, n×N×…: normal numbers, or random signs, or uniform on the sphere of radius √D
     */
    public static TraceEstimate hutchinson(UnaryOperator<Tensor> f, Tensor x, Tensor projections) {
        Shape v = projections.shape();
        if (v.rank() != x.shape().rank() + 1 || !v.equals(JacobianRows.stacked(x.shape(), v.dim(0)))) {
            throw new IllegalArgumentException("Jacobian.hutchinson: the projections must be n×" + x.shape()
                    + ", n for each sample of " + x + "; got " + projections);
        }
        JacobianRows jacobian = JacobianRows.square("Jacobian.hutchinson", f, x, 1);
        JacobianRows repeated = new JacobianRows("Jacobian.hutchinson", f, x, v.dim(0));
        Tensor flat = projections.reshape(v.dim(0), x.shape().dim(0), jacobian.inputs());
        return new TraceEstimate(repeated.rows(flat).times(flat).sum(2));
    }
}
