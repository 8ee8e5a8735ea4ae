package scorefield.autodiff;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Evaluates the exact trace of every sample's Jacobian for any D: one program computes {@code chunk} vector-Jacobian products, and is run
 * ⌈D/chunk⌉ times, each time for other directions.
 *
 * <p>{@link Jacobian#trace} writes all D directions into one graph, as a training loss needs it. For D = 3072 that graph is large, and a
 * mere evaluation does not need it. Here the graph and the memory have the size of one chunk. The diagonal's elements are added up in double
 * precision, because many terms of both signs cancel.
 */
public final class JacobianTrace implements AutoCloseable {

    /**
     * The result for one batch.
     *
     * @param trace the trace of each sample's Jacobian, N, in double precision
     * @param value f(x), of its own shape
     */
    public record Result(Values trace, Values value) {}

    private final Tensor first = Tensor.input("first direction", Shape.SCALAR, DType.INT);
    private final int samples;
    private final int chunks;
    private final int chunk;
    private final Executable executable;

    private JacobianTrace(Device device, UnaryOperator<Tensor> f, Tensor x, int chunk) {
        JacobianRows jacobian = JacobianRows.square("JacobianTrace", f, x, chunk);
        this.samples = x.shape().dim(0);
        this.chunks = jacobian.chunks();
        this.chunk = jacobian.copies();
        this.executable = device.compile(Program.fetching(jacobian.diagonal(first.toFloat()), jacobian.value()));
    }

    /**
     * Compiles the trace for a device, with as many directions at a time as fit {@link Jacobian#DEFAULT_BUDGET}.
     *
     * @param f of independent samples, as for {@link Jacobian#trace(UnaryOperator, Tensor)}
     * @param x N×…: an input, a variable, or computed
     */
    public static JacobianTrace compile(Device device, UnaryOperator<Tensor> f, Tensor x) {
        return compile(device, f, x, Jacobian.chunk(f, x, Jacobian.DEFAULT_BUDGET));
    }

    /**
     * Compiles the trace for a device.
     *
     * @param f of independent samples, as for {@link Jacobian#trace(UnaryOperator, Tensor)}
     * @param x N×…: an input, a variable, or computed
     * @param chunk the most directions to take at a time
     */
    public static JacobianTrace compile(Device device, UnaryOperator<Tensor> f, Tensor x, int chunk) {
        return new JacobianTrace(device, f, x, chunk);
    }

    /** The number of directions that one run of the program computes. */
    public int chunk() {
        return chunk;
    }

    /**
     * Evaluates the trace and the function.
     *
     * @param feeds the numbers of every input that f and x use. They are fed ⌈D/chunk⌉ times: make large constant tensors, such as a network's
     *     weights, variables
     */
    public Result run(Map<Tensor, Values> feeds) {
        Map<Tensor, Values> all = new HashMap<>(feeds);
        double[] trace = new double[samples];
        List<Values> fetched = List.of();
        for (int k = 0; k < chunks; k++) {
            all.put(first, Values.of(Shape.SCALAR, k * chunk));
            fetched = executable.run(all);
            Values diagonal = fetched.get(0);
            for (int i = 0; i < diagonal.shape().size(); i++) {
                trace[i % samples] += diagonal.get(i);
            }
        }
        return new Result(Values.of(Shape.of(samples), trace), fetched.get(1));
    }

    /** Frees what belongs to the program; the device and its variables stay. */
    @Override
    public void close() {
        executable.close();
    }
}
