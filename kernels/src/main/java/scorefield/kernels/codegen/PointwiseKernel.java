package scorefield.kernels.codegen;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import scorefield.autodiff.Tensor;
import scorefield.kernels.family.Form;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;

/** Generates one kernel that computes several tensors of one size, each with the chain of fusable ops before it. */
public final class PointwiseKernel {

    /** A work-item of a CPU takes at least so many elements: less, and starting work-groups costs as much as the work. */
    private static final int LEAST_CHUNK = 2048;

    private PointwiseKernel() {}

    /**
     * The launch.
     *
     * @param outputs the tensors, in topological order
     * @param inputs the stored tensors that they are computed from
     * @param regions where each stored tensor (or view of one) lies; null for one that is not stored
     * @param cpu whether the device is a CPU
     * @param computeUnits how many work-groups it runs at once
     */
    public static Launch launch(
            List<Tensor> outputs, Set<Tensor> inputs, Function<Tensor, Region> regions, boolean cpu, int computeUnits) {
        Set<Tensor> computed = Collections.newSetFromMap(new IdentityHashMap<>());
        computed.addAll(outputs);
        FusedExpression expression = new FusedExpression(regions, computed);
        Form form = cpu ? Form.SIXTEEN : Form.FOUR;
        StringBuilder storeVector = new StringBuilder();
        StringBuilder storeScalar = new StringBuilder();
        StringBuilder parameters = new StringBuilder();
        StringBuilder offsets = new StringBuilder();
        for (int k = 0; k < outputs.size(); k++) {
            Tensor output = outputs.get(k);
            boolean aligned = form == Form.FOUR && regions.apply(output).width(form.width()) == form.width();
            String store = aligned
                    ? "        *(global %1$s *)(q%3$d + i) = %4$s;\n"
                    : "        vstore%2$d(%4$s, 0, q%3$d + i);\n";
            storeVector.append(store.formatted(form.type(), form.width(), k, expression.value(output, form)));
            storeScalar.append("        q%d[i] = %s;\n".formatted(k, expression.value(output, Form.SCALAR)));
            parameters.append("    global float *q%d, const int q%d_at,\n".formatted(k, k));
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
        String body = "(\n" + expression.parameters() + parameters + "    const int n, const int chunk) {\n"
                + expression.offsets() + offsets + loops + "}\n";
        int n = outputs.get(0).shape().size();
        int chunk = cpu ? chunk(n, computeUnits) : form.width();
        int workGroup = cpu ? 1 : GeneratedKernel.GPU_WORK_GROUP;
        Launch launch = GeneratedKernel.launch("fused", workGroup, body);
        expression.reads().forEach(launch::read);
        outputs.forEach(output -> launch.write(regions.apply(output)));
        long bytes = 4L * n * outputs.size();
        for (Tensor input : inputs) {
            bytes += (long) Math.min(input.shape().size(), n) * input.dtype().bytes();
        }
        launch.integer(n).integer(chunk);
        launch.forEach((n + chunk - 1) / chunk, workGroup);
        return launch.work(expression.operations() * n, bytes);
    }

    private static int chunk(int n, int computeUnits) {
        int even = (n / (16 * computeUnits) + 15) / 16 * 16;
        return Math.max(LEAST_CHUNK, even);
    }
}
