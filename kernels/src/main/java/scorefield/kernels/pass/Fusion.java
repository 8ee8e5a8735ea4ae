package scorefield.kernels.pass;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Leaf;
import scorefield.kernels.families.Families;
import scorefield.kernels.family.Computation;

/**
 * The fourth pass: which nodes are computed together, and which tensors exist in memory at all.
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
final class Fusion implements Pass {

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

    private final List<Group> result;

    /** For each node, the groups whose launches compute it. */
    private final Map<Tensor, List<Group>> computing = new IdentityHashMap<>();

    /** Fuses a simplified program. */
    public Fusion(Program program) {
        order = program.order();
        for (Tensor node : order) {
            users.put(node, new ArrayList<>());
            node.inputs().forEach(input -> users.get(input).add(node));
        }
        List<Tensor> roots = new ArrayList<>(program.fetches());
        roots.addAll(program.updates().values());
        roots.forEach(root -> stored.add(Families.source(root)));
        decideStored();
        formGroups();
        joinSiblings();
        mergeGroups();
        result = topological();
        result.forEach(group -> group.computed()
                .forEach(node ->
                        computing.computeIfAbsent(node, n -> new ArrayList<>()).add(group)));
    }

    /** The groups, in topological order. */
    public List<Group> groups() {
        return result;
    }

    /** The groups whose launches compute a node, in topological order; none for a leaf and a view. */
    List<Group> computing(Tensor node) {
        return computing.getOrDefault(node, List.of());
    }

    /** For people: how a node is computed. */
    Optional<String> did(Tensor node) {
        if (Families.isView(node)) {
            return Optional.of("costs nothing: its numbers lie within " + Families.source(node));
        }
        List<Group> by = computing(node);
        if (by.isEmpty()) {
            return Optional.empty();
        }
        Group group = by.get(0);
        if (Families.isFusable(node) && stored.contains(node)) {
            return Optional.of("stored by a fused kernel " + ops(group));
        }
        if (Families.isFusable(node)) {
            return Optional.of(
                    by.size() == 1
                            ? "stays in registers: the fused kernel " + ops(group) + " that stores "
                                    + names(group.outputs()) + " computes it"
                            : "stays in registers: computed in each of " + by.size()
                                    + " kernels, which costs less than storing it");
        }
        return Families.fold(node).isPresent()
                ? Optional.of("folded by a generated kernel " + ops(group))
                : Optional.of("has a kernel of its own");
    }

    private static String ops(Group group) {
        int count = group.computed().size();
        return count == 1 ? "of this op alone" : "of " + count + " ops";
    }

    private List<Group> topological() {
        // A merged group is placed where its last output is: by then all its inputs have been placed.
        Map<Group, Integer> last = new IdentityHashMap<>();
        for (int i = 0; i < order.size(); i++) {
            Group group = groups.get(order.get(i));
            if (group != null) {
                last.put(group, i);
            }
        }
        List<Group> byPosition = new ArrayList<>(last.keySet());
        byPosition.sort(Comparator.comparing(last::get));
        Set<Group> done = new LinkedHashSet<>();
        byPosition.forEach(group -> visit(group, done));
        return List.copyOf(done);
    }

    private void visit(Group start, Set<Group> done) {
        Deque<Group> path = new ArrayDeque<>(List.of(start));
        while (!path.isEmpty()) {
            Group group = path.peek();
            Group open = null;
            if (!done.contains(group)) {
                for (Tensor input : group.inputs()) {
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
                done.add(group);
            }
        }
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
            if (Families.constantOf(node).isPresent()) {
                read = 0;
                length = 0;
            } else if (Families.isFusable(node)
                    && !stored.contains(node)
                    && read < MOST_ARGUMENTS
                    && length < LONGEST_CHAIN) {
                length++;
            } else if (!Families.isReshape(node)) {
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
            if (Families.isReshape(node)) {
                // A reshape of something inlined is inlined with it; it passes the question on to its input.
                kernels.put(node, kernelsUsing(node, kernels));
                continue;
            }
            if (node.op() instanceof Leaf || Families.isView(node)) {
                continue;
            }
            if (!Families.isFusable(node)) {
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
            if (Families.isRepeated(user) && Families.constantOf(node).isEmpty()) {
                return null;
            }
            Optional<Computation.Fold> fold = Families.fold(user);
            if (fold.isPresent() && fold.get().selects() && users.get(node).size() > 1) {
                return null; // whoever looks for the greatest number later must see the same bits
            }
            if (Families.isFusable(user) || fold.isPresent()) {
                if (stored.contains(user)) {
                    result.add(user);
                } else {
                    result.addAll(kernels.get(user));
                }
            } else if (Families.isReshape(user) && !stored.contains(user)) {
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

    /** How much it takes to recompute a node from what is stored, roughly, in additions. */
    private int cost(Tensor node) {
        Tensor tensor = Families.throughReshapes(node);
        if (stored.contains(tensor)
                || !(Families.computation(tensor).orElse(null) instanceof Computation.Elementwise elementwise)) {
            return 0;
        }
        int sum = elementwise.cost();
        for (Tensor input : tensor.inputs()) {
            sum += cost(input);
            if (sum > CHEAP) {
                return sum;
            }
        }
        return sum;
    }

    private void formGroups() {
        for (Tensor node : order) {
            if (!stored.contains(node) || node.op() instanceof Leaf) {
                continue;
            }
            Group group = new Group(node);
            if (Families.isFusable(node) || Families.fold(node).isPresent()) {
                collectInputs(node, Collections.newSetFromMap(new IdentityHashMap<>()), group.inputs());
            } else {
                node.inputs().forEach(input -> group.inputs().add(Families.source(input)));
            }
            groups.put(node, group);
        }
    }

    private void collectInputs(Tensor node, Set<Tensor> seen, Set<Tensor> inputs) {
        if (!seen.add(node)) {
            return;
        }
        for (Tensor input : node.inputs()) {
            if (Families.constantOf(input).isPresent()) {
                continue;
            }
            Tensor tensor = Families.throughReshapes(input);
            if (isLoaded(tensor)) {
                inputs.add(Families.source(tensor));
            } else {
                collectInputs(tensor, seen, inputs);
            }
        }
    }

    /** Whether a fused kernel finds this tensor in memory rather than computing it. */
    private boolean isLoaded(Tensor tensor) {
        return stored.contains(tensor) || !Families.isFusable(tensor);
    }

    /** Puts sibling outputs, which the same launches compute, into one group. Neither needs the other: they have the same inputs. */
    private void joinSiblings() {
        for (Tensor node : order) {
            Group group = groups.get(node);
            if (group == null || group.outputs().size() > 1 || node.inputs().isEmpty()) {
                continue;
            }
            users.get(node.input(0)).stream()
                    .filter(other -> groups.containsKey(other)
                            && groups.get(other) != group
                            && node.inputs().equals(other.inputs())
                            && Families.of(node.op()).areSiblings(node, other))
                    .findFirst()
                    .ifPresent(sibling -> {
                        group.outputs().add(sibling);
                        groups.put(sibling, group);
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
                for (Tensor input : List.copyOf(consumer.inputs())) {
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
        int arguments = producer.inputs().size()
                + producer.outputs().size()
                + consumer.inputs().size()
                + consumer.outputs().size();
        if (!producer.isPointwise()
                || arguments > MOST_ARGUMENTS
                || producer.outputs().get(0).shape().size()
                        != consumer.outputs().get(0).shape().size()) {
            return false;
        }
        for (Tensor output : producer.outputs()) {
            if (consumer.inputs().contains(output) && !consumer.readsElementwise(output)) {
                return false;
            }
        }
        return !hasPathAround(producer, consumer);
    }

    /** Whether the consumer also depends on the producer by way of some other group. */
    private boolean hasPathAround(Group producer, Group consumer) {
        Deque<Group> open = new ArrayDeque<>();
        Set<Group> seen = new HashSet<>();
        for (Tensor input : consumer.inputs()) {
            Group other = groups.get(input);
            if (other != null && other != producer && seen.add(other)) {
                open.push(other);
            }
        }
        while (!open.isEmpty()) {
            for (Tensor input : open.pop().inputs()) {
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
        producer.outputs().forEach(output -> groups.put(output, consumer));
        consumer.outputs().addAll(0, producer.outputs());
        consumer.inputs().addAll(producer.inputs());
        consumer.inputs().removeAll(producer.outputs());
    }

    @Override
    public String report() {
        long pointwise = result.stream().filter(Group::isPointwise).count();
        long reductions = result.stream()
                .filter(group -> Families.fold(group.node()).isPresent())
                .count();
        StringBuilder text = new StringBuilder(
                "%d groups of nodes: %d of fusable ops, %d reductions, %d ops with kernels of their own%n"
                        .formatted(result.size(), pointwise, reductions, result.size() - pointwise - reductions));
        result.forEach(group -> text.append(
                "        %s <- %s%n".formatted(names(group.outputs()), names(List.copyOf(group.inputs())))));
        return text.toString();
    }

    private static String names(List<Tensor> tensors) {
        return tensors.stream().map(Tensor::toString).collect(Collectors.joining(", "));
    }
}
