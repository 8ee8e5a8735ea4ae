package scorefield.cli.explore.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.DType;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Layers;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Leaf;
import scorefield.cli.inspect.Subject;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.PlanListing;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.pass.MemoryPlan;
import scorefield.kernels.pass.Plan;
import scorefield.kernels.pass.Provenance;
import scorefield.ncsn.text.Text;

/**
 * A training step with its plan, as the page shows it. A node is named by its number in the {@linkplain Program#order order of computation}, a
 * launch by its place in the plan. The page's parts are records, which become JSON.
 */
final class PlannedStep {

    /**
     * The whole step.
     *
     * @param subject whose step it is
     * @param device that it is planned for
     * @param layers the names of the layers, in the order of computation; an empty name for what belongs to none
     * @param groups how many kernels' worth of work fusion made of it
     */
    record Overview(
            String subject,
            String device,
            List<String> layers,
            List<Node> nodes,
            int groups,
            List<LaunchView> launches,
            Arena arena) {}

    /**
     * A node.
     *
     * @param layer its place among the layers; −1 for a leaf
     * @param launches those that compute it
     */
    record Node(String op, String name, String shape, List<Integer> inputs, int layer, List<Integer> launches) {}

    /**
     * A launch.
     *
     * @param range work-items in each dimension, and those of a work-group
     * @param computes the tensor that it is for
     * @param layer of that tensor
     * @param nodes those that it computes
     */
    record LaunchView(
            String kernel,
            boolean generated,
            String range,
            String computes,
            String layer,
            double flops,
            double bytes,
            List<Integer> nodes) {}

    /**
     * The arena.
     *
     * @param bytes its size
     * @param lowerBound the most that lives at one time
     * @param fullest during which launch
     */
    record Arena(long bytes, List<Long> slabs, long lowerBound, int fullest, List<Buffer> buffers) {}

    /**
     * A buffer in the arena.
     *
     * @param first the launch that first writes it
     * @param last the last that uses it; the number of launches where it is read after the last one
     * @param nodes those whose numbers it holds, or whose launches use it
     */
    record Buffer(String label, int slab, long offset, long bytes, int first, int last, List<Integer> nodes) {}

    /**
     * All of one node.
     *
     * @param op with its attributes
     * @param gradients of each input, as a formula in the inputs a, b, …, the result y and its cotangent g
     */
    record Details(
            String op,
            String meaning,
            String source,
            Map<String, String> gradients,
            List<Provenance.Step> steps,
            List<KernelText> kernels) {}

    /** The source of a launch's kernel, with its constants filled in. */
    record KernelText(int launch, String kernel, String options, String source) {}

    private final Subject subject;
    private final String device;
    private final List<Tensor> nodes;
    private final Map<Tensor, Integer> numbers = new IdentityHashMap<>();
    private final Layers layers;
    private final Layers planned;
    private final PlanListing listing;
    private final Plan plan;
    private final Provenance provenance;

    PlannedStep(Subject subject, OpenClDevice device) {
        this.subject = subject;
        this.device = device.name();
        Program program = subject.trainingStep();
        nodes = program.order();
        nodes.forEach(node -> numbers.put(node, numbers.size()));
        layers = Layers.of(program);
        listing = device.plan(program);
        plan = listing.plan();
        provenance = listing.provenance();
        planned = Layers.of(plan.program());
    }

    Subject subject() {
        return subject;
    }

    Overview overview() {
        Map<String, Integer> names = new LinkedHashMap<>();
        List<Node> views = new ArrayList<>();
        List<List<Integer>> computed = new ArrayList<>();
        plan.launches().forEach(launch -> computed.add(new ArrayList<>()));
        for (Tensor node : nodes) {
            boolean leaf = node.op() instanceof Leaf;
            int layer = leaf ? -1 : names.computeIfAbsent(layers.nameOf(node), name -> names.size());
            List<Integer> launches = provenance.launches(node);
            launches.forEach(launch -> computed.get(launch).add(numbers.get(node)));
            views.add(new Node(label(node), node.name(), shape(node), numbers(node.inputs()), layer, launches));
        }
        List<LaunchView> launches = new ArrayList<>();
        for (int i = 0; i < plan.launches().size(); i++) {
            launches.add(view(i, computed.get(i)));
        }
        return new Overview(
                subject.name(), device, List.copyOf(names.keySet()), views, plan.groups(), launches, arena());
    }

