package scorefield.kernels.codegen;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Pointwise;
import scorefield.autodiff.op.ToFloat;
import scorefield.kernels.launch.Region;
import scorefield.kernels.pass.Fusion;
import scorefield.kernels.pass.Simplify;

/**
 * OpenCL C for a chain of fusable ops at one element, or at 4 or 16 consecutive ones.
 *
 * <p>The code computes element {@code i} of each requested tensor, or, in vector form, so many from {@code i} on, where {@code i}
 * is a multiple of that. Vectors are explicit ({@code float16}) because PoCL does not vectorise kernels with loops by itself.
 */
public final class FusedExpression {

    /** How many elements at a time: one, the four that a GPU reads at once, or the sixteen that a CPU computes at once. */
    public enum Form {
        SCALAR(1),
        FOUR(4),
        SIXTEEN(16);

        private final String type;
        private final int width;

        Form(int width) {
            this.type = width == 1 ? "float" : "float" + width;
            this.width = width;
        }

        public int width() {
            return width;
        }

        public String type() {
            return type;
        }
    }

    private final Function<Tensor, Region> regions;
    private final Set<Tensor> computed;
    private final List<Region> reads = new ArrayList<>();
    private final Map<Form, Map<Tensor, String>> names = new java.util.EnumMap<>(Form.class);
    private final Map<Form, StringBuilder> code = new java.util.EnumMap<>(Form.class);
    private double operations;

    /**
     * @param regions where each stored tensor (or view of one) lies; null for one that is not stored
     * @param computed stored tensors that this kernel computes itself
     */
    public FusedExpression(Function<Tensor, Region> regions, Set<Tensor> computed) {
        this.regions = regions;
        this.computed = computed;
        for (Form form : Form.values()) {
            names.put(form, new IdentityHashMap<>());
            code.put(form, new StringBuilder());
        }
    }

    /** Generates what computes a tensor; returns the C variable (or literal) that holds it. */
    public String value(Tensor tensor, Form form) {
        OptionalDouble constant = Simplify.constantOf(tensor);
        if (constant.isPresent()) {
            return "(" + form.type + ")(" + literal(constant.getAsDouble()) + ")";
        }
        Tensor direct = Fusion.throughReshapes(tensor);
        String name = names.get(form).get(direct);
        if (name == null) {
            String expression = expression(direct, form);
            name = "v" + names.get(form).size();
            names.get(form).put(direct, name);
            code.get(form)
                    .append("        const ")
                    .append(form.type)
                    .append(' ')
                    .append(name)
                    .append(" = ")
                    .append(expression)
                    .append(";\n");
        }
        return name;
    }

    /** The statements that {@link #value} has generated so far. */
    public String code(Form form) {
        return code.get(form).toString();
    }

    /** The regions that the code reads; region k is the kernel parameter {@code pk}. */
    public List<Region> reads() {
        return reads;
    }

    /** How many arithmetic operations the scalar form does for one element; a function counts as one. */
    public double operations() {
        return operations;
    }

