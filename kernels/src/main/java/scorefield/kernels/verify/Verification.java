package scorefield.kernels.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import scorefield.autodiff.Program;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.pass.Choices;
import scorefield.kernels.pass.Planner;

/**
 * What compilers make of every kernel that some programs ask for on some GPUs, with all the ways to compute an op that a tuner may choose
 * from; and which of these kernels would not run there, or not as fast as they are meant to: those that do not compile, spill registers,
 * need more local memory than there is, or leave room for fewer work-groups than {@link Launch#atOnce} states.
 */
public final class Verification {

    private final List<Compiled> kernels;
    private final List<String> failures;

    /** A source with its options, compiled once for all its kernels. */
    private record Unit(String text, String options) {}

    /** A launch's kernel, compiled. */
    private record Compiled(Target target, Launch launch, Resources resources) {

        /** Work-groups at once; empty where nobody knows the registers. */
        OptionalInt groups() {
            return resources.registers().isPresent()
                    ? OptionalInt.of(
                            target.groupsAtOnce(launch, resources.registers().getAsInt(), resources.localBytes()))
                    : OptionalInt.empty();
        }
    }

    private Verification(List<Compiled> kernels, List<String> failures) {
        this.kernels = kernels;
        this.failures = failures;
    }

    /** Verifies the kernels of some programs for every target, with as many compilers at once as the machine has processors. */
    public static Verification of(Toolchain toolchain, List<Program> programs) {
        Map<Target, List<Launch>> launches = new EnumMap<>(Target.class);
        for (Target target : Target.values()) {
            launches.put(target, launches(target, programs));
        }
        return of(toolchain, launches);
    }

    /** Every launch of some programs on a target, with all the ways to compute each op. */
    static List<Launch> launches(Target target, List<Program> programs) {
        return programs.stream()
                .flatMap(program -> Planner.plan(program, target.device(), Choices.EVERY).launches().stream())
                .toList();
    }

