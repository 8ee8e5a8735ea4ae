package scorefield.kernels.codegen;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Reduction;
import scorefield.autodiff.op.Sum;
import scorefield.kernels.codegen.FusedExpression.Form;
import scorefield.kernels.launch.Hash;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.pass.Fusion;

/** Generates the kernels of pointwise groups and of reductions, with the chain of pointwise ops before a reduction computed on the fly. */
public final class FusedKernels {

    /** A work-item of a CPU takes at least so many elements: less, and starting work-groups costs as much as the work. */
    private static final int LEAST_CHUNK = 2048;

    /** A part of a split reduction has at least so many elements. */
    private static final int LEAST_PART = 512;

    /** Vectors of results that a work-item of a CPU sums side by side: so it reads memory in order and not every second cache line. */
    private static final int MOST_VECTORS = 4;

    private static final int GPU_WORK_GROUP = 64;

    /** Work-items that fold together, at most how many results side by side, and how often each must have something to fold for a split. */
    private static final int GPU_REDUCTION = 256;

    private static final int GPU_COLUMNS = 32;
    private static final int GPU_LEAST_ROUNDS = 4;

    /** Work-groups for each compute unit that keep it busy while some of them wait for memory. */
    private static final int GPU_GROUPS_PER_UNIT = 4;

    private final boolean cpu;
    private final int computeUnits;

    public FusedKernels(boolean cpu, int computeUnits) {
        this.cpu = cpu;
        this.computeUnits = computeUnits;
    }

    /** One launch that computes all outputs of a pointwise group. */
    public Launch pointwise(Fusion.Group group, Function<Tensor, Region> regions) {
        Set<Tensor> computed = Collections.newSetFromMap(new IdentityHashMap<>());
        computed.addAll(group.outputs());
        FusedExpression expression = new FusedExpression(regions, computed);
        Form form = cpu ? Form.SIXTEEN : Form.FOUR;
        StringBuilder storeVector = new StringBuilder();
        StringBuilder storeScalar = new StringBuilder();
        StringBuilder outputs = new StringBuilder();
        StringBuilder offsets = new StringBuilder();
        for (int k = 0; k < group.outputs().size(); k++) {
            Tensor output = group.outputs().get(k);
            boolean aligned = form == Form.FOUR && regions.apply(output).width(form.width()) == form.width();
            String store = aligned
                    ? "        *(global %1$s *)(q%3$d + i) = %4$s;\n"
                    : "        vstore%2$d(%4$s, 0, q%3$d + i);\n";
            storeVector.append(store.formatted(form.type(), form.width(), k, expression.value(output, form)));
            storeScalar.append("        q%d[i] = %s;\n".formatted(k, expression.value(output, Form.SCALAR)));
            outputs.append("    global float *q%d, const int q%d_at,\n".formatted(k, k));
            offsets.append("    q%d += q%d_at;\n".formatted(k, k));
        }
        String loops = """
                    const int start = get_global_id(0) * chunk;
                    const int end = min(start + chunk, n);
                    int i = start;
                    for (; i + %1$d <= end; i += %1$d) {
                %2$s%3$s    }
                    for (; i < end; i++) {
                %4$s%5$s    }
                """.formatted(
                        form.width(), expression.code(form), storeVector, expression.code(Form.SCALAR), storeScalar);
        String body = "(\n" + expression.parameters() + outputs + "    const int n, const int chunk) {\n"
                + expression.offsets() + offsets + loops + "}\n";
        int n = group.outputs().get(0).shape().size();
        int chunk = cpu ? chunk(n) : form.width();
        int workGroup = cpu ? 1 : GPU_WORK_GROUP;
        Launch launch = generated("fused", workGroup, body);
        expression.reads().forEach(launch::read);
        long bytes = 0;
        for (Tensor output : group.outputs()) {
            launch.write(regions.apply(output));
            bytes += 4L * n;
        }
        for (Tensor input : group.inputs()) {
            bytes += (long) Math.min(input.shape().size(), n) * input.dtype().bytes();
        }
        launch.integer(n).integer(chunk);
        launch.forEach((n + chunk - 1) / chunk, workGroup);
        return launch.work(expression.operations() * n, bytes);
    }

