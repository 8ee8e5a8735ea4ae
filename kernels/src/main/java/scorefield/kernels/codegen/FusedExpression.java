package scorefield.kernels.codegen;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import scorefield.autodiff.Tensor;
import scorefield.kernels.families.Families;
import scorefield.kernels.family.Computation;
import scorefield.kernels.family.ElementCode;
import scorefield.kernels.family.Form;
import scorefield.kernels.launch.CType;
import scorefield.kernels.launch.Region;

/**
 * OpenCL C for a chain of fusable ops at one element, or at 4 or 16 consecutive ones.
 *
 * <p>The code computes element {@code i} of each requested tensor, or, in vector form, so many from {@code i} on, where {@code i}
 * is a multiple of that. Vectors are explicit ({@code float16}) because PoCL does not vectorise kernels with loops by itself.
 */
final class FusedExpression {

    private final Function<Tensor, Region> regions;
    private final Set<Tensor> computed;
    private final List<Region> reads = new ArrayList<>();
    private final Map<Form, Map<Tensor, String>> names = new EnumMap<>(Form.class);
    private final Map<Form, StringBuilder> code = new EnumMap<>(Form.class);
    private double operations;

    /**
     * @param regions where each stored tensor (or view of one) lies; null for one that is not stored
     * @param computed stored tensors that this kernel computes itself
     */
    FusedExpression(Function<Tensor, Region> regions, Set<Tensor> computed) {
        this.regions = regions;
        this.computed = computed;
        for (Form form : Form.values()) {
            names.put(form, new IdentityHashMap<>());
            code.put(form, new StringBuilder());
        }
    }

    /** Generates what computes a tensor; returns the C variable (or literal) that holds it. */
    String value(Tensor tensor, Form form) {
        OptionalDouble constant = Families.constantOf(tensor);
        if (constant.isPresent()) {
            return "(" + form.type() + ")(" + literal(constant.getAsDouble()) + ")";
        }
        Tensor direct = Families.throughReshapes(tensor);
        String name = names.get(form).get(direct);
        if (name == null) {
            String expression = expression(direct, form);
            name = "v" + names.get(form).size();
            names.get(form).put(direct, name);
            code.get(form)
                    .append("        const ")
                    .append(form.type())
                    .append(' ')
                    .append(name)
                    .append(" = ")
                    .append(expression)
                    .append(";\n");
        }
        return name;
    }

    /** The statements that {@link #value} has generated so far. */
    String code(Form form) {
        return code.get(form).toString();
    }

    /** The regions that the code reads; region k is the kernel parameter {@code pk}. */
    List<Region> reads() {
        return reads;
    }

    /** How many arithmetic operations the scalar form does for one element; a function counts as one. */
    double operations() {
        return operations;
    }

    /** The kernel parameters for the regions that are read. */
    String parameters() {
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < reads.size(); k++) {
            text.append("    global const %s *p%d, const int p%d_at,\n"
                    .formatted(CType.of(reads.get(k).dtype()), k, k));
        }
        return text.toString();
    }

    /** The statements that apply the parameters' offsets. */
    String offsets() {
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < reads.size(); k++) {
            text.append("    p%d += p%d_at;\n".formatted(k, k));
        }
        return text.toString();
    }

    private static String literal(double value) {
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
            return element(region, form);
        }
        Computation computation = Families.computation(tensor).orElseThrow();
        if (computation instanceof Computation.Repeated) {
            return repeated(tensor, form);
        }
        Computation.Elementwise elementwise = (Computation.Elementwise) computation;
        if (form == Form.SCALAR) {
            operations += elementwise.operations();
        }
        return elementwise.expression().apply(tensor, new Code(form));
    }

    /** What the expression of a node refers to. */
    private final class Code implements ElementCode {
        private final Form form;

        Code(Form form) {
            this.form = form;
        }

        @Override
        public Form form() {
            return form;
        }

        @Override
        public String value(Tensor input) {
            return FusedExpression.this.value(input, form);
        }

        @Override
        public String element(Tensor input) {
            return FusedExpression.this.element(regions.apply(Families.throughReshapes(input)), form);
        }
    }

    private String element(Region region, Form form) {
        String pointer = parameter(region);
        if (form == Form.SCALAR) {
            return pointer + "[i]";
        }
        // A load through a pointer to vectors is one instruction of a GPU, which vload4, for any address, is not.
        return form == Form.FOUR && region.width(form.width()) == form.width()
                ? "*(global const %s4 *)(%s + i)".formatted(CType.of(region.dtype()), pointer)
                : "vload%d(0, %s + i)".formatted(form.width(), pointer);
    }

    /** The element of a tensor that is broadcast that stands at element i of the result. */
    private String repeated(Tensor tensor, Form form) {
        Region region = regions.apply(tensor.input(0));
        Layout layout = Layout.broadcast(tensor.input(0).shape(), tensor.shape());
        String pointer = parameter(region);
        if (form == Form.SCALAR) {
            return pointer + "[" + layout.index("i") + "]";
        }
        if (layout.innerExtent() % form.width() == 0 && layout.innerStride() == 0) {
            return "(" + form.type() + ")(" + pointer + "[" + layout.index("i") + "])";
        }
        if (layout.innerExtent() % form.width() == 0 && layout.innerStride() == 1) {
            return "vload%d(0, %s + (%s))".formatted(form.width(), pointer, layout.index("i"));
        }
        List<String> lanes = new ArrayList<>();
        for (int lane = 0; lane < form.width(); lane++) {
            lanes.add(pointer + "[" + layout.index("(i + " + lane + ")") + "]");
        }
        return "(" + form.type() + ")(" + String.join(", ", lanes) + ")";
    }
}
