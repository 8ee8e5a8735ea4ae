package scorefield.kernels.pointwise;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import scorefield.autodiff.DType;
import scorefield.autodiff.Op;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Pointwise;
import scorefield.autodiff.op.ToFloat;
import scorefield.kernels.family.Computation;
import scorefield.kernels.family.ElementCode;
import scorefield.kernels.family.Form;
import scorefield.kernels.family.OpFamily;
import scorefield.kernels.family.Rounding;
import scorefield.kernels.family.Simplification;

/** {@link Pointwise} functions, {@link ToFloat} and {@link Broadcast}: all of them are computed on the fly by generated kernels. */
public final class PointwiseFamily implements OpFamily {

    /** OpenCL's bound for pow, in units in the last place. */
    private static final double POWER_UNITS = 32;

    // A pass asks again and again: the same answer for every node of an op.
    private static final Map<Pointwise, Computation> FUNCTIONS = new EnumMap<>(Pointwise.class);
    private static final Computation CONVERSION = new Computation.Elementwise(1, 0, PointwiseFamily::conversion);
    private static final Computation BROADCAST = new Computation.Repeated();

    static {
        for (Pointwise op : Pointwise.values()) {
            FUNCTIONS.put(op, new Computation.Elementwise(cost(op), 1, (node, code) -> function(op, node, code)));
        }
    }

    @Override
    public Set<Class<? extends Op>> ops() {
        return Set.of(Pointwise.class, ToFloat.class, Broadcast.class);
    }

    @Override
    public Computation computation(Tensor node) {
        if (node.op() instanceof Pointwise op) {
            return FUNCTIONS.get(op);
        }
        if (node.op() instanceof ToFloat) {
            return CONVERSION;
        }
        if (node.op() instanceof Broadcast) {
            return BROADCAST;
        }
        throw incomplete(node);
    }

    private static String function(Pointwise op, Tensor node, ElementCode code) {
        List<String> in = new ArrayList<>();
        node.inputs().forEach(input -> in.add(code.value(input)));
        return expression(op, in, code.form());
    }

    private static String conversion(Tensor node, ElementCode code) {
        Tensor input = node.input(0);
        return input.dtype() == DType.FLOAT
                ? code.value(input)
                : "convert_%s(%s)".formatted(code.form().type(), code.element(input));
    }

    /** In additions: a transcendental function counts as ten. */
    private static int cost(Pointwise op) {
        return switch (op) {
            case EXP, EXPM1, LOG, SIN, COS, TANH, SIGMOID, SOFTPLUS, POWER -> 10;
            case DIVIDE, SQRT -> 3;
            case ADD, SUBTRACT, MULTIPLY, MAXIMUM, MINIMUM, LESS, LESS_OR_EQUAL, EQUAL -> 1;
            case NEGATE, ABS, SIGN, IS_FINITE, SELECT -> 1;
        };
    }

    private static String expression(Pointwise op, List<String> in, Form form) {
        String a = in.get(0);
        String b = in.size() > 1 ? in.get(1) : "";
        String zero = "(" + form.type() + ")(0.0f)";
        String one = "(" + form.type() + ")(1.0f)";
        return switch (op) {
            case ADD -> a + " + " + b;
            case SUBTRACT -> a + " - " + b;
            case MULTIPLY -> a + " * " + b;
            case DIVIDE -> a + " / " + b;
            case POWER -> "pow(" + a + ", " + b + ")";
            case MAXIMUM -> greater(a, b);
            case MINIMUM -> "select(%2$s, %1$s, (%1$s <= %2$s) | (%1$s != %1$s))".formatted(a, b);
            case LESS -> "select(" + zero + ", " + one + ", " + a + " < " + b + ")";
            case LESS_OR_EQUAL -> "select(" + zero + ", " + one + ", " + a + " <= " + b + ")";
            case EQUAL -> "select(" + zero + ", " + one + ", " + a + " == " + b + ")";
            case NEGATE -> "-" + a;
            case ABS -> "fabs(" + a + ")";
            case SIGN -> "select(sign(%1$s), %1$s, %1$s != %1$s)".formatted(a);
            case IS_FINITE -> "select(" + zero + ", " + one + ", isfinite(" + a + "))";
            case EXP -> "exp(" + a + ")";
            case EXPM1 -> "expm1(" + a + ")";
            case LOG -> "log(" + a + ")";
            case SQRT -> "sqrt(" + a + ")";
            case SIN -> "sin(" + a + ")";
            case COS -> "cos(" + a + ")";
            case TANH -> "tanh(" + a + ")";
            case SIGMOID -> one + " / (" + one + " + exp(-" + a + "))";
            case SOFTPLUS -> "fmax(" + a + ", " + zero + ") + log1p(exp(-fabs(" + a + ")))";
            case SELECT -> "select(" + in.get(2) + ", " + b + ", " + a + " != " + zero + ")";
        };
    }