    /** Verifies the kernels of some launches. */
    static Verification of(Toolchain toolchain, Map<Target, List<Launch>> launches) {
        List<Compiled> kernels = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        ExecutorService compilers =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            Map<Map.Entry<Target, List<Launch>>, Future<Map<String, Resources>>> running = new LinkedHashMap<>();
            launches.forEach((target, all) -> units(all)
                    .forEach((unit, those) -> running.put(
                            Map.entry(target, those),
                            compilers.submit(() -> toolchain.compile(target, unit.text(), unit.options())))));
            running.forEach((of, compiled) -> collect(of.getKey(), of.getValue(), compiled, kernels, failures));
        } finally {
            compilers.shutdownNow();
        }
        kernels.forEach(kernel -> failures.addAll(faults(kernel)));
        return new Verification(kernels, failures);
    }

    /** What is to be compiled, and one launch of each kernel in it. All generated kernels of a target are one source. */
    private static Map<Unit, List<Launch>> units(List<Launch> launches) {
        Map<String, Launch> distinct = new LinkedHashMap<>();
        launches.forEach(launch -> distinct.merge(
                launch.source() + launch.kernel() + launch.options(),
                launch,
                (one, other) -> one.workItems() >= other.workItems() ? one : other));
        Map<Boolean, List<Launch>> generated =
                distinct.values().stream().collect(Collectors.partitioningBy(Launch::isGenerated));
        Map<Unit, List<Launch>> units = new LinkedHashMap<>();
        if (!generated.get(true).isEmpty()) {
            String all =
                    generated.get(true).stream().map(Launch::text).distinct().collect(Collectors.joining("\n"));
            units.put(new Unit(all, ""), generated.get(true));
        }
        generated
                .get(false)
                .forEach(launch -> units.computeIfAbsent(
                                new Unit(launch.text(), launch.options()), unit -> new ArrayList<>())
                        .add(launch));
        return units;
    }

    private static void collect(
            Target target,
            List<Launch> launches,
            Future<Map<String, Resources>> compiled,
            List<Compiled> kernels,
            List<String> failures) {
        try {
            Map<String, Resources> resources = compiled.get();
            for (Launch launch : launches) {
                Resources found = resources.get(launch.kernel());
                if (found == null) {
                    failures.add(name(launch) + " for " + target + ": the compiler's output does not have this kernel");
                } else {
                    kernels.add(new Compiled(target, launch, found));
                }
            }
        } catch (ExecutionException e) {
            String names = launches.stream().map(Verification::name).collect(Collectors.joining(", "));
            failures.add(names + " for " + target + ": does not compile: "
                    + (e.getCause() instanceof CompilerException refusal ? refusal.getMessage() : e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while compilers were at work", e);
        }
    }

    private static String name(Launch launch) {
        return (launch.kernel() + " " + launch.options()).strip();
    }

    private static List<String> faults(Compiled kernel) {
        Launch launch = kernel.launch();
        Resources needs = kernel.resources();
        Target target = kernel.target();
        List<String> faults = new ArrayList<>();
        if (needs.spilled() > 0) {
            faults.add("spills " + needs.spilled() + (target.isNvidia() ? " bytes of registers" : " registers")
                    + "; use a smaller tile, or unroll less");
        }
        if (needs.privateBytes() > 0 && needs.spilled() == 0) {
            faults.add("keeps arrays of " + needs.privateBytes()
                    + " bytes in memory instead of registers; unroll the loops whose counters index them");
        }
        if (needs.localBytes() > target.device().localMemory()) {
            faults.add("needs " + needs.localBytes() + " bytes of local memory, but a work-group has "
                    + target.device().localMemory());
        }
        if (launch.workItems() > target.device().maxWorkGroupSize()) {
            faults.add("has work-groups of " + launch.workItems() + " work-items, but the device takes "
                    + target.device().maxWorkGroupSize());
        }
        if (needs.registers().isPresent() && needs.registers().getAsInt() > target.mostRegisters()) {
            faults.add("needs " + needs.registers().getAsInt() + " registers, but a work-item has "
                    + target.mostRegisters());
        }
        if (kernel.groups().isPresent() && kernel.groups().getAsInt() < launch.groupsAtOnce()) {
            faults.add("leaves room for " + kernel.groups().getAsInt() + " work-groups at once ("
                    + needs.registers().getAsInt() + " registers for each of " + launch.workItems() + " work-items, "
                    + needs.localBytes() + " bytes of local memory), but it states " + launch.groupsAtOnce());
        }
        return faults.stream()
                .map(fault -> name(launch) + " for " + target + ": " + fault)
                .toList();
    }

    /** What is wrong, a line for each kernel and reason; empty where all is right. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** How many kernels were compiled, counted for each target. */
    public int count() {
        return kernels.size();
    }

    /**
     * A table in Markdown: a row for each kernel and tile, with the most that any of its forms needs; a form is a specialisation to shapes
     * and alignments.
     */
    public String table() {
        Map<String, List<Compiled>> rows = kernels.stream()
                .collect(Collectors.groupingBy(
                        kernel -> kind(kernel.launch()) + " | " + tile(kernel.launch()),
                        TreeMap::new,
                        Collectors.toList()));
        StringBuilder text = new StringBuilder("| kernel | tile | forms | work-items | local memory | spilled |");
        StringBuilder rule = new StringBuilder("| --- | --- | --- | --- | --- | --- |");
        for (Target target : Target.values()) {
            text.append(" ").append(target).append(" |");
            rule.append(" --- |");
        }
        text.append('\n').append(rule).append('\n');
        rows.forEach((name, those) -> {
            text.append("| %s | %d | %s | %s | %d |"
                    .formatted(
                            name,
                            those.stream()
                                    .map(kernel -> name(kernel.launch()))
                                    .distinct()
                                    .count(),
                            range(those.stream()
                                    .map(kernel -> kernel.launch().workItems())
                                    .toList()),
                            range(those.stream()
                                    .map(kernel -> kernel.resources().localBytes())
                                    .toList()),
                            those.stream()
                                    .mapToInt(kernel -> kernel.resources().spilled())
                                    .max()
                                    .orElseThrow()));
            for (Target target : Target.values()) {
                text.append(" ")
                        .append(cell(those.stream()
                                .filter(kernel -> kernel.target() == target)
                                .toList()))
                        .append(" |");
            }
            text.append('\n');
        });
        return text.toString();
    }

    private static String range(Collection<Integer> numbers) {
        int least = numbers.stream().min(Integer::compare).orElseThrow();
        int most = numbers.stream().max(Integer::compare).orElseThrow();
        return least == most ? "%,d".formatted(most) : "%,d … %,d".formatted(least, most);
    }

    /** Registers, and the share of warps that are resident; of the form that needs most. */
    private static String cell(List<Compiled> forms) {
        if (forms.stream().anyMatch(form -> form.groups().isEmpty()) || forms.isEmpty()) {
            return "–";
        }
        int registers = forms.stream()
                .mapToInt(form -> form.resources().registers().getAsInt())
                .max()
                .orElseThrow();
        double occupancy = forms.stream()
                .mapToDouble(form ->
                        form.target().occupancy(form.launch(), form.groups().getAsInt()))
                .min()
                .orElseThrow();
        return "%d, %.0f %%".formatted(registers, 100 * occupancy);
    }

    private static String kind(Launch launch) {
        return launch.isGenerated() ? launch.kernel().replaceFirst("_[0-9a-f]{12}$", " (generated)") : launch.kernel();
    }

    /** The numbers of the defines that name a tile. */
    private static String tile(Launch launch) {
        return java.util.Arrays.stream(launch.options().split(" "))
                .filter(option -> option.startsWith("-DTILE_"))
                .map(option -> option.substring(option.indexOf('=') + 1))
                .collect(Collectors.joining("×"));
    }
}
