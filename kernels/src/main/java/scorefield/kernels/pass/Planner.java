package scorefield.kernels.pass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Concatenate;
import scorefield.autodiff.op.Input;
import scorefield.autodiff.op.Leaf;
import scorefield.autodiff.op.Reduction;
import scorefield.autodiff.op.Variable;
import scorefield.kernels.codegen.CopyKernel;
import scorefield.kernels.codegen.FusedKernels;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Storage;
import scorefield.kernels.launch.Variant;
import scorefield.kernels.opencl.ClDevice;

/**
 * From a program to a {@link Plan}: simplify → add in convolutions' epilogues → fuse → say where everything lies → order → generate launches → place.
 *
 * <p>Where everything lies is decided here. Leaves have storage of their own; a view lies within its source. A variable's new value is
 * written straight over the old one where nothing can still want the old one. A part of a concatenation along the outermost axis is
 * computed in its place. All else gets storage in the arena.
 */
public final class Planner {

    private final Program program;
    private final ClDevice device;
    private final Choices choices;
    private final FusedKernels fused;
    private final List<Fusion.Group> groups;
    private final Map<Tensor, Fusion.Group> producers = new IdentityHashMap<>();
    private final Map<Tensor, Region> regions = new IdentityHashMap<>();
    private final Map<Fusion.Group, Set<Fusion.Group>> before = new HashMap<>();
    private final List<Tensor> copied = new ArrayList<>();
    private final List<Launch> launches = new ArrayList<>();
    private final List<Tensor> computes = new ArrayList<>();

    private Planner(Program program, ClDevice device, Choices choices) {
        this.program = Epilogues.fuse(Simplify.simplify(program));
        this.device = device;
        this.choices = choices;
        this.fused = new FusedKernels(isCpu(device), device.computeUnits());
        this.groups = Fusion.fuse(this.program);
        groups.forEach(group -> group.outputs().forEach(output -> producers.put(output, group)));
    }

    public static Plan plan(Program program, ClDevice device) {
        return plan(program, device, Choices.SHIPPED);
    }

    public static Plan plan(Program program, ClDevice device, Choices choices) {
        return new Planner(program, device, choices).plan();
    }

    private static boolean isCpu(ClDevice device) {
        return device.type() == ClDevice.Type.CPU;
    }

    private Plan plan() {
        for (Tensor node : program.order()) {
            if (node.op() instanceof Leaf) {
                regions.put(node, new Region(Storage.leaf(kind((Leaf) node.op()), node), 0));
            }
        }
        program.updates()
                .keySet()
                .forEach(variable ->
                        regions.computeIfAbsent(variable, v -> new Region(Storage.leaf(Storage.Kind.VARIABLE, v), 0)));
        updateInPlace();
        concatenateInPlace();
        for (Fusion.Group group : groups) {
            for (Tensor output : group.outputs()) {
                regions.computeIfAbsent(output, o -> new Region(Storage.arena(o), 0));
            }
        }
        Set<Storage> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        program.fetches().forEach(fetch -> kept.add(region(fetch).storage()));
        copied.forEach(
                variable -> kept.add(region(program.updates().get(variable)).storage()));
        for (Fusion.Group group : Order.order(groups, before, regions, kept)) {
            emit(group);
        }
        List<Region> fetches = emitSavedFetches(kept);
        emitCopies();
        // Kernels take offsets as an int, of which one for bytes reaches 2 GiB.
        Placement placement = Placement.place(launches, kept, Math.min(device.maxAllocation(), Integer.MAX_VALUE));
        return new Plan(program, groups.size(), launches, computes, placement, fetches);
    }

    private static Storage.Kind kind(Leaf leaf) {
        if (leaf instanceof Variable) {
            return Storage.Kind.VARIABLE;
        }
        return leaf instanceof Input ? Storage.Kind.INPUT : Storage.Kind.CONSTANT;
    }

    /** Where a tensor lies: a stored one, or a view of one; null for what exists only inside fused kernels. */
    private Region region(Tensor tensor) {
        if (Fusion.isView(tensor)) {
            Region source = region(tensor.input(0));
            return source == null ? null : source.plus(Fusion.viewOffset(tensor));
        }
        return regions.get(tensor);
    }

    // ---- where results go

    private void updateInPlace() {
        Map<Tensor, List<Fusion.Group>> readers = new IdentityHashMap<>();
        groups.forEach(group -> group.inputs()
                .forEach(input ->
                        readers.computeIfAbsent(input, i -> new ArrayList<>()).add(group)));
        // Old values that are results themselves, and so are wanted until the end.
        Set<Tensor> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        program.fetches().forEach(fetch -> wanted.add(Fusion.source(fetch)));
        program.updates().values().forEach(value -> wanted.add(Fusion.source(value)));
        program.updates().forEach((variable, value) -> {
            if (Fusion.source(value) == variable
                    && value.shape().size() == variable.shape().size()) {
                return; // it stays as it is
            }
            Tensor source = Fusion.throughReshapes(value);
            Fusion.Group writer = producers.get(source);
            if (writer == null
                    || regions.containsKey(source)
                    || wanted.contains(variable)
                    || !mayOverwrite(writer, variable, readers.getOrDefault(variable, List.of()))) {
                copied.add(variable);
                return;
            }
            regions.put(source, regions.get(variable));
            Set<Fusion.Group> earlier = before.computeIfAbsent(writer, w -> new HashSet<>());
            earlier.addAll(readers.getOrDefault(variable, List.of()));
            earlier.remove(writer);
        });
    }

