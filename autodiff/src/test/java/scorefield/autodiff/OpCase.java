package scorefield.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * One op on inputs of certain shapes: the unit of the gradient checks and of the comparisons of devices.
 *
 * @param smooth whether the result is differentiable around the drawn inputs, so that finite differences mean something; where it is
 *     not (a tie, say), devices must still agree
 */
public record OpCase(String name, List<Argument> arguments, Function<List<Tensor>, Tensor> graph, boolean smooth) {

    /** A case whose result is differentiable around its inputs. */
    public static OpCase smooth(String name, Function<List<Tensor>, Tensor> graph, Argument... arguments) {
        return new OpCase(name, List.of(arguments), graph, true);
    }

    /** A case at a point where finite differences mean nothing, or without FLOAT inputs at all. */
    public static OpCase rough(String name, Function<List<Tensor>, Tensor> graph, Argument... arguments) {
        return new OpCase(name, List.of(arguments), graph, false);
    }

    @Override
    public String toString() {
        return name;
    }

    /** The case as a graph: its inputs and its result. */
    public record Graph(List<Tensor> inputs, Tensor result) {

        /** The inputs with respect to which there is a derivative. */
        public List<Tensor> differentiable() {
            return inputs.stream().filter(t -> t.dtype() == DType.FLOAT).toList();
        }
    }

    /** A fresh graph. */
    public Graph build() {
        List<Tensor> inputs = IntStream.range(0, arguments.size())
                .mapToObj(i -> Tensor.input(
                        "x" + i, arguments.get(i).shape(), arguments.get(i).dtype()))
                .toList();
        return new Graph(inputs, graph.apply(inputs));
    }

