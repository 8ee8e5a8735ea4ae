package scorefield.autodiff;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Input;
import scorefield.autodiff.op.Leaf;
import scorefield.autodiff.op.Variable;

/**
 * The device that defines what every other one must compute: it evaluates a program op by op with the ops' own plain-Java meanings.
 *
 * <p>All arithmetic is in double precision, over all cores. Variables hold single-precision numbers, as on every device, so that a
 * checkpoint loses nothing. It is meant to be clear before it is fast.
 */
public final class ReferenceDevice implements Device {

    private final Map<Tensor, double[]> variables = new IdentityHashMap<>();
    private boolean closed;

    @Override
    public String name() {
        return "reference (plain Java, double precision, "
                + Runtime.getRuntime().availableProcessors() + " cores)";
    }

    /** True: what the Java heap can hold is known only when the program runs. */
    @Override
    public boolean fits(Program program) {
        requireOpen();
        return true;
    }

    @Override
    public Executable compile(Program program) {
        requireOpen();
        return new Evaluation(program);
    }

    @Override
    public void write(Tensor variable, Values values) {
        requireOpen();
        requireVariable(variable);
        fits("variable", variable, values);
        variables.put(variable, stored(variable, values.doubles()));
    }

    @Override
    public Values read(Tensor variable) {
        requireOpen();
        requireVariable(variable);
        return values(variable, current(variable));
    }

    @Override
    public void free(Tensor variable) {
        requireOpen();
        requireVariable(variable);
        variables.remove(variable);
    }

    @Override
    public void close() {
        closed = true;
        variables.clear();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the reference device is closed");
        }
    }

    private static void requireVariable(Tensor tensor) {
        if (!(tensor.op() instanceof Variable)) {
            throw new IllegalArgumentException(tensor + " is not a variable");
        }
    }

    private static void fits(String what, Tensor tensor, Values values) {
        if (!tensor.shape().equals(values.shape()) || tensor.dtype() != values.dtype()) {
            throw new IllegalArgumentException(
                    what + " " + tensor + " cannot take values " + values.dtype() + " " + values.shape());
        }
    }

    private double[] current(Tensor variable) {
        return variables.computeIfAbsent(variable, v -> new double[v.shape().size()]);
    }

    private static double[] stored(Tensor variable, double[] numbers) {
        if (variable.dtype() != DType.FLOAT) {
            return numbers;
        }
        double[] rounded = new double[numbers.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) numbers[i];
        }
        return rounded;
    }

    /** Numbers as values of a tensor's shape and type. */
    static Values values(Tensor tensor, double[] numbers) {
        switch (tensor.dtype()) {
            case INT -> {
                int[] ints = new int[numbers.length];
                for (int i = 0; i < ints.length; i++) {
                    ints[i] = (int) numbers[i];
                }
                return Values.of(tensor.shape(), ints);
            }
            case BYTE -> {
                byte[] bytes = new byte[numbers.length];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) (int) numbers[i];
                }
                return Values.of(tensor.shape(), bytes);
            }
            default -> {
                return Values.of(tensor.shape(), numbers.clone());
            }
        }
    }

    /** One program's evaluation, op by op in topological order. */
    private final class Evaluation implements Executable {

        private final Program program;
        private final List<Tensor> order;
        /** For each node of the order, the inputs that nothing later needs, so that their numbers can be dropped. */
        private final List<List<Tensor>> lastUses;

        private boolean closed;

        Evaluation(Program program) {
            this.program = program;
            this.order = program.order();
            Map<Tensor, Integer> last = new IdentityHashMap<>();
            for (int i = 0; i < order.size(); i++) {
                for (Tensor input : order.get(i).inputs()) {
                    last.put(input, i);
                }
            }
            program.fetches().forEach(last::remove);
            program.updates().values().forEach(last::remove);
            lastUses = new ArrayList<>();
            order.forEach(node -> lastUses.add(new ArrayList<>()));
            last.forEach((input, i) -> lastUses.get(i).add(input));
        }

        @Override
        public List<Values> run(Map<Tensor, Values> feeds) {
            requireOpen();
            if (closed) {
                throw new IllegalStateException("this executable is closed");
            }
            Map<Tensor, double[]> numbers = new IdentityHashMap<>();
            for (int i = 0; i < order.size(); i++) {
                Tensor node = order.get(i);
                numbers.put(node, node.op() instanceof Leaf leaf ? leaf(node, leaf, feeds) : evaluate(node, numbers));
                lastUses.get(i).forEach(numbers::remove);
            }
            List<Values> fetched = new ArrayList<>();
            program.fetches().forEach(fetch -> fetched.add(values(fetch, numbers.get(fetch))));
            Map<Tensor, double[]> updated = new LinkedHashMap<>();
            program.updates().forEach((variable, value) -> updated.put(variable, stored(variable, numbers.get(value))));
            variables.putAll(updated);
            return fetched;
        }

        private double[] leaf(Tensor node, Leaf leaf, Map<Tensor, Values> feeds) {
            if (leaf instanceof Constant constant) {
                return constant.values().doubles();
            }
            if (leaf instanceof Input) {
                Values fed = feeds.get(node);
                if (fed == null) {
                    throw new IllegalArgumentException("input " + node + " was not fed");
                }
                fits("input", node, fed);
                return fed.doubles();
            }
            return current(node);
        }

        private double[] evaluate(Tensor node, Map<Tensor, double[]> numbers) {
            double[][] in = node.inputs().stream().map(numbers::get).toArray(double[][]::new);
            return node.op().evaluate(node, in);
        }

        @Override
        public long bytes() {
            long live = 0;
            long most = 0;
            for (int i = 0; i < order.size(); i++) {
                live += order.get(i).shape().size();
                most = Math.max(most, live);
                for (Tensor dropped : lastUses.get(i)) {
                    live -= dropped.shape().size();
                }
            }
            return most * Double.BYTES;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
