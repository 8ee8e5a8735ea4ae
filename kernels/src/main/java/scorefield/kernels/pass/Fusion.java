package scorefield.kernels.pass;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import scorefield.autodiff.Op;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Leaf;
import scorefield.autodiff.op.Max;
import scorefield.autodiff.op.Pointwise;
import scorefield.autodiff.op.Reduction;
import scorefield.autodiff.op.Reshape;
import scorefield.autodiff.op.Slice;
import scorefield.autodiff.op.ToFloat;

/**
 * The third pass: which nodes are computed together, and which tensors exist in memory at all.
 *
 * <p>Pointwise ops, conversions and broadcasts are <i>fusable</i>: number i of the result depends on number i of the inputs (or on one
 * that follows from i by arithmetic), so a chain of them needs one kernel and no memory in between. A fusable node is stored only where
 * something needs it in memory: an op with a kernel of its own, a broadcast, the program's result; or where recomputing it for several
 * kernels would cost more than storing it. Reshapes and contiguous slices are <i>views</i> and cost nothing.
 *
 * <p>Each stored fusable node starts as a kernel of its own that computes all that it needs; then a kernel that feeds another of the
 * same size is merged into it, where no path through a third one stands against it, so that Adam's moments, the parameters and their
 * average, say, come out of one.
 */
public final class Fusion {

    /** What is computed by one kernel (or by one op's launcher). */
    public static final class Group {
        /** The tensors that it stores, in topological order; of twins, the one whose launcher computes both comes first. */
        private final List<Tensor> outputs = new ArrayList<>();
        /** The stored tensors that it reads. In a fixed order, so that the same program is always planned alike. */
        private final Set<Tensor> inputs = new LinkedHashSet<>();

        public List<Tensor> outputs() {
            return outputs;
        }

        public Set<Tensor> inputs() {
            return inputs;
        }

        /** Whether it is a chain of fusable ops; otherwise it is a reduction or a single op with a launcher. */
        public boolean isPointwise() {
            return isFusable(outputs.get(0));
        }

        /** Whether it reads a tensor only as element i for element i, and not through a broadcast or a slice. */
        public boolean readsElementwise(Tensor tensor) {
            Deque<Tensor> open = new ArrayDeque<>(outputs);
            Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            while (!open.isEmpty()) {
                Tensor node = open.pop();
                for (Tensor input : node.inputs()) {
                    Tensor direct = throughReshapes(input);
                    boolean elementwise = direct == tensor && !(node.op() instanceof Broadcast);
                    if (!elementwise && source(direct) == tensor) {
                        return false;
                    }
                    if (isFusable(direct) && !inputs.contains(direct) && seen.add(direct)) {
                        open.push(direct);
                    }
                }
            }
            return true;
        }
    }

    /** As many cheap operations as are recomputed by each of several kernels rather than stored. */
    private static final int CHEAP = 4;

    /** A kernel reads and writes no more tensors than this: a device limits the size of a kernel's arguments. */
    private static final int MOST_ARGUMENTS = 64;

    /** No longer chain is computed by one kernel: the code generator goes down it on the call stack. */
    private static final int LONGEST_CHAIN = 200;

    private final List<Tensor> order;
    private final Map<Tensor, List<Tensor>> users = new IdentityHashMap<>();
    private final Set<Tensor> stored = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Tensor, Group> groups = new IdentityHashMap<>();

    private Fusion(Program program) {
        order = program.order();
        for (Tensor node : order) {
            users.put(node, new ArrayList<>());
            node.inputs().forEach(input -> users.get(input).add(node));
        }
        List<Tensor> roots = new ArrayList<>(program.fetches());
        roots.addAll(program.updates().values());
        roots.forEach(root -> stored.add(source(root)));
        decideStored();
        formGroups();
        joinTwins();
        mergeGroups();
    }

    /** The groups of a simplified program, in topological order. */
    public static List<Group> fuse(Program program) {
        Fusion fusion = new Fusion(program);
        Set<Group> result = new LinkedHashSet<>();
        // A merged group is placed where its last output is: by then all its inputs have been placed.
        Map<Group, Integer> last = new IdentityHashMap<>();
        for (int i = 0; i < fusion.order.size(); i++) {
            Group group = fusion.groups.get(fusion.order.get(i));
            if (group != null) {
                last.put(group, i);
            }
        }
        fusion.topological(last).forEach(result::add);
        return List.copyOf(result);
    }

    private List<Group> topological(Map<Group, Integer> groupsWithPosition) {
        List<Group> result = new ArrayList<>();
        Set<Group> done = new HashSet<>();
        List<Group> byPosition = new ArrayList<>(groupsWithPosition.keySet());
        byPosition.sort(java.util.Comparator.comparing(groupsWithPosition::get));
        for (Group group : byPosition) {
            visit(group, done, result);
        }
        return result;
    }