    /** Numbers for a graph's inputs, the same for the same seed. */
    public Map<Tensor, Values> feeds(Graph built, long seed) {
        Random random = new Random(seed);
        Map<Tensor, Values> feeds = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            feeds.put(built.inputs().get(i), arguments.get(i).draw(random));
        }
        return feeds;
    }

    /**
     * The case with all its derivatives of first and second order.
     *
     * @param wrt the FLOAT inputs, and last the cotangent c
     * @param result y
     * @param first ⟨c, y⟩, whose gradients are the vjp and y itself
     * @param second ⟨u, vjp(y, c)⟩ for fixed random u: its gradients are made of all the second derivatives
     * @param feeds numbers for the inputs and for c
     */
    public record Derivatives(
            List<Tensor> wrt, Tensor result, Tensor first, Tensor second, Map<Tensor, Values> feeds) {}

    /** A fresh graph of the case with its derivatives, and numbers for it. */
    public Derivatives differentiate(long seed) {
        Graph graph = build();
        Map<Tensor, Values> feeds = feeds(graph, seed);
        Random random = new Random(~seed);
        Tensor y = graph.result();
        Tensor c = Tensor.input("c", y.shape());
        feeds.put(c, Argument.of(Domain.NORMAL, y.shape()).draw(random));
        Tensor second = Tensor.scalar(0);
        for (Tensor gradient : Gradients.vjp(y, c, graph.differentiable())) {
            Tensor u =
                    Tensor.constant(Argument.of(Domain.NORMAL, gradient.shape()).draw(random));
            second = second.plus(gradient.times(u).sum());
        }
        List<Tensor> wrt = new ArrayList<>(graph.differentiable());
        wrt.add(c);
        return new Derivatives(wrt, y, y.times(c).sum(), second, feeds);
    }

    /** Where the numbers of an input come from. FLOAT numbers are exact in single precision, so that every device sees the same ones. */
    public enum Domain {
        /** Standard normal. */
        NORMAL,
        /** From ½ to 2: for logarithms, roots, powers. */
        POSITIVE,
        /** From ½ to 2, of either sign: for divisors, and for functions with a kink at 0. */
        NONZERO,
        /** All different by at least 1/4, and at least 1/16 away from 0 and from every multiple of 1/8: for maxima. */
        DISTINCT,
        /** Even multiples of 1/8: never closer than 1/8 to an odd one. */
        EVEN,
        /** Odd multiples of 1/8. */
        ODD,
        /** Whole numbers from −2 to 2: many ties. */
        TIES,
        /** Very large and very small numbers of both signs, where a careless formula overflows or cancels. */
        EXTREME,
        /** Infinities and NaN among a few ordinary numbers: a device must not hide them. */
        SPECIAL,
        /** 0 or 1. */
        MASK,
        /** Whole numbers from 0 to a limit. */
        WHOLE;

        private static final double[] SPECIALS = {
            Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, 1, -1.5, 0.25
        };

        private double[] draw(int size, int limit, Random random) {
            if (this == DISTINCT) {
                List<Integer> order =
                        new ArrayList<>(IntStream.range(0, size).boxed().toList());
                Collections.shuffle(order, random);
                return order.stream()
                        .mapToDouble(i -> (2 * i - size) / 8.0 + 1 / 16.0)
                        .toArray();
            }
            double[] numbers = new double[size];
            Arrays.setAll(numbers, i -> (float) draw(limit, random));
            return numbers;
        }

        private double draw(int limit, Random random) {
            return switch (this) {
                case NORMAL -> random.nextGaussian();
                case POSITIVE -> 0.5 + 1.5 * random.nextDouble();
                case NONZERO -> (random.nextBoolean() ? 1 : -1) * (0.5 + 1.5 * random.nextDouble());
                case EVEN -> (2 * (random.nextInt(25) - 12)) / 8.0;
                case ODD -> (2 * (random.nextInt(25) - 12) + 1) / 8.0;
                case TIES -> random.nextInt(5) - 2;
                case EXTREME -> (random.nextBoolean() ? 1 : -1) * Math.pow(10, random.nextInt(9) - 6);
                case SPECIAL -> SPECIALS[random.nextInt(SPECIALS.length)];
                case MASK -> random.nextInt(2);
                case WHOLE -> random.nextInt(limit);
                case DISTINCT -> throw new AssertionError("drawn together");
            };
        }
    }

    /**
     * One input.
     *
     * @param limit for {@link Domain#WHOLE}, one more than the greatest
     */
    public record Argument(DType dtype, Shape shape, Domain domain, int limit) {

        private static Argument floats(Domain domain, int... dims) {
            return new Argument(DType.FLOAT, Shape.of(dims), domain, 0);
        }

        public static Argument of(Domain domain, Shape shape) {
            return new Argument(DType.FLOAT, shape, domain, 0);
        }

        public static Argument normal(int... dims) {
            return floats(Domain.NORMAL, dims);
        }

        public static Argument positive(int... dims) {
            return floats(Domain.POSITIVE, dims);
        }

        public static Argument nonzero(int... dims) {
            return floats(Domain.NONZERO, dims);
        }

        public static Argument distinct(int... dims) {
            return floats(Domain.DISTINCT, dims);
        }

        public static Argument ties(int... dims) {
            return floats(Domain.TIES, dims);
        }

        /** {@code count} indices of rows of a table. */
        public static Argument indices(int count, int rows) {
            return new Argument(DType.INT, Shape.of(count), Domain.WHOLE, rows);
        }

        public static Argument ints(int... dims) {
            return new Argument(DType.INT, Shape.of(dims), Domain.WHOLE, 1 << 20);
        }

        public static Argument bytes(int... dims) {
            return new Argument(DType.BYTE, Shape.of(dims), Domain.WHOLE, 256);
        }

        /** The state of the random numbers: any four words. */
        public static Argument state() {
            return new Argument(DType.INT, Shape.of(4), Domain.WHOLE, Integer.MAX_VALUE);
        }

        Values draw(Random random) {
            double[] numbers = domain.draw(shape.size(), limit, random);
            if (dtype == DType.FLOAT) {
                return Values.of(shape, numbers);
            }
            int[] ints = Arrays.stream(numbers).mapToInt(x -> (int) x).toArray();
            if (dtype == DType.INT) {
                return Values.of(shape, ints);
            }
            byte[] bytes = new byte[ints.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ints[i];
            }
            return Values.of(shape, bytes);
        }
    }
}
