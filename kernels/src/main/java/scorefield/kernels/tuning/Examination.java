package scorefield.kernels.tuning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import scorefield.autodiff.DType;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.families.Families;
import scorefield.kernels.family.Computation;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.launch.Variant;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClException;
import scorefield.kernels.pass.Planner;
import scorefield.kernels.pass.Problem;

/**
 * The comparison of kernels with the reference, on a device: every way to compute each op that has kernels of its own, over the shapes that
 * some programs have, as a {@link Tuner} compares its candidates. Generated kernels depend on the program around them; whoever compares a
 * whole program compares them.
 *
 * @param problems how many ops and shapes there are
 * @param examined how many of them were compared before the time was up
 * @param variants how many ways to compute these
 * @param faults what is wrong, a line each
 */
public record Examination(int problems, int examined, int variants, List<String> faults) {

    /** An op for some shapes, with the names of the ways to compute it; one that is the only way needs no name. */
    private record Open(Problem problem, List<String> variants) {}

    /** Compares the kernels of some programs with the reference until the time is up. */
    public static Examination of(
            ClDevice device, List<Program> programs, Workbench workbench, BooleanSupplier timeIsUp) {
        List<Open> open = open(device, programs);
        List<String> faults = new ArrayList<>();
        int examined = 0;
        int variants = 0;
        for (Open one : open) {
            if (timeIsUp.getAsBoolean()) {
                break;
            }
            try {
                faults.addAll(faults(one, workbench));
            } catch (IllegalStateException | ClException e) { // the first way is wrong, or does not compile
                faults.add(one.problem().key() + ": " + e.getMessage());
            }
            examined++;
            variants += one.variants().size();
        }
        return new Examination(open.size(), examined, variants, List.copyOf(faults));
    }

    /** The different problems of some programs, those with several ways first. */
    private static List<Open> open(ClDevice device, List<Program> programs) {
        Map<String, Open> several = new LinkedHashMap<>();
        Map<String, Open> single = new LinkedHashMap<>();
        for (Program program : programs) {
            List<Tensor> computed = Planner.plan(program, device, (problem, ways) -> {
                        several.putIfAbsent(
                                problem.key(),
                                new Open(
                                        problem,
                                        ways.stream().map(Variant::name).toList()));
                        return ways.get(0);
                    })
                    .computes();
            computed.stream()
                    .filter(Examination::hasKernelsOfFloats)
                    .map(node -> new Problem(List.of(node), Arithmetic.FLOAT32))
                    .forEach(problem -> single.putIfAbsent(problem.key(), new Open(problem, List.of("the only one"))));
        }
        List<Open> all = new ArrayList<>(several.values());
        several.keySet().forEach(single::remove);
        all.addAll(single.values());
        return all;
    }

    private static boolean hasKernelsOfFloats(Tensor node) {
        return !node.inputs().isEmpty()
                && node.inputs().stream().allMatch(input -> input.dtype() == DType.FLOAT)
                && Families.computation(node)
                        .filter(Computation.Launched.class::isInstance)
                        .isPresent();
    }

    private static List<String> faults(Open one, Workbench workbench) {
        List<String> faults = new ArrayList<>();
        Problem problem = one.problem();
        List<Values> numbers = Judge.numbers(problem);
        try (Workbench.Trial first = workbench.prepare(problem, one.variants().get(0), numbers)) {
            Judge judge = new Judge(problem, numbers, first.results());
            for (String variant : one.variants().subList(1, one.variants().size())) {
                try (Workbench.Trial trial = workbench.prepare(problem, variant, numbers)) {
                    judge.fault(trial.results())
                            .ifPresent(why -> faults.add("'" + variant + "' for " + problem.key() + ": " + why));
                } catch (ClException e) {
                    faults.add("'" + variant + "' for " + problem.key() + ": " + e.getMessage());
                }
            }
        }
        return faults;
    }
}