    private void visit(Group start, Set<Group> done, List<Group> result) {
        Deque<Group> path = new ArrayDeque<>(List.of(start));
        while (!path.isEmpty()) {
            Group group = path.peek();
            Group open = null;
            if (!done.contains(group)) {
                for (Tensor input : group.inputs) {
                    Group producer = groups.get(input);
                    if (producer != null && producer != group && !done.contains(producer)) {
                        open = producer;
                        break;
                    }
                }
            }
            if (open != null) {
                path.push(open);
            } else {
                path.pop();
                if (done.add(group)) {
                    result.add(group);
                }
            }
        }
    }

    public static boolean isFusable(Tensor node) {
        Op op = node.op();
        return op instanceof Pointwise || op instanceof ToFloat || op instanceof Broadcast;
    }

    /** A tensor whose numbers lie within its input's: a reshape, or a slice along the first axis that has more than one part. */
    public static boolean isView(Tensor node) {
        if (node.op() instanceof Reshape) {
            return true;
        }
        return node.op() instanceof Slice slice && node.input(0).shape().range(0, slice.axis()) == 1;
    }

    /** How many elements into its input a view starts. */
    public static int viewOffset(Tensor view) {
        return view.op() instanceof Slice slice
                ? slice.from()
                        * view.input(0)
                                .shape()
                                .range(slice.axis() + 1, view.input(0).shape().rank())
                : 0;
    }

    /** The tensor that has memory where this one lies: itself, or what it is a view of. */
    public static Tensor source(Tensor node) {
        Tensor tensor = node;
        while (isView(tensor)) {
            tensor = tensor.input(0);
        }
        return tensor;
    }

    /** How many elements into its {@link #source} a tensor starts. */
    public static int offset(Tensor node) {
        int offset = 0;
        for (Tensor tensor = node; isView(tensor); tensor = tensor.input(0)) {
            offset += viewOffset(tensor);
        }
        return offset;
    }

    /** Through reshapes, which leave element i element i, to the tensor that a fused kernel computes or loads. */
    public static Tensor throughReshapes(Tensor node) {
        Tensor tensor = node;
        while (tensor.op() instanceof Reshape) {
            tensor = tensor.input(0);
        }
        return tensor;
    }

    /** Fusable nodes at which a chain must end, because what lies before them already fills a kernel. */
    private Set<Tensor> fillsAKernel() {
        Set<Tensor> full = Collections.newSetFromMap(new IdentityHashMap<>());
        Map<Tensor, Integer> reads = new IdentityHashMap<>(); // an upper bound: what is read twice counts twice
        Map<Tensor, Integer> lengths = new IdentityHashMap<>();
        for (Tensor node : order) {
            int read = 0;
            int length = 0;
            for (Tensor input : node.inputs()) {
                read = Math.min(MOST_ARGUMENTS, read + reads.get(input));
                length = Math.max(length, lengths.get(input));
            }
            if (Simplify.constantOf(node).isPresent()) {
                read = 0;
                length = 0;
            } else if (isFusable(node) && !stored.contains(node) && read < MOST_ARGUMENTS && length < LONGEST_CHAIN) {
                length++;
            } else if (!(node.op() instanceof Reshape)) {
                full.add(node);
                read = 1;
                length = 0;
            }
            reads.put(node, read);
            lengths.put(node, length);
        }
        return full;
    }

    private void decideStored() {
        Set<Tensor> tooMuch = fillsAKernel();
        Map<Tensor, Set<Tensor>> kernels =
                new IdentityHashMap<>(); // for a node that is not stored: the kernels that compute it
        for (int i = order.size() - 1; i >= 0; i--) {
            Tensor node = order.get(i);
            if (node.op() instanceof Reshape) {
                // A reshape of something inlined is inlined with it; it passes the question on to its input.
                kernels.put(node, kernelsUsing(node, kernels));
                continue;
            }
            if (node.op() instanceof Leaf || isView(node)) {
                continue;
            }
            if (!isFusable(node)) {
                stored.add(node);
                continue;
            }
            Set<Tensor> using = kernelsUsing(node, kernels);
            if (using == null || tooMuch.contains(node) || (using.size() > 1 && cost(node) > CHEAP)) {
                stored.add(node);
            } else {
                kernels.put(node, using);
            }
        }
    }

    /** The stored tensors whose kernels would compute this node inline, or null if one of its users needs it in memory. */
    private Set<Tensor> kernelsUsing(Tensor node, Map<Tensor, Set<Tensor>> kernels) {
        Set<Tensor> result = Collections.newSetFromMap(new IdentityHashMap<>());
        if (stored.contains(node)) {
            return null;
        }
        for (Tensor user : users.get(node)) {
            if (user.op() instanceof Broadcast && Simplify.constantOf(node).isEmpty()) {
                return null;
            }
            if (user.op() instanceof Max && users.get(node).size() > 1) {
                return null; // whoever looks for the greatest number later must see the same bits
            }
            if (isFusable(user) || user.op() instanceof Reduction) {
                if (stored.contains(user)) {
                    result.add(user);
                } else {
                    result.addAll(kernels.get(user));
                }
            } else if (user.op() instanceof Reshape && !stored.contains(user)) {
                Set<Tensor> through = kernels.get(user);
                if (through == null) {
                    return null;
                }
                result.addAll(through);
            } else {
                return null;
            }
        }
        return result;
    }

