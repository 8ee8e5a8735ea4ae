package scorefield.kernels.codegen;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.kernels.families.Families;
import scorefield.kernels.family.Computation.Fold;
import scorefield.kernels.family.Form;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;

/**
 * Generates the kernels of a reduction, which compute the chain of fusable ops before it on the fly.
 *
 * <p>It is one launch, or, where there is too little to do side by side, one that folds parts and one that folds their results, in a fixed
 * order so that the same numbers come out each time.
 */
public final class ReductionKernel {

    /** A part of a split reduction has at least so many elements. */
    private static final int LEAST_PART = 512;

    /** Vectors of results that a work-item of a CPU folds side by side: so it reads memory in order and not every second cache line. */
    private static final int MOST_VECTORS = 4;

    /** Work-items that fold together, at most how many results side by side, and how often each must have something to fold for a split. */
    private static final int GPU_REDUCTION = 256;

    private static final int GPU_COLUMNS = 32;
    private static final int GPU_LEAST_ROUNDS = 4;

    /** Work-groups for each compute unit that keep it busy while some of them wait for memory. */
    private static final int GPU_GROUPS_PER_UNIT = 4;

    private final Tensor node;
    private final Set<Tensor> inputs;
    private final Function<Tensor, Region> regions;
    private final LongFunction<Region> scratch;
    private final Fold fold;
    private final Nest nest;
    private final FusedExpression expression;

    /**
     * @param node a tensor that folds axes of its input
     * @param inputs the stored tensors that it is computed from
     * @param regions where each stored tensor (or view of one) lies; null for one that is not stored
     * @param scratch makes memory for a number of floats
     */
    public ReductionKernel(
            Tensor node, Set<Tensor> inputs, Function<Tensor, Region> regions, LongFunction<Region> scratch) {
        this.node = node;
        this.inputs = inputs;
        this.regions = regions;
        this.scratch = scratch;
        this.fold = Families.fold(node).orElseThrow();
        this.nest = Nest.of(node.input(0).shape(), fold.axes());
        this.expression = new FusedExpression(regions, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    /** The launches for a CPU. */
    public List<Launch> forCpu(int computeUnits) {
        // Lanes run over results where the innermost axis is kept, over the folded numbers where it is folded.
        boolean wide = nest.innerExtent() % 16 == 0;
        boolean lanesAreResults = wide && nest.innerKept();
        Form form = wide ? Form.SIXTEEN : Form.SCALAR;
        int step = wide && !lanesAreResults ? 16 : 1;
        int results = nest.kept().size();
        int length = nest.folded().size();
        int parallel = 16 * computeUnits;
        int vectors = lanesAreResults ? vectors(parallel) : 1;
        int items = lanesAreResults ? results / (16 * vectors) : results;
        int splits = Math.max(1, Math.min((parallel + items - 1) / items, length / LEAST_PART));
        int part = ((length + splits - 1) / splits + step - 1) / step * step;
        splits = (length + part - 1) / part;

        String value = expression.value(node.input(0), form);
        String type = form.type();
        String store = lanesAreResults
                ? "vstore16(accumulator[u], u, q + part * %d + first)".formatted(results)
                : "q[part * %d + first] = %s".formatted(results, wide ? across() : "accumulator[u]");
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
                        nest.kept().index("first"),
                        part,
                        length,
                        type,
                        vectors,
                        vectors,
                        type,
                        fold.identity(),
                        part,
                        step,
                        vectors,
                        nest.folded().index("r"),
                        expression.code(form),
                        fold.fold().apply("accumulator[u]", value),
                        vectors,
                        store);
        Launch launch = GeneratedKernel.launch(fold.name(), 1, body).global(items, splits);
        return finished(launch, splits, 1);
    }

    /**
     * The launches for a GPU. A work-group folds {@code columns} results, each by {@code rows} work-items that take every so many-th
     * number, and then by halves in local memory: as many rows as there are numbers worth it, and columns side by side where results are
     * neighbours in memory.
     */
    public List<Launch> forGpu(int computeUnits) {
        int results = nest.kept().size();
        int length = nest.folded().size();
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
                        fold.identity(),
                        results,
                        nest.kept().index("first"),
                        part,
                        length,
                        rows,
                        nest.folded().index("r"),
                        expression.code(Form.SCALAR),
                        fold.fold().apply("accumulator", value),
                        fold.fold().apply("folded[t]", "folded[t + left * %d]".formatted(columns)));
        Launch launch = GeneratedKernel.launch(fold.name(), GPU_REDUCTION, body)
                .global((long) groups * GPU_REDUCTION, splits)
                .local(GPU_REDUCTION, 1);
        return finished(launch, splits, GeneratedKernel.GPU_WORK_GROUP);
    }

    private static int powerOfTwo(int atLeast) {
        return atLeast <= 1 ? 1 : 2 * Integer.highestOneBit(atLeast - 1);
    }

    /** How many vectors of results a work-item takes: neighbours, as many as leave enough work-items. */
    private int vectors(int parallel) {
        long parts = Math.max(1, nest.folded().size() / LEAST_PART);
        int vectors = MOST_VECTORS;
        while (vectors > 1
                && (nest.innerExtent() % (16 * vectors) != 0
                        || nest.kept().size() / (16 * vectors) * parts < parallel)) {
            vectors--;
        }
        return vectors;
    }

    /** Sixteen lanes folded to one number by halves. */
    private String across() {
        List<String> lanes = new ArrayList<>();
        for (char lane : "0123456789abcdef".toCharArray()) {
            lanes.add("accumulator[u].s" + lane);
        }
        while (lanes.size() > 1) {
            int half = lanes.size() / 2;
            List<String> folded = new ArrayList<>();
            for (int k = 0; k < half; k++) {
                folded.add("(" + fold.fold().apply(lanes.get(k), lanes.get(k + half)) + ")");
            }
            lanes = folded;
        }
        return lanes.get(0);
    }

    /**
     * All launches, given the one that folds the parts.
     *
     * @param workGroup the size of a work-group of the one that folds the parts' results
     */
    private List<Launch> finished(Launch launch, int splits, int workGroup) {
        int results = nest.kept().size();
        int elements = node.input(0).shape().size();
        Region result = regions.apply(node);
        Region partial = splits == 1 ? result : scratch.apply((long) splits * results);
        expression.reads().forEach(launch::read);
        long bytes = 4L * results;
        for (Tensor input : inputs) {
            bytes += (long) Math.min(input.shape().size(), elements)
                    * input.dtype().bytes();
        }
        launch.write(partial).work((expression.operations() + 1) * elements, bytes);
        return splits == 1 ? List.of(launch) : List.of(launch, foldParts(partial, result, splits, workGroup));
    }

    private Launch foldParts(Region partial, Region result, int splits, int workGroup) {
        int results = nest.kept().size();
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
                """.formatted(fold.fold().apply("accumulator", "p[part * results + o]"));
        return GeneratedKernel.launch(fold.name() + "_parts", workGroup, body)
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
     */
    private record Nest(Layout kept, Layout folded, boolean innerKept) {

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
            return new Nest(
                    Layout.of(keptDims, strides), Layout.of(foldedDims, strides), inner >= 0 && !axes.contains(inner));
        }

        /** The innermost merged axis' extent. */
        int innerExtent() {
            return (innerKept ? kept : folded).innerExtent();
        }
    }
}