    private int chunk(int n) {
        int even = (n / (16 * computeUnits) + 15) / 16 * 16;
        return Math.max(LEAST_CHUNK, even);
    }

    private static Launch generated(String prefix, int workGroup, String body) {
        // Named by its text: equal kernels become one, and a driver's cache knows them again.
        String name = prefix + "_" + Hash.of(List.of(body)).substring(0, 12);
        String attribute =
                workGroup == 1 ? "" : "__attribute__((reqd_work_group_size(%d, 1, 1))) ".formatted(workGroup);
        return Launch.generated("kernel " + attribute + "void " + name + body, name);
    }

    /**
     * The launches of a reduction: one, or, where there is too little to do side by side, one that folds parts and one that folds
     * their results, in a fixed order so that the same numbers come out each time.
     *
     * @param scratch makes memory for a number of floats
     */
    public List<Launch> reduction(
            Tensor node, Function<Tensor, Region> regions, Set<Tensor> inputs, Function<Integer, Region> scratch) {
        Reduction op = (Reduction) node.op();
        Shape from = node.input(0).shape();
        Nest nest = Nest.of(from, op.axes());
        boolean sum = op instanceof Sum;
        if (!cpu) {
            return gpuReduction(node, nest, sum, regions, inputs, scratch);
        }
        // Lanes run over results where the innermost axis is kept, over the folded numbers where it is folded.
        boolean wide = nest.innerExtent() % 16 == 0;
        boolean lanesAreResults = wide && nest.innerKept();
        Form form = wide ? Form.SIXTEEN : Form.SCALAR;
        int step = wide && !lanesAreResults ? 16 : 1;
        int results = nest.keptSize();
        int length = nest.foldedSize();
        int parallel = 16 * computeUnits;
        int vectors = lanesAreResults ? vectors(nest, parallel) : 1;
        int items = lanesAreResults ? results / (16 * vectors) : results;
        int splits = Math.max(1, Math.min((parallel + items - 1) / items, length / LEAST_PART));
        int part = ((length + splits - 1) / splits + step - 1) / step * step;
        splits = (length + part - 1) / part;

        FusedExpression expression = new FusedExpression(regions, Collections.newSetFromMap(new IdentityHashMap<>()));
        String value = expression.value(node.input(0), form);
        String type = form.type();
        String fold = fold(sum, "accumulator[u]", value);
        String store = lanesAreResults
                ? "vstore16(accumulator[u], u, q + part * %d + first)".formatted(results)
                : "q[part * %d + first] = %s".formatted(results, wide ? across(sum) : "accumulator[u]");
        String body = """
                (
                %s    global float *q, const int q_at) {
                %s    q += q_at;
                    const int first = get_global_id(0)%s;
                    const int part = get_global_id(1);
                    const int base = %s;
                    const int end = min((part + 1) * %d, %d);
                    %s accumulator[%d];
                    #pragma unroll
                    for (int u = 0; u < %d; u++) {
                        accumulator[u] = (%s)(%s);
                    }
                    for (int r = part * %d; r < end; r += %d) {
                        #pragma unroll
                        for (int u = 0; u < %d; u++) {
                            const int i = base + %s + 16 * u;
                %s            accumulator[u] = %s;
                        }
                    }
                    #pragma unroll
                    for (int u = 0; u < %d; u++) {
                        %s;
                    }
                }
                """.formatted(
                        expression.parameters(),
                        expression.offsets(),
                        lanesAreResults ? " * " + 16 * vectors : "",
                        nest.keptIndex("first"),
                        part,
                        length,
                        type,
                        vectors,
                        vectors,
                        type,
                        sum ? "0.0f" : "-INFINITY",
                        part,
                        step,
                        vectors,
                        nest.foldedIndex("r"),
                        expression.code(form),
                        fold,
                        vectors,
                        store);
        Region result = regions.apply(node);
        Region partial = splits == 1 ? result : scratch.apply(splits * results);
        Launch launch = generated(sum ? "sum" : "max", 1, body).global(items, splits);
        return finished(launch, expression, sum, partial, result, results, splits, from, inputs);
    }