    /** The OpenCL C for the greater of two, or NaN where one of them is: {@code fmax} would hide it. */
    public static String greater(String a, String b) {
        return "select(%2$s, %1$s, (%1$s >= %2$s) | (%1$s != %1$s))".formatted(a, b);
    }

    @Override
    public Rounding rounding(Tensor node) {
        if (node.op() instanceof Pointwise op) {
            return rounding(op);
        }
        if (node.op() instanceof ToFloat || node.op() instanceof Broadcast) {
            return Rounding.exact();
        }
        throw incomplete(node);
    }

    private static Rounding rounding(Pointwise op) {
        return switch (op) {
            case MAXIMUM, MINIMUM, LESS, LESS_OR_EQUAL, EQUAL, NEGATE, ABS, SIGN, IS_FINITE, SELECT -> Rounding.exact();
            case ADD, SUBTRACT, MULTIPLY -> Rounding.relative(1);
            case POWER -> Rounding.relative(POWER_UNITS);
            case DIVIDE, EXP, EXPM1, LOG, SQRT, SIN, COS, TANH, SIGMOID, SOFTPLUS -> Rounding.relative(Rounding.FEW);
        };
    }

    @Override
    public Optional<Tensor> simplified(Tensor node, List<Tensor> inputs, Simplification context) {
        if (node.op() instanceof Pointwise op) {
            return simplified(op, node, inputs, context);
        }
        return node.op() instanceof Broadcast ? simplifiedBroadcast(node, inputs.get(0), context) : Optional.empty();
    }

    private static Optional<Tensor> simplified(Pointwise op, Tensor node, List<Tensor> in, Simplification context) {
        if (in.stream().allMatch(input -> context.constantOf(input).isPresent())) {
            double[][] numbers = in.stream()
                    .map(input -> new double[] {context.constantOf(input).getAsDouble()})
                    .toArray(double[][]::new);
            Tensor one = new Tensor(op, in.stream().map(i -> Tensor.scalar(0)).toList());
            return Optional.of(context.constant(node.shape(), op.evaluate(one, numbers)[0]));
        }
        Tensor a = in.get(0);
        Tensor b = in.get(in.size() > 1 ? 1 : 0);
        return switch (op) {
            case ADD -> is(a, 0, context) ? Optional.of(b) : is(b, 0, context) ? Optional.of(a) : Optional.empty();
            case SUBTRACT -> is(b, 0, context) ? Optional.of(a) : Optional.empty();
            case MULTIPLY -> is(a, 1, context) ? Optional.of(b) : is(b, 1, context) ? Optional.of(a) : Optional.empty();
            case DIVIDE -> is(b, 1, context) ? Optional.of(a) : Optional.empty();
            case NEGATE -> a.op() == Pointwise.NEGATE ? Optional.of(a.input(0)) : Optional.empty();
            case POWER -> power(a, b, context);
            default -> Optional.empty();
        };
    }

    private static Optional<Tensor> power(Tensor a, Tensor exponent, Simplification context) {
        if (is(exponent, 1, context)) {
            return Optional.of(a);
        }
        if (is(exponent, 2, context)) {
            return Optional.of(context.shared(a.square()));
        }
        return is(exponent, 0.5, context) ? Optional.of(context.shared(a.sqrt())) : Optional.empty();
    }

    private static boolean is(Tensor tensor, double value, Simplification context) {
        OptionalDouble constant = context.constantOf(tensor);
        return constant.isPresent() && constant.getAsDouble() == value;
    }

    private static Optional<Tensor> simplifiedBroadcast(Tensor node, Tensor x, Simplification context) {
        OptionalDouble value = context.constantOf(x);
        if (value.isPresent()) {
            return Optional.of(context.constant(node.shape(), value.getAsDouble()));
        }
        if (x.shape().size() == node.shape().size()) {
            return Optional.of(x.shape().equals(node.shape()) ? x : context.shared(x.reshape(node.shape())));
        }
        return x.op() instanceof Broadcast
                ? Optional.of(context.shared(x.input(0).broadcastTo(node.shape())))
                : Optional.empty();
    }
}