    private static String label(Tensor node) {
        return node.op() instanceof Constant constant && node.shape().size() == 1
                ? Text.number(constant.values().get(0))
                : node.op().label();
    }

    private static String shape(Tensor node) {
        return node.dtype() == DType.FLOAT ? node.shape().toString() : node.dtype() + " " + node.shape();
    }

    private List<Integer> numbers(List<Tensor> tensors) {
        return tensors.stream().map(numbers::get).toList();
    }

    private LaunchView view(int number, List<Integer> computed) {
        Launch launch = plan.launches().get(number);
        Tensor computes = plan.computes().get(number);
        return new LaunchView(
                launch.kernel(),
                launch.isGenerated(),
                times(launch.global()) + " work-items in groups of " + times(launch.local()),
                computes.toString(),
                planned.nameOf(computes),
                launch.flops(),
                launch.bytes(),
                computed);
    }

    private static String times(long[] sizes) {
        return Arrays.stream(sizes).mapToObj(Long::toString).collect(Collectors.joining("×"));
    }

    private Arena arena() {
        MemoryPlan memory = plan.memory();
        List<Buffer> buffers = new ArrayList<>();
        for (MemoryPlan.Lifetime lifetime : memory.lifetimes()) {
            MemoryPlan.Place place = memory.places().get(lifetime.storage());
            buffers.add(new Buffer(
                    lifetime.storage().label(),
                    place.slab(),
                    place.byteOffset(),
                    lifetime.storage().bytes(),
                    lifetime.first(),
                    lifetime.last(),
                    numbers(provenance.origins(lifetime.storage().owner()))));
        }
        return new Arena(memory.bytes(), memory.slabs(), memory.lowerBound(), memory.fullest(), buffers);
    }

    int nodeCount() {
        return nodes.size();
    }

    Details details(int number) {
        Tensor node = nodes.get(number);
        OpText text = OpText.of(node.op());
        List<KernelText> kernels = new ArrayList<>();
        for (int launch : provenance.launches(node)) {
            Launch of = plan.launches().get(launch);
            kernels.add(new KernelText(launch, of.kernel(), of.options(), listing.source(launch)));
        }
        return new Details(
                node.op() instanceof Constant ? label(node) : node.op().toString(),
                text.meaning(),
                text.source(),
                gradients(node),
                provenance.steps(node),
                kernels);
    }

    /** What the op's own rule makes of a cotangent g, input by input. */
    private static Map<String, String> gradients(Tensor node) {
        Map<String, String> gradients = new LinkedHashMap<>();
        if (node.dtype() != DType.FLOAT) {
            return gradients;
        }
        Map<Tensor, String> names = new IdentityHashMap<>();
        Tensor cotangent = Tensor.input("g", node.shape());
        names.put(cotangent, "g");
        names.put(node, "y");
        for (int k = 0; k < node.inputs().size(); k++) {
            names.putIfAbsent(node.input(k), letter(k));
        }
        for (int k = 0; k < node.inputs().size(); k++) {
            String formula = gradient(node, k, cotangent, names);
            if (formula != null) {
                gradients.put(letter(k), formula);
            }
        }
        return gradients;
    }

    /** Null for an input that has no derivative. */
    private static @Nullable String gradient(Tensor node, int input, Tensor cotangent, Map<Tensor, String> names) {
        if (node.input(input).dtype() != DType.FLOAT) {
            return null;
        }
        Tensor gradient = node.op().vjp(node, input, cotangent);
        return gradient == Gradients.NONE ? null : Formula.of(gradient, names);
    }

    private static String letter(int input) {
        return String.valueOf((char) ('a' + input));
    }
}