    /**
     * The same for a GPU. A work-group folds {@code columns} results, each by {@code rows} work-items that take every so many-th number,
     * and then by halves in local memory: as many rows as there are numbers worth it, and columns side by side where results are
     * neighbours in memory.
     */
    private List<Launch> gpuReduction(
            Tensor node,
            Nest nest,
            boolean sum,
            Function<Tensor, Region> regions,
            Set<Tensor> inputs,
            Function<Integer, Region> scratch) {
        int results = nest.keptSize();
        int length = nest.foldedSize();
        int columns = nest.innerKept() ? Math.min(powerOfTwo(results), GPU_COLUMNS) : 1;
        int rows = Math.min(powerOfTwo(length), GPU_REDUCTION / columns);
        columns = GPU_REDUCTION / rows;
        int groups = (results + columns - 1) / columns;
        int splits = Math.max(
                1,
                Math.min(
                        (GPU_GROUPS_PER_UNIT * computeUnits + groups - 1) / groups,
                        length / (rows * GPU_LEAST_ROUNDS)));
        int part = (length + splits - 1) / splits;
        splits = (length + part - 1) / part;
        FusedExpression expression = new FusedExpression(regions, Collections.newSetFromMap(new IdentityHashMap<>()));
        String value = expression.value(node.input(0), Form.SCALAR);
        String body = """
                (
                %1$s    global float *q, const int q_at) {
                    local float folded[%2$d];
                %3$s    q += q_at;
                    const int t = get_local_id(0);
                    const int row = t / %4$d;
                    const int first = get_group_id(0) * %4$d + t %% %4$d;
                    const int part = get_global_id(1);
                    float accumulator = %5$s;
                    if (first < %6$d) {
                        const int base = %7$s;
                        const int end = min((part + 1) * %8$d, %9$d);
                        for (int r = part * %8$d + row; r < end; r += %10$d) {
                            const int i = base + %11$s;
                %12$s            accumulator = %13$s;
                        }
                    }
                    folded[t] = accumulator;
                    barrier(CLK_LOCAL_MEM_FENCE);
                    for (int left = %10$d / 2; left > 0; left /= 2) {
                        if (row < left) {
                            folded[t] = %14$s;
                        }
                        barrier(CLK_LOCAL_MEM_FENCE);
                    }
                    if (row == 0 && first < %6$d) {
                        q[part * %6$d + first] = folded[t];
                    }
                }
                """.formatted(
                        expression.parameters(),
                        GPU_REDUCTION,
                        expression.offsets(),
                        columns,
                        sum ? "0.0f" : "-INFINITY",
                        results,
                        nest.keptIndex("first"),
                        part,
                        length,
                        rows,
                        nest.foldedIndex("r"),
                        expression.code(Form.SCALAR),
                        fold(sum, "accumulator", value),
                        fold(sum, "folded[t]", "folded[t + left * %d]".formatted(columns)));
        Region result = regions.apply(node);
        Region partial = splits == 1 ? result : scratch.apply(splits * results);
        Launch launch = generated(sum ? "sum" : "max", GPU_REDUCTION, body)
                .global((long) groups * GPU_REDUCTION, splits)
                .local(GPU_REDUCTION, 1);
        return finished(
                launch,
                expression,
                sum,
                partial,
                result,
                results,
                splits,
                node.input(0).shape(),
                inputs);
    }

    private static int powerOfTwo(int atLeast) {
        return atLeast <= 1 ? 1 : 2 * Integer.highestOneBit(atLeast - 1);
    }

    private static String fold(boolean sum, String a, String b) {
        return sum ? a + " + " + b : FusedExpression.greater(a, b);
    }

