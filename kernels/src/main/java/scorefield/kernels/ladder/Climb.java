package scorefield.kernels.ladder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.opencl.ClContext;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClException;
import scorefield.kernels.pass.Planner;
import scorefield.kernels.pass.Problem;
import scorefield.kernels.profile.Profile;
import scorefield.kernels.profile.Roofline;
import scorefield.kernels.tuning.Judge;
import scorefield.kernels.tuning.Workbench;

/**
 * The rungs of a ladder on a device: first each is checked, over awkward shapes and then over the one to be measured, then all are
 * measured.
 *
 * <p>The check is the tuner's ({@link Judge}): what a rung computes is compared with the reference in the reference slice, and with the
 * kernel in use everywhere. The measurement goes in rounds, in each of which every rung has its turn, so that whatever else happens on
 * the machine happens to all of them; the median over the rounds counts.
 *
 * @param roofline what the device can do at most, measured just before
 * @param measurements of each rung, the kernel in use last
 */
public record Climb(Roofline roofline, List<Measurement> measurements) {

    /** Each rung has its own copy of the operands while all take turns. */
    private static final double MOST_MEBIBYTES = 256;

    /** Hears of a climb while it goes on. */
    @FunctionalInterface
    public interface Watcher {

        /** What goes on now, in a line. */
        void says(String line);

        /** What is known after one more round; the last round's is what {@link Climb#of} returns. */
        default void measured(Climb soFar) {}
    }

    /** A rung that is to be measured, or the kernel in use. */
    private record Climber(Rung rung, Workbench.Trial trial) {}

    /**
     * Checks and measures a ladder.
     *
     * @param device must have been made {@linkplain OpenClDevice#forProfiling for profiling}
     * @param rounds how many times each rung is measured
     * @param watcher hears of it in the same thread; what it throws ends the climb
     * @throws IllegalArgumentException as {@link #require} does
     * @throws LadderException if a rung does not run or is wrong
     */
    public static Climb of(Ladder ladder, Extents extents, OpenClDevice device, int rounds, Watcher watcher) {
        require(ladder, extents);
        Tensor node = ladder.node(extents);
        try (ClContext context = ClContext.openForProfiling(device.device())) {
            watcher.says("checking " + ladder.rungs(extents).size() + " kernels over awkward shapes");
            for (Extents awkward : ladder.awkward()) {
                close(checked(ladder, awkward, ladder.node(awkward), device, context));
            }
            watcher.says("checking them for " + extents);
            List<Climber> climbers = checked(ladder, extents, node, device, context);
            try {
                watcher.says("measuring them, " + rounds + " times each");
                Roofline roofline = device.roofline();
                double[][] times = new double[climbers.size()][0];
                List<Measurement> measurements = new ArrayList<>();
                for (int round = 0; round < rounds; round++) {
                    measurements.clear();
                    for (int k = 0; k < climbers.size(); k++) {
                        Rung rung = climbers.get(k).rung();
                        times[k] = Arrays.copyOf(times[k], round + 1);
                        times[k][round] = climbers.get(k).trial().nanoseconds();
                        measurements.add(new Measurement(
                                rung,
                                suits(rung, device.device()),
                                total(rung, ladder, extents, median(times[k]), roofline)));
                    }
                    watcher.measured(new Climb(roofline, List.copyOf(measurements)));
                }
                return new Climb(roofline, List.copyOf(measurements));
            } finally {
                close(climbers);
            }
        }
    }

    /**
     * Checks extents before any work.
     *
     * @throws IllegalArgumentException if there is no such op, or its operands are too large
     */
    public static void require(Ladder ladder, Extents extents) {
        double mebibytes = ladder.bytes(extents) / (1 << 20);
        if (mebibytes > MOST_MEBIBYTES) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s take %.0f MiB, and every kernel has its own copy; at most %.0f MiB can be measured",
                    extents,
                    mebibytes,
                    MOST_MEBIBYTES));
        }
        ladder.node(extents);
    }

    private static List<Climber> checked(
            Ladder ladder, Extents extents, Tensor node, OpenClDevice device, ClContext context) {
        Problem problem = new Problem(List.of(node), Arithmetic.FLOAT32);
        List<Values> numbers = Judge.numbers(problem);
        List<Climber> climbers = new ArrayList<>();
        try {
            Workbench.Trial inUse = device.trial(
                    problem.of(numbers.stream().map(Tensor::constant).toList()));
            Climber last = new Climber(inUse(ladder, problem, numbers, device.device()), inUse);
            climbers.add(last);
            Judge judge = new Judge(problem, numbers, inUse.results());
            for (Rung rung : ladder.rungs(extents)) {
                RungTrial trial = trial(ladder, rung, context, numbers, node);
                climbers.add(climbers.size() - 1, new Climber(rung, trial));
                Optional<String> fault = judge.fault(results(ladder, rung, trial));
                if (fault.isPresent()) {
                    throw new LadderException("rung '%s' of %s is wrong for %s: %s; correct %s"
                            .formatted(rung.name(), ladder.name(), extents, fault.get(), rung.source()));
                }
            }
            return climbers;
        } catch (RuntimeException failure) {
            close(climbers);
            throw failure;
        }
    }

    private static RungTrial trial(Ladder ladder, Rung rung, ClContext context, List<Values> numbers, Tensor node) {
        try {
            return new RungTrial(context, rung, numbers, node.shape());
        } catch (ClException | IllegalArgumentException | IllegalStateException e) {
            throw failed(ladder, rung, e);
        }
    }

    private static List<Values> results(Ladder ladder, Rung rung, RungTrial trial) {
        try {
            return trial.results();
        } catch (ClException | IllegalArgumentException | IllegalStateException e) {
            throw failed(ladder, rung, e);
        }
    }

    private static LadderException failed(Ladder ladder, Rung rung, RuntimeException e) {
        return new LadderException(
                "rung '%s' of %s does not run: %s".formatted(rung.name(), ladder.name(), e.getMessage()), e);
    }

    /** What the planner chooses, as the last rung. */
    private static Rung inUse(Ladder ladder, Problem problem, List<Values> numbers, ClDevice device) {
        String launches =
                Planner.plan(problem.of(numbers.stream().map(Tensor::constant).toList()), device).launches().stream()
                        .map(Launch::kernel)
                        .distinct()
                        .collect(Collectors.joining(", "));
        return new Rung(
                "in use",
                launches,
                Rung.Suits.ANY,
                "the planner's choice for this shape on this device",
                ladder.inUse(),
                0,
                List.of());
    }

    private static void close(List<Climber> climbers) {
        climbers.forEach(climber -> climber.trial().close());
    }

    private static double median(double[] times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static Profile.Total total(
            Rung rung, Ladder ladder, Extents extents, double nanoseconds, Roofline roofline) {
        double flops = ladder.flops(extents);
        double bytes = ladder.bytes(extents);
        return new Profile.Total(
                rung.name(),
                Math.max(1, rung.steps().size()),
                flops,
                bytes,
                nanoseconds,
                1e9 * roofline.seconds(flops, bytes));
    }

    private static boolean suits(Rung rung, ClDevice device) {
        return switch (rung.madeFor()) {
            case ANY -> true;
            case CPU -> device.type() == ClDevice.Type.CPU;
            case GPU -> device.type() != ClDevice.Type.CPU;
        };
    }
}
