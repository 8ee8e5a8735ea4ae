package scorefield.kernels.pass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Input;
import scorefield.autodiff.op.Leaf;
import scorefield.autodiff.op.Variable;
import scorefield.kernels.families.Families;
import scorefield.kernels.family.Computation;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Storage;

/**
 * The fifth pass: in which storage each tensor lies.
 *
 * <p>Leaves have storage of their own; a view lies within its source. A variable's new value is written straight over the old one where
 * nothing can still want the old one. Where an op's family allows it, an input is computed in its place in the result: a part of a
 * concatenation along the outermost axis, say. All else gets storage in the arena, whose addresses {@link MemoryPlanner} decides.
 */
final class Residence implements Pass {

    private final Program program;
    private final List<Group> groups;
    private final Map<Tensor, Group> producers = new IdentityHashMap<>();
    private final Map<Tensor, Region> regions = new IdentityHashMap<>();
    private final Map<Group, Set<Group>> before = new HashMap<>();
    private final List<Tensor> copied = new ArrayList<>();
    private final Set<Storage> kept = Collections.newSetFromMap(new IdentityHashMap<>());

    /** What is computed in the place of another tensor. */
    private final List<Tensor> inPlace = new ArrayList<>();

    /**
     * Finds a place for everything that is stored.
     *
     * @param groups of the program, in topological order
     */
    public Residence(Program program, List<Group> groups) {
        this.program = program;
        this.groups = groups;
        groups.forEach(group -> group.outputs().forEach(output -> producers.put(output, group)));
        for (Tensor node : program.order()) {
            if (node.op() instanceof Leaf leaf) {
                regions.put(node, new Region(Storage.leaf(kind(leaf), node), 0));
            }
        }
        program.updates()
                .keySet()
                .forEach(variable ->
                        regions.computeIfAbsent(variable, v -> new Region(Storage.leaf(Storage.Kind.VARIABLE, v), 0)));
        updateInPlace();
        computeInputsInPlace();
        for (Group group : groups) {
            for (Tensor output : group.outputs()) {
                regions.computeIfAbsent(output, o -> new Region(Storage.arena(o), 0));
            }
        }
        program.fetches().forEach(fetch -> keep(fetch));
        copied.forEach(variable -> keep(program.updates().get(variable)));
    }

    private static Storage.Kind kind(Leaf leaf) {
        if (leaf instanceof Variable) {
            return Storage.Kind.VARIABLE;
        }
        return leaf instanceof Input ? Storage.Kind.INPUT : Storage.Kind.CONSTANT;
    }

    private void keep(Tensor tensor) {
        kept.add(region(tensor).orElseThrow().storage());
    }

    /** Where a tensor lies: a stored one, or a view of one; empty for what exists only inside fused kernels. */
    public Optional<Region> region(Tensor tensor) {
        return Optional.ofNullable(regionOrNull(tensor));
    }

    @Nullable
    Region regionOrNull(Tensor tensor) {
        if (Families.isView(tensor)) {
            Region source = regionOrNull(tensor.input(0));
            return source == null ? null : source.plus(Families.viewOffset(tensor));
        }
        return regions.get(tensor);
    }

    /** Groups that must run before one although it reads nothing of theirs. */
    public Set<Group> before(Group group) {
        return before.getOrDefault(group, Set.of());
    }

    /** The variables whose new value lies elsewhere and is copied at the end, in order. */
    public List<Tensor> copied() {
        return copied;
    }

    /** Whether a storage's numbers are wanted after the last group. */
    public boolean isKept(Storage storage) {
        return kept.contains(storage);
    }

    private void updateInPlace() {
        Map<Tensor, List<Group>> readers = new IdentityHashMap<>();
        groups.forEach(group -> group.inputs()
                .forEach(input ->
                        readers.computeIfAbsent(input, i -> new ArrayList<>()).add(group)));
        // Old values that are results themselves, and so are wanted until the end.
        Set<Tensor> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        program.fetches().forEach(fetch -> wanted.add(Families.source(fetch)));
        program.updates().values().forEach(value -> wanted.add(Families.source(value)));
        program.updates().forEach((variable, value) -> {
            if (Families.source(value) == variable
                    && value.shape().size() == variable.shape().size()) {
                return; // it stays as it is
            }
            Tensor source = Families.throughReshapes(value);
            Group writer = producers.get(source);
            if (writer == null
                    || regions.containsKey(source)
                    || wanted.contains(variable)
                    || !mayOverwrite(writer, variable, readers.getOrDefault(variable, List.of()))) {
                copied.add(variable);
                return;
            }
            place(source, Objects.requireNonNull(regions.get(variable)));
            Set<Group> earlier = before.computeIfAbsent(writer, w -> new HashSet<>());
            earlier.addAll(readers.getOrDefault(variable, List.of()));
            earlier.remove(writer);
        });
    }

    private void place(Tensor tensor, Region region) {
        regions.put(tensor, region);
        inPlace.add(tensor);
    }

    /** Whether a group can write over a variable: it reads it at most element by element, and all other readers can go before. */
    private boolean mayOverwrite(Group writer, Tensor variable, List<Group> readers) {
        if (readers.contains(writer) && !(writer.isPointwise() && writer.readsElementwise(variable))) {
            return false;
        }
        return readers.stream().filter(reader -> reader != writer).noneMatch(reader -> mustFollow(reader, writer));
    }

    /** Whether a group depends on another, through its inputs or through an order already agreed on. */
    private boolean mustFollow(Group group, Group other) {
        List<Group> open = new ArrayList<>(List.of(group));
        Set<Group> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            Group next = open.remove(open.size() - 1);
            if (next == other) {
                return true;
            }
            Set<Group> earlier = new HashSet<>(before(next));
            next.inputs().stream().map(producers::get).filter(Objects::nonNull).forEach(earlier::add);
            earlier.stream().filter(seen::add).forEach(open::add);
        }
        return false;
    }

    private void computeInputsInPlace() {
        for (Group group : groups) {
            Tensor node = group.node();
            if (Families.computation(node).orElse(null) instanceof Computation.Launched) {
                for (int k = 0; k < node.inputs().size(); k++) {
                    OptionalInt offset = Families.of(node.op()).inputInPlace(node, k);
                    if (offset.isPresent()) {
                        computeInputInPlace(node, node.input(k), offset.getAsInt());
                    }
                }
            }
        }
    }

    private void computeInputInPlace(Tensor node, Tensor input, int offset) {
        Region whole = regions.computeIfAbsent(node, n -> new Region(Storage.arena(n), 0));
        if (whole.storage().kind() != Storage.Kind.ARENA) {
            return; // it overwrites a variable, and only the node itself waits for the old value's readers
        }
        Tensor source = Families.throughReshapes(input);
        if (producers.containsKey(source) && !regions.containsKey(source)) {
            place(source, whole.plus(offset));
        }
    }

    /** For people: which other tensor's place a node is computed in, if it is. */
    Optional<String> did(Tensor node) {
        return inPlace.contains(node)
                ? Optional.of("computed in the place of another tensor, in " + regions.get(node))
                : Optional.empty();
    }

    @Override
    public String report() {
        StringBuilder text = new StringBuilder(
                "computed in the place of another tensor: %d; updates of variables that are copied at the end: %d%n"
                        .formatted(inPlace.size(), copied.size()));
        inPlace.forEach(tensor -> text.append("        %s in %s%n".formatted(tensor, regions.get(tensor))));
        return text.toString();
    }
}
