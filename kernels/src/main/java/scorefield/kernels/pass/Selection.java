package scorefield.kernels.pass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.kernels.codegen.CopyKernel;
import scorefield.kernels.codegen.PointwiseKernel;
import scorefield.kernels.codegen.ReductionKernel;
import scorefield.kernels.families.Families;
import scorefield.kernels.family.Computation;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Storage;
import scorefield.kernels.launch.Variant;
import scorefield.kernels.opencl.ClDevice;

/** The seventh pass: which kernels compute each group, one of several ways where a family has several. */
final class Selection implements Pass {

    private final Program program;
    private final Residence residence;
    private final ClDevice device;
    private final Arithmetic arithmetic;
    private final Choices choices;
    private final List<Launch> launches = new ArrayList<>();
    private final List<Tensor> computes = new ArrayList<>();

    /** For each group, its launches' numbers. */
    private final Map<Group, List<Integer>> launching = new IdentityHashMap<>();

    /** For a tensor that is copied once it is computed, the copies' numbers. */
    private final Map<Tensor, List<Integer>> copying = new IdentityHashMap<>();

    private final List<Region> fetches = new ArrayList<>();

    /** Where fetches are saved that an update would overwrite. */
    private final Set<Storage> saved = Collections.newSetFromMap(new IdentityHashMap<>());

    /** For people: for a node with several ways to compute it, the one that was chosen. */
    private final Map<Tensor, String> ways = new IdentityHashMap<>();

    /** For people: what was chosen of how many. */
    private final List<String> chosen = new ArrayList<>();

    /**
     * Selects the launches.
     *
     * @param groups of the program, in the order in which they run
     * @param residence where each stored tensor lies
     * @param arithmetic how matrices are multiplied
     * @param choices which of several ways computes a problem
     */
    public Selection(
            Program program,
            List<Group> groups,
            Residence residence,
            ClDevice device,
            Arithmetic arithmetic,
            Choices choices) {
        this.program = program;
        this.residence = residence;
        this.device = device;
        this.arithmetic = arithmetic;
        this.choices = choices;
        for (Group group : groups) {
            int first = launches.size();
            launch(group);
            launching.put(group, IntStream.range(first, launches.size()).boxed().toList());
        }
        saveFetches();
        copyUpdates();
    }

    /** The launches, in order. */
    public List<Launch> launches() {
        return launches;
    }

    /** For each launch, the tensor that it is for. */
    public List<Tensor> computes() {
        return computes;
    }

    /** Where the fetched tensors lie after the last launch. */
    public List<Region> fetches() {
        return fetches;
    }

    /** The numbers of a group's launches, ascending. */
    List<Integer> launching(Group group) {
        return launching.get(group);
    }

    /** The numbers of the launches that copy a tensor, or a variable's new value into it, ascending. */
    List<Integer> copying(Tensor tensor) {
        return copying.getOrDefault(tensor, List.of());
    }

    /** For people: which of several ways computes a group, if there is more than one. */
    Optional<String> did(Group group) {
        return Optional.ofNullable(ways.get(group.node()));
    }

    /** Whether a storage's numbers are wanted after the last launch. */
    public boolean isKept(Storage storage) {
        return residence.isKept(storage) || saved.contains(storage);
    }

    private boolean isCpu() {
        return device.type() == ClDevice.Type.CPU;
    }

    private void launch(Group group) {
        Tensor node = group.node();
        if (group.isPointwise()) {
            add(
                    node,
                    PointwiseKernel.launch(
                            group.outputs(), group.inputs(), residence::regionOrNull, isCpu(), device.computeUnits()));
        } else if (Families.computation(node).orElseThrow() instanceof Computation.Launched launched) {
            launched.launches().accept(new Emission(group.outputs()));
        } else {
            ReductionKernel reduction =
                    new ReductionKernel(node, group.inputs(), residence::regionOrNull, floats -> scratch(node, floats));
            List<Launch> folds =
                    isCpu() ? reduction.forCpu(device.computeUnits()) : reduction.forGpu(device.computeUnits());
            folds.forEach(launch -> add(node, launch));
        }
    }

    private void add(Tensor node, Launch launch) {
        launches.add(launch);
        computes.add(node);
    }

    /**
     * Copies a tensor.
     *
     * @param result what the copy is for: the tensor, or the variable whose new value it is
     */
    private void copy(Tensor tensor, Tensor result, Region from, Region to) {
        copying.computeIfAbsent(tensor, t -> new ArrayList<>()).add(launches.size());
        add(result, CopyKernel.launch(from, to, tensor.shape().size()));
    }

    private static Region scratch(Tensor node, long floats) {
        return new Region(Storage.scratch(node, floats), 0);
    }

    private Region region(Tensor tensor) {
        return residence.region(tensor).orElseThrow();
    }

    /** A variable's old value is saved before an update overwrites it. */
    private void saveFetches() {
        for (Tensor fetch : program.fetches()) {
            Region region = region(fetch);
            if (program.updates().containsKey(Families.source(fetch))) {
                Region copy = new Region(Storage.arena(fetch), 0);
                copy(fetch, fetch, region, copy);
                saved.add(copy.storage());
                region = copy;
            }
            fetches.add(region);
        }
    }

    /** Updates that could not be made in place: first what lies in variables is saved, since another copy may overwrite it. */
    private void copyUpdates() {
        Map<Tensor, Region> sources = new IdentityHashMap<>();
        for (Tensor variable : residence.copied()) {
            Tensor value = program.updates().get(variable);
            Region from = region(value);
            if (from.storage().kind() == Storage.Kind.VARIABLE) {
                Region copy = new Region(Storage.arena(value), 0);
                copy(value, value, from, copy);
                from = copy;
            }
            sources.put(variable, from);
        }
        for (Tensor variable : residence.copied()) {
            copy(program.updates().get(variable), variable, sources.get(variable), region(variable));
        }
    }

    /** What a family works with when it launches a node. */
    private final class Emission implements Emitter {

        private final List<Tensor> outputs;
        private final Tensor node;

        Emission(List<Tensor> outputs) {
            this.outputs = outputs;
            this.node = outputs.get(0);
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
        public Optional<Region> sibling() {
            return outputs.stream().skip(1).findFirst().map(Selection.this::region);
        }

        @Override
        public Region scratch(long floats) {
            return Selection.scratch(node, floats);
        }

        @Override
        public boolean cpu() {
            return isCpu();
        }

        @Override
        public int computeUnits() {
            return device.computeUnits();
        }

        @Override
        public Arithmetic arithmetic() {
            return arithmetic;
        }

        @Override
        public void oneOf(List<Variant> variants) {
            Problem problem = new Problem(outputs, arithmetic);
            Variant variant = choices.choose(problem, variants);
            ways.put(node, "computed by the variant '" + variant.name() + "', 1 of " + variants.size());
            chosen.add(problem.key() + ": " + variant.name() + ", 1 of " + variants.size());
            variant.launches().run();
        }

        @Override
        public void launch(Launch launch) {
            add(node, launch);
        }
    }

    @Override
    public String report() {
        Map<String, Integer> kernels = new TreeMap<>();
        launches.forEach(
                launch -> kernels.merge(launch.isGenerated() ? "generated kernels" : launch.kernel(), 1, Integer::sum));
        StringBuilder text = new StringBuilder("%d launches%n".formatted(launches.size()));
        kernels.forEach((kernel, count) -> text.append("%6d  %s%n".formatted(count, kernel)));
        chosen.stream().distinct().forEach(line -> text.append("        %s%n".formatted(line)));
        return text.toString();
    }
}
