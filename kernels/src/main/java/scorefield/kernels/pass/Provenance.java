package scorefield.kernels.pass;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.kernels.families.Families;

/**
 * What became of each node of a program as it was written: what every pass did with it, and which launches compute it.
 *
 * <p>The first three passes each make another program, so a node is followed from program to program. A pass may also make nodes that stand for
 * no single node of the program before it, such as the inner nodes of a lowering: they count as part of the node whose result they lead to.
 */
public final class Provenance {

    /**
     * What one pass did with a node.
     *
     * @param pass its name
     * @param did for people: {@code stays in registers: a fused kernel of 12 ops computes it}
     */
    public record Step(String pass, String did) {}

    private final Map<Tensor, List<Step>> steps = new IdentityHashMap<>();
    private final Map<Tensor, List<Integer>> launches = new IdentityHashMap<>();
    private final Map<Tensor, List<Tensor>> origins = new IdentityHashMap<>();

    Provenance(
            Program program,
            Lower lower,
            Simplify simplify,
            Epilogues epilogues,
            Fusion fusion,
            Residence residence,
            Scheduler scheduler,
            Selection selection) {
        Set<Tensor> computed = Collections.newSetFromMap(new IdentityHashMap<>());
        computed.addAll(epilogues.program().order());
        Map<Tensor, Tensor> ends = new IdentityHashMap<>();
        for (Tensor node : program.order()) {
            List<Step> own = new ArrayList<>();
            steps.put(node, own);
            Tensor lowered = lower.became(node);
            Tensor simple = simplify.became(lowered);
            Tensor end = epilogues.became(simple);
            add(own, lower, lower.did(node));
            add(own, simplify, simplify.did(lowered));
            add(own, epilogues, epilogues.did(simple));
            if (!computed.contains(end)) {
                own.add(new Step(epilogues.name(), "nothing reads it any more"));
                continue;
            }
            ends.put(node, end);
            origins.computeIfAbsent(end, e -> new ArrayList<>()).add(node);
            add(own, fusion, fusion.did(end));
            add(own, residence, residence.did(end));
            for (Group group : fusion.computing(end)) {
                add(own, scheduler, scheduler.did(group));
                add(own, selection, selection.did(group));
            }
        }
        Set<Tensor> known = Collections.newSetFromMap(new IdentityHashMap<>());
        known.addAll(origins.keySet());
        for (Tensor node : program.order()) {
            Set<Integer> own = new TreeSet<>();
            if (ends.containsKey(node)) {
                for (Tensor part : partsOf(ends.get(node), known)) {
                    if (part != ends.get(node)) {
                        origins.put(part, List.of(node));
                    }
                    own.addAll(launches(part, fusion, selection));
                }
            }
            launches.put(node, List.copyOf(own));
        }
    }

    private static void add(List<Step> steps, Pass pass, Optional<String> did) {
        did.ifPresent(what -> steps.add(new Step(pass.name(), what)));
    }

    /** A node and those that it is computed from, down to what is known to stand for other nodes; from then on they are known as well. */
    private static List<Tensor> partsOf(Tensor end, Set<Tensor> known) {
        List<Tensor> parts = new ArrayList<>();
        Deque<Tensor> open = new ArrayDeque<>(List.of(end));
        while (!open.isEmpty()) {
            Tensor part = open.pop();
            parts.add(part);
            part.inputs().stream().filter(known::add).forEach(open::push);
        }
        return parts;
    }

    /** The launches of the groups that compute a node, and those that copy it; of a view, those of what it is a view of. */
    private static Set<Integer> launches(Tensor node, Fusion fusion, Selection selection) {
        Set<Integer> launches = new TreeSet<>(selection.copying(node));
        fusion.computing(Families.source(node)).forEach(group -> launches.addAll(selection.launching(group)));
        return launches;
    }

    /**
     * What the passes did with a node, in their order; those that left it alone say nothing.
     *
     * @param node of the program as it was written
     */
    public List<Step> steps(Tensor node) {
        return steps.getOrDefault(node, List.of());
    }

    /**
     * The numbers of the launches that compute a node, ascending; none for a leaf, and for what no longer has to be computed. A view has those of the
     * tensor within which it lies.
     *
     * @param node of the program as it was written
     */
    public List<Integer> launches(Tensor node) {
        return launches.getOrDefault(node, List.of());
    }

    /**
     * The nodes of the program as it was written that a node stands for: several where equal computations were made one.
     *
     * @param node of the {@linkplain Plan#program rewritten program}
     */
    public List<Tensor> origins(Tensor node) {
        return origins.getOrDefault(node, List.of());
    }
}