    /** Whether a group can write over a variable: it reads it at most element by element, and all other readers can go before. */
    private boolean mayOverwrite(Fusion.Group writer, Tensor variable, List<Fusion.Group> readers) {
        if (readers.contains(writer) && !(writer.isPointwise() && writer.readsElementwise(variable))) {
            return false;
        }
        return readers.stream().filter(reader -> reader != writer).noneMatch(reader -> mustFollow(reader, writer));
    }

    /** Whether a group depends on another, through its inputs or through an order already agreed on. */
    private boolean mustFollow(Fusion.Group group, Fusion.Group other) {
        List<Fusion.Group> open = new ArrayList<>(List.of(group));
        Set<Fusion.Group> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            Fusion.Group next = open.remove(open.size() - 1);
            if (next == other) {
                return true;
            }
            Set<Fusion.Group> earlier = new HashSet<>(before.getOrDefault(next, Set.of()));
            next.inputs().stream()
                    .map(producers::get)
                    .filter(java.util.Objects::nonNull)
                    .forEach(earlier::add);
            earlier.stream().filter(seen::add).forEach(open::add);
        }
        return false;
    }

    private void concatenateInPlace() {
        for (Fusion.Group group : groups) {
            Tensor node = group.outputs().get(0);
            if (!(node.op() instanceof Concatenate concatenate) || node.shape().range(0, concatenate.axis()) != 1) {
                continue;
            }
            Region whole = regions.computeIfAbsent(node, n -> new Region(Storage.arena(n), 0));
            if (whole.storage().kind() != Storage.Kind.ARENA) {
                continue; // it overwrites a variable, and only the concatenation itself waits for the old value's
                // readers
            }
            int start = 0;
            for (Tensor part : node.inputs()) {
                Tensor source = Fusion.throughReshapes(part);
                if (producers.containsKey(source)
                        && !regions.containsKey(source)
                        && !(source.op() instanceof Concatenate)) {
                    regions.put(source, whole.plus(start));
                }
                start += part.shape().size();
            }
        }
    }

    // ---- launches

    private void emit(Fusion.Group group) {
        Tensor node = group.outputs().get(0);
        if (group.isPointwise()) {
            add(node, fused.pointwise(group, this::region));
        } else if (node.op() instanceof Reduction) {
            fused.reduction(node, this::region, group.inputs(), floats -> scratch(node, floats))
                    .forEach(launch -> add(node, launch));
        } else {
            Launchers.emit(node, new Emission(group.outputs()));
        }
    }

    private void add(Tensor node, Launch launch) {
        launches.add(launch);
        computes.add(node);
    }

    private static Region scratch(Tensor node, long floats) {
        return new Region(Storage.scratch(node, floats), 0);
    }

    /** Where the fetches lie at the end; a variable's old value is saved before an update overwrites it. */
    private List<Region> emitSavedFetches(Set<Storage> kept) {
        List<Region> result = new ArrayList<>();
        for (Tensor fetch : program.fetches()) {
            Region region = region(fetch);
            if (program.updates().containsKey(Fusion.source(fetch))) {
                Region copy = new Region(Storage.arena(fetch), 0);
                add(fetch, CopyKernel.launch(region, copy, fetch.shape().size()));
                kept.add(copy.storage());
                region = copy;
            }
            result.add(region);
        }
        return result;
    }

    /** Updates that could not be made in place: first what lies in variables is saved, since another copy may overwrite it. */
    private void emitCopies() {
        Map<Tensor, Region> saved = new IdentityHashMap<>();
        for (Tensor variable : copied) {
            Tensor value = program.updates().get(variable);
            Region from = region(value);
            if (from.storage().kind() == Storage.Kind.VARIABLE) {
                Region copy = new Region(Storage.arena(value), 0);
                add(value, CopyKernel.launch(from, copy, value.shape().size()));
                from = copy;
            }
            saved.put(variable, from);
        }
        for (Tensor variable : copied) {
            add(
                    variable,
                    CopyKernel.launch(
                            saved.get(variable),
                            regions.get(variable),
                            variable.shape().size()));
        }
    }

    private final class Emission implements Emitter {

        private final List<Tensor> outputs;
        private final Tensor node;
        private final Optional<Tensor> twin;

        Emission(List<Tensor> outputs) {
            this.outputs = outputs;
            this.node = outputs.get(0);
            this.twin = outputs.stream().skip(1).findFirst();
        }

        @Override
        public Region input(int index) {
            return region(node.input(index));
        }

        @Override
        public Region output() {
            return region(node);
        }

        @Override
        public Optional<Region> twin() {
            return twin.map(Planner.this::region);
        }

        @Override
        public Region scratch(long floats) {
            return Planner.scratch(node, floats);
        }

        @Override
        public boolean cpu() {
            return isCpu(device);
        }

        @Override
        public int computeUnits() {
            return device.computeUnits();
        }

        @Override
        public void oneOf(List<Variant> variants) {
            choices.choose(new Problem(outputs), variants).launches().run();
        }

        @Override
        public void launch(Launch launch) {
            add(node, launch);
        }
    }
}