    /** A reduction's launches, given the one that folds the parts. */
    private List<Launch> finished(
            Launch launch,
            FusedExpression expression,
            boolean sum,
            Region partial,
            Region result,
            int results,
            int splits,
            Shape from,
            Set<Tensor> inputs) {
        expression.reads().forEach(launch::read);
        launch.write(partial);
        long bytes = 4L * results;
        for (Tensor input : inputs) {
            bytes += (long) Math.min(input.shape().size(), from.size())
                    * input.dtype().bytes();
        }
        launch.work((expression.operations() + 1) * from.size(), bytes);
        List<Launch> launches = new ArrayList<>(List.of(launch));
        if (splits > 1) {
            launches.add(foldParts(sum, partial, result, results, splits));
        }
        return launches;
    }

    /** How many vectors of results a work-item takes: neighbours, as many as leave enough work-items. */
    private static int vectors(Nest nest, int parallel) {
        long parts = Math.max(1, nest.foldedSize() / LEAST_PART);
        int vectors = MOST_VECTORS;
        while (vectors > 1
                && (nest.innerExtent() % (16 * vectors) != 0 || nest.keptSize() / (16 * vectors) * parts < parallel)) {
            vectors--;
        }
        return vectors;
    }

    /** Sixteen lanes folded to one number by halves. */
    private static String across(boolean sum) {
        List<String> lanes = new ArrayList<>();
        for (char lane : "0123456789abcdef".toCharArray()) {
            lanes.add("accumulator[u].s" + lane);
        }
        while (lanes.size() > 1) {
            int half = lanes.size() / 2;
            List<String> folded = new ArrayList<>();
            for (int k = 0; k < half; k++) {
                String a = lanes.get(k);
                String b = lanes.get(k + half);
                folded.add("(" + fold(sum, a, b) + ")");
            }
            lanes = folded;
        }
        return lanes.get(0);
    }

    private Launch foldParts(boolean sum, Region partial, Region result, int results, int splits) {
        String body = """
                (global const float *p, const int p_at, global float *q, const int q_at, const int results, const int parts) {
                    p += p_at;
                    q += q_at;
                    const int o = get_global_id(0);
                    if (o >= results) {
                        return;
                    }
                    float accumulator = p[o];
                    for (int part = 1; part < parts; part++) {
                        accumulator = %s;
                    }
                    q[o] = accumulator;
                }
                """.formatted(fold(sum, "accumulator", "p[part * results + o]"));
        int workGroup = cpu ? 1 : GPU_WORK_GROUP;
        return generated(sum ? "sum_parts" : "max_parts", workGroup, body)
                .read(partial)
                .write(result)
                .integer(results)
                .integer(splits)
                .forEach(results, workGroup)
                .work((double) results * splits, 4.0 * results * (splits + 1));
    }

    /**
     * A reduction's axes, merged where neighbours are both kept or both folded.
     *
     * @param kept where result o starts in the input
     * @param folded how far from there its number r lies
     * @param innerKept whether the innermost axis is kept
     * @param innerExtent the innermost axis' extent
     */
    private record Nest(
            FusedExpression.Layout kept, FusedExpression.Layout folded, boolean innerKept, int innerExtent) {

        static Nest of(Shape shape, List<Integer> axes) {
            int[] strides = shape.strides();
            int[] keptDims = shape.dims();
            int[] foldedDims = shape.dims();
            int inner = -1;
            for (int axis = 0; axis < shape.rank(); axis++) {
                (axes.contains(axis) ? keptDims : foldedDims)[axis] = 1;
                if (shape.dim(axis) > 1) {
                    inner = axis;
                }
            }
            FusedExpression.Layout kept = FusedExpression.Layout.of(keptDims, strides);
            FusedExpression.Layout folded = FusedExpression.Layout.of(foldedDims, strides);
            boolean innerKept = inner >= 0 && !axes.contains(inner);
            return new Nest(kept, folded, innerKept, (innerKept ? kept : folded).innerExtent());
        }

        int keptSize() {
            return product(kept);
        }

        int foldedSize() {
            return product(folded);
        }

        private static int product(FusedExpression.Layout layout) {
            return layout.extents().stream().reduce(1, (a, b) -> a * b);
        }

        String keptIndex(String o) {
            return kept.index(o);
        }

        String foldedIndex(String r) {
            return folded.index(r);
        }
    }
}