    /** The kernel parameters for the regions that are read. */
    public String parameters() {
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < reads.size(); k++) {
            text.append("    global const %s *p%d, const int p%d_at,\n"
                    .formatted(ctype(reads.get(k).dtype()), k, k));
        }
        return text.toString();
    }

    /** The statements that apply the parameters' offsets. */
    public String offsets() {
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < reads.size(); k++) {
            text.append("    p%d += p%d_at;\n".formatted(k, k));
        }
        return text.toString();
    }

    public static String ctype(DType dtype) {
        return switch (dtype) {
            case FLOAT -> "float";
            case INT -> "int";
            case BYTE -> "uchar";
        };
    }

    public static String literal(double value) {
        float single = (float) value;
        if (Float.isNaN(single)) {
            return "NAN";
        }
        if (Float.isInfinite(single)) {
            return single > 0 ? "INFINITY" : "-INFINITY";
        }
        return single == Math.rint(single) && Math.abs(single) < 1e7f
                ? String.format(Locale.ROOT, "%.1ff", single)
                : Float.toHexString(single) + "f";
    }

    private String parameter(Region region) {
        int k = reads.indexOf(region);
        if (k < 0) {
            k = reads.size();
            reads.add(region);
        }
        return "p" + k;
    }

    private String expression(Tensor tensor, Form form) {
        Region region = computed.contains(tensor) ? null : regions.apply(tensor);
        if (region != null) {
            return element(region, form, "i");
        }
        if (tensor.op() instanceof Broadcast) {
            return broadcast(tensor, form);
        }
        if (tensor.op() instanceof ToFloat) {
            Tensor source = Fusion.throughReshapes(tensor.input(0));
            return source.dtype() == DType.FLOAT
                    ? value(source, form)
                    : "convert_%s(%s)".formatted(form.type, element(regions.apply(source), form, "i"));
        }
        List<String> in = new ArrayList<>();
        for (Tensor input : tensor.inputs()) {
            in.add(value(input, form));
        }
        if (form == Form.SCALAR) {
            operations++;
        }
        return apply((Pointwise) tensor.op(), in, form);
    }

    private String element(Region region, Form form, String index) {
        String pointer = parameter(region);
        if (form == Form.SCALAR) {
            return pointer + "[" + index + "]";
        }
        // A load through a pointer to vectors is one instruction of a GPU, which vload4, for any address, is not.
        return form == Form.FOUR && region.width(form.width) == form.width
                ? "*(global const %s4 *)(%s + %s)".formatted(ctype(region.dtype()), pointer, index)
                : "vload%d(0, %s + %s)".formatted(form.width, pointer, index);
    }

    /** The element of a stretched tensor that stands at element i of the result. */
    private String broadcast(Tensor tensor, Form form) {
        Region region = regions.apply(tensor.input(0));
        Layout layout = Layout.broadcast(tensor.input(0).shape(), tensor.shape());
        String pointer = parameter(region);
        if (form == Form.SCALAR) {
            return pointer + "[" + layout.index("i") + "]";
        }
        if (layout.innerExtent() % form.width == 0 && layout.innerStride() == 0) {
            return "(" + form.type + ")(" + pointer + "[" + layout.index("i") + "])";
        }
        if (layout.innerExtent() % form.width == 0 && layout.innerStride() == 1) {
            return "vload%d(0, %s + (%s))".formatted(form.width, pointer, layout.index("i"));
        }
        List<String> lanes = new ArrayList<>();
        for (int lane = 0; lane < form.width; lane++) {
            lanes.add(pointer + "[" + layout.index("(i + " + lane + ")") + "]");
        }
        return "(" + form.type + ")(" + String.join(", ", lanes) + ")";
    }

    /** The greater of two, or NaN where one of them is: {@code fmax} would hide it. */
    public static String greater(String a, String b) {
        return "select(%2$s, %1$s, (%1$s >= %2$s) | (%1$s != %1$s))".formatted(a, b);
    }

    private static String apply(Pointwise op, List<String> in, Form form) {
        String a = in.get(0);
        String b = in.size() > 1 ? in.get(1) : "";
        String zero = "(" + form.type + ")(0.0f)";
        String one = "(" + form.type + ")(1.0f)";
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

    /**
     * An index map with its axes merged as far as possible: element i of a shape lies at Σ (i / divisor) mod extent · stride.
     *
     * @param extents innermost first
     * @param strides innermost first, in elements of what is read
     */
    public record Layout(List<Integer> extents, List<Integer> strides) {

        public static Layout broadcast(Shape small, Shape large) {
            int[] own = small.strides();
            int lead = large.rank() - small.rank();
            int[] strides = new int[large.rank()];
            for (int axis = 0; axis < small.rank(); axis++) {
                strides[lead + axis] = small.dim(axis) == 1 ? 0 : own[axis];
            }
            return of(large.dims(), strides);
        }

        public static Layout of(int[] dims, int[] steps) {
            List<Integer> extents = new ArrayList<>();
            List<Integer> strides = new ArrayList<>();
            for (int axis = dims.length - 1; axis >= 0; axis--) {
                int last = extents.size() - 1;
                if (dims[axis] == 1) {
                    continue;
                }
                if (last >= 0 && steps[axis] == strides.get(last) * extents.get(last)) {
                    extents.set(last, extents.get(last) * dims[axis]);
                } else {
                    extents.add(dims[axis]);
                    strides.add(steps[axis]);
                }
            }
            if (extents.isEmpty()) {
                extents.add(1);
                strides.add(0);
            }
            return new Layout(extents, strides);
        }

        public int innerExtent() {
            return extents.get(0);
        }

        public int innerStride() {
            return strides.get(0);
        }

        /** The index as a C expression. */
        public String index(String i) {
            List<String> terms = new ArrayList<>();
            int divisor = 1;
            for (int k = 0; k < extents.size(); k++) {
                if (strides.get(k) != 0) {
                    String term = divisor == 1 ? i : i + " / " + divisor;
                    term = k == extents.size() - 1 ? term : "(" + term + ") % " + extents.get(k);
                    terms.add(strides.get(k) == 1 ? term : "(" + term + ") * " + strides.get(k));
                }
                divisor *= extents.get(k);
            }
            return terms.isEmpty() ? "0" : String.join(" + ", terms);
        }
    }
}