    /** How much it takes to recompute a node from what is stored, roughly: a transcendental function counts as ten additions. */
    private int cost(Tensor node) {
        Tensor tensor = throughReshapes(node);
        if (!isFusable(tensor) || stored.contains(tensor) || tensor.op() instanceof Broadcast) {
            return 0;
        }
        int sum = tensor.op() instanceof Pointwise pointwise ? cost(pointwise) : 1;
        for (Tensor input : tensor.inputs()) {
            sum += cost(input);
            if (sum > CHEAP) {
                return sum;
            }
        }
        return sum;
    }

    private static int cost(Pointwise op) {
        return switch (op) {
            case EXP, EXPM1, LOG, SIN, COS, TANH, SIGMOID, SOFTPLUS, POWER -> 10;
            case DIVIDE, SQRT -> 3;
            default -> 1;
        };
    }

    private void formGroups() {
        for (Tensor node : order) {
            if (!stored.contains(node) || node.op() instanceof Leaf) {
                continue;
            }
            Group group = new Group();
            group.outputs.add(node);
            if (isFusable(node) || node.op() instanceof Reduction) {
                collectInputs(node, Collections.newSetFromMap(new IdentityHashMap<>()), group.inputs);
            } else {
                node.inputs().forEach(input -> group.inputs.add(source(input)));
            }
            groups.put(node, group);
        }
    }

    private void collectInputs(Tensor node, Set<Tensor> seen, Set<Tensor> inputs) {
        if (!seen.add(node)) {
            return;
        }
        for (Tensor input : node.inputs()) {
            if (Simplify.constantOf(input).isPresent()) {
                continue;
            }
            Tensor tensor = throughReshapes(input);
            if (isLoaded(tensor)) {
                inputs.add(source(tensor));
            } else {
                collectInputs(tensor, seen, inputs);
            }
        }
    }

    /** Whether a fused kernel finds this tensor in memory rather than computing it. */
    private boolean isLoaded(Tensor tensor) {
        return stored.contains(tensor) || !isFusable(tensor);
    }

    /** Puts tensors that one launcher computes together into one group. Neither needs the other: they have the same inputs. */
    private void joinTwins() {
        for (Tensor node : order) {
            Group group = groups.get(node);
            if (group == null || group.outputs.size() > 1 || node.inputs().isEmpty()) {
                continue;
            }
            users.get(node.input(0)).stream()
                    .filter(other -> groups.containsKey(other)
                            && groups.get(other) != group
                            && node.inputs().equals(other.inputs())
                            && Launchers.areTwins(node, other))
                    .findFirst()
                    .ifPresent(twin -> {
                        group.outputs.add(twin);
                        groups.put(twin, group);
                    });
        }
    }

    private void mergeGroups() {
        for (int i = order.size() - 1; i >= 0; i--) {
            Group consumer = groups.get(order.get(i));
            if (consumer == null || !consumer.isPointwise()) {
                continue;
            }
            boolean merged = true;
            while (merged) {
                merged = false;
                for (Tensor input : List.copyOf(consumer.inputs)) {
                    Group producer = groups.get(input);
                    if (producer != null && producer != consumer && canMerge(producer, consumer)) {
                        merge(producer, consumer);
                        merged = true;
                    }
                }
            }
        }
    }

    private boolean canMerge(Group producer, Group consumer) {
        int arguments =
                producer.inputs.size() + producer.outputs.size() + consumer.inputs.size() + consumer.outputs.size();
        if (!producer.isPointwise()
                || arguments > MOST_ARGUMENTS
                || producer.outputs.get(0).shape().size()
                        != consumer.outputs.get(0).shape().size()) {
            return false;
        }
        for (Tensor output : producer.outputs) {
            if (consumer.inputs.contains(output) && !consumer.readsElementwise(output)) {
                return false;
            }
        }
        return !hasPathAround(producer, consumer);
    }

    /** Whether the consumer also depends on the producer by way of some other group. */
    private boolean hasPathAround(Group producer, Group consumer) {
        Deque<Group> open = new ArrayDeque<>();
        Set<Group> seen = new HashSet<>();
        for (Tensor input : consumer.inputs) {
            Group other = groups.get(input);
            if (other != null && other != producer && seen.add(other)) {
                open.push(other);
            }
        }
        while (!open.isEmpty()) {
            for (Tensor input : open.pop().inputs) {
                Group other = groups.get(input);
                if (other == producer) {
                    return true;
                }
                if (other != null && other != consumer && seen.add(other)) {
                    open.push(other);
                }
            }
        }
        return false;
    }

    private void merge(Group producer, Group consumer) {
        producer.outputs.forEach(output -> groups.put(output, consumer));
        consumer.outputs.addAll(0, producer.outputs);
        consumer.inputs.addAll(producer.inputs);
        consumer.inputs.removeAll(producer.outputs);
    }
}
