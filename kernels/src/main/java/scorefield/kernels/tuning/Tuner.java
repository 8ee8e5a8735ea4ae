package scorefield.kernels.tuning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.launch.Hash;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Variant;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClException;
import scorefield.kernels.pass.Choices;
import scorefield.kernels.pass.Plan;
import scorefield.kernels.pass.Planner;
import scorefield.kernels.pass.Problem;

/**
 * Finds out, op by op and shape by shape, which of several ways to compute it is the fastest on a device, within a budget of time.
 *
 * <p>Before a program runs, its problems that nothing is known about yet are tried, those with the most work first, until the time is up;
 * what was found is kept in a file (see {@link Tuning}) and used from then on. Three rules make that safe:
 * <ul>
 *   <li><i>Only a right kernel may win.</i> All that a candidate computes is compared with what the shipped kernel computes, and a part of
 *       both, the {@linkplain scorefield.kernels.family.ReferenceSlice reference slice}, with the reference. The whole reference would take
 *       seconds a shape, and a smaller shape would be cut into other blocks than those that are to run; so the shipped kernel, which is tested against the whole reference, vouches for the rest.
 *   <li><i>Only a faster kernel may win</i>, in every round by a clear margin: see {@link Contest}.
 *   <li><i>Nothing changes while it is used.</i> Another way to compute the same rounds differently. So a problem that is known is not
 *       tried again, and whoever needs the same bits keeps the choices: {@link #save}, {@link #fixed}.
 * </ul>
 */
public final class Tuner implements Choices {

    /** The budget, in seconds, of someone who waits for it. */
    public static final double QUICK = 10;

    /** The budget, in seconds, of someone who wants every way to be tried. */
    public static final double FULL = 600;

    /** Operations that take about as long as moving a byte: enough to tell much work from little. */
    private static final double OPERATIONS_A_BYTE = 16;

    /** A problem to be tried. */
    private static final class Open {
        private final Problem problem;
        private final List<String> variants;
        private double work;

        Open(Problem problem, List<String> variants) {
            this.problem = problem;
            this.variants = variants;
        }
    }

    /**
     * The ways to compute a problem.
     *
     * @param sources a hash of all their launches
     * @param different their names, the shipped one's first, without those that come to the same launches as an earlier one: for a small
     *     shape, say, there is not enough to be cut into more parts
     */
    private record Ways(String sources, List<String> different) {}

    private final ClDevice device;
    private final Tuning tuning;
    private final Optional<Path> file;
    private final double budget;
    private final LongSupplier clock;
    private final Consumer<String> log;
    private final Map<String, Ways> known = new HashMap<>();
    private double spent;

    Tuner(
            ClDevice device,
            Tuning tuning,
            Optional<Path> file,
            double budget,
            LongSupplier clock,
            Consumer<String> log) {
        this.device = device;
        this.tuning = tuning;
        this.file = file;
        this.budget = budget;
        this.clock = clock;
        this.log = log;
    }

    /**
     * A tuner that goes on where an earlier one ended.
     *
     * @param file where results are kept; one that is missing is made, and one that is not for this device is replaced
     * @param seconds that may be spent in all; what is under way when they are over is dropped, except that a compiler is waited for
     * @param log takes a line about whatever a person should know
     */
    public static Tuner of(ClDevice device, Path file, double seconds, Consumer<String> log) {
        return new Tuner(
                device,
                kept(device, file, log).orElseGet(() -> new Tuning(device)),
                Optional.of(file),
                seconds,
                System::nanoTime,
                log);
    }

    /** A tuner that tries nothing: the choices in a file, and the shipped ones for all else or where the file is not for this device. */
    public static Tuner fixed(ClDevice device, Path file, Consumer<String> log) {
        Tuning tuning = kept(device, file, log).orElseGet(() -> new Tuning(device));
        return new Tuner(device, tuning, Optional.empty(), 0, System::nanoTime, log);
    }

    private static Optional<Tuning> kept(ClDevice device, Path file, Consumer<String> log) {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Tuning.read(file, device));
        } catch (IOException | Tuning.UnfitException e) {
            log.accept("ignoring the tuning in " + (e instanceof IOException ? e.toString() : e.getMessage()));
            return Optional.empty();
        }
    }

    /** Writes what is known now to a file of one's own. */
    public void save(Path target) throws IOException {
        tuning.write(target);
    }

    @Override
    public Variant choose(Problem problem, List<Variant> variants) {
        if (variants.size() > 1 && tuning.knows(problem.key())) {
            Optional<Tuning.Entry> entry = find(problem, names(variants));
            if (entry.isPresent()) {
                return Choices.named(entry.get().variant()).choose(problem, variants);
            }
        }
        return variants.get(0);
    }

    private Optional<Tuning.Entry> find(Problem problem, List<String> variants) {
        return tuning.find(problem.key(), ways(problem, variants).sources());
    }

    private static List<String> names(List<Variant> variants) {
        return variants.stream().map(Variant::name).toList();
    }

    /** The launches of each way to compute a problem: their sources, how they are specialised, and their sizes. */
    private Ways ways(Problem problem, List<String> variants) {
        return known.computeIfAbsent(problem.key(), key -> {
            List<Tensor> inputs = new ArrayList<>();
            problem.inputs().forEach(input -> inputs.add(Tensor.input("input " + inputs.size(), input.shape())));
            Map<String, String> firstWith = new LinkedHashMap<>();
            List<String> all = new ArrayList<>();
            for (String variant : variants) {
                List<String> texts = new ArrayList<>();
                Planner.plan(problem.of(inputs), device, Choices.named(variant))
                        .launches()
                        .forEach(launch ->
                                texts.add(launch.text() + launch + Arrays.toString(launch.local()) + launch.numbers()));
                String launches = Hash.of(texts);
                firstWith.putIfAbsent(launches, variant);
                all.add(variant);
                all.add(launches);
            }
            return new Ways(Hash.of(all), List.copyOf(firstWith.values()));
        });
    }

    /**
     * Tries the problems of a program that nothing is known about yet, while the budget lasts.
     *
     * @param workbenches opens the device to try things on, where there is something to try
     */
    public void prepare(Program program, Supplier<Workbench> workbenches) {
        if (spent >= budget) {
            return;
        }
        List<Open> open = open(program);
        if (open.isEmpty()) {
            return;
        }
        log.accept(text(
                "trying kernels for %d shapes of this program on %s, for at most %.0f s",
                open.size(), device.name(), budget - spent));
        long start = clock.getAsLong();
        double before = spent;
        int tried = 0;
        List<Tuning.Entry> faster = new ArrayList<>();
        try (Workbench workbench = workbenches.get()) {
            for (Open one : open) {
                Tuning.Entry best = best(one, workbench, () -> before + seconds(start) >= budget);
                if (best.tried() > 0) {
                    tuning.put(one.problem.key(), best);
                }
                if (!isFinished(one)) {
                    break; // the time was up
                }
                tried++;
                if (best.ratio() < 1) {
                    faster.add(best);
                }
            }
        }
        spent = before + seconds(start);
        log.accept(text(
                "%d of %d shapes tried in %.1f s; %s%s",
                tried,
                open.size(),
                seconds(start),
                faster.isEmpty()
                        ? "no kernel is faster than the shipped ones"
                        : text(
                                "%d have a faster kernel, which takes %.0f %% of the time on average",
                                faster.size(),
                                100
                                        * faster.stream()
                                                .mapToDouble(Tuning.Entry::ratio)
                                                .average()
                                                .orElseThrow()),
                tried < open.size() ? "; the next run tries the others" : ""));
        keep();
    }

    private double seconds(long since) {
        return (clock.getAsLong() - since) / 1e9;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** The problems of a program that there are several ways to compute, and nothing is known about; those with the most work first. */
    private List<Open> open(Program program) {
        Map<String, Open> problems = new LinkedHashMap<>();
        Map<Tensor, Open> nodes = new IdentityHashMap<>();
        Plan plan = Planner.plan(program, device, (problem, variants) -> {
            if (variants.size() > 1) {
                nodes.put(
                        problem.node(),
                        problems.computeIfAbsent(problem.key(), key -> new Open(problem, names(variants))));
            }
            return variants.get(0);
        });
        if (plan.shortage(device).isPresent()) {
            return List.of(); // it is about to be refused
        }
        for (int i = 0; i < plan.launches().size(); i++) {
            Open open = nodes.get(plan.computes().get(i));
            if (open != null) {
                Launch launch = plan.launches().get(i);
                open.work += Math.max(launch.flops(), OPERATIONS_A_BYTE * launch.bytes());
            }
        }
        return problems.values().stream()
                .filter(one -> !isFinished(one))
                .sorted(Comparator.comparingDouble(one -> -one.work))
                .toList();
    }

    /** Whether every candidate had its turn. */
    private boolean isFinished(Open one) {
        int candidates = ways(one.problem, one.variants).different().size() - 1;
        return find(one.problem, one.variants).map(Tuning.Entry::tried).orElse(0) >= candidates;
    }

    /** Which way is the fastest of those that had their turn, now or earlier, before the time was up. */
    private Tuning.Entry best(Open one, Workbench workbench, BooleanSupplier timeIsUp) {
        Ways ways = ways(one.problem, one.variants);
        Tuning.Entry best = find(one.problem, one.variants)
                .orElseGet(() -> new Tuning.Entry(ways.sources(), one.variants.get(0), 1, 0));
        if (timeIsUp.getAsBoolean()) {
            return best;
        }
        List<Values> numbers = numbers(one.problem);
        try (Workbench.Trial shipped = workbench.prepare(one.problem, one.variants.get(0), numbers)) {
            Judge judge = new Judge(one.problem, numbers, shipped.results());
            for (int k = best.tried() + 1; k < ways.different().size(); k++) {
                if (timeIsUp.getAsBoolean()) {
                    return best;
                }
                String variant = ways.different().get(k);
                OptionalDouble ratio = ratio(one.problem, variant, workbench, numbers, shipped, judge, timeIsUp);
                if (timeIsUp.getAsBoolean()) {
                    return best; // it may have been stopped before its last round
                }
                best = ratio.isPresent() && ratio.getAsDouble() < best.ratio()
                        ? new Tuning.Entry(ways.sources(), variant, ratio.getAsDouble(), k)
                        : new Tuning.Entry(ways.sources(), best.variant(), best.ratio(), k);
            }
        }
        return best;
    }

    /** A candidate's time as a part of the shipped kernel's, if it is right and won. */
    private OptionalDouble ratio(
            Problem problem,
            String variant,
            Workbench workbench,
            List<Values> numbers,
            Workbench.Trial shipped,
            Judge judge,
            BooleanSupplier timeIsUp) {
        String why;
        try (Workbench.Trial candidate = workbench.prepare(problem, variant, numbers)) {
            Optional<String> fault = judge.fault(candidate.results());
            if (fault.isEmpty()) {
                return Contest.won(shipped, candidate, timeIsUp);
            }
            why = fault.get();
        } catch (ClException e) {
            why = e.getMessage();
        }
        log.accept("not using '" + variant + "' for " + problem.key() + ": " + why);
        return OptionalDouble.empty();
    }

    /** Numbers spread evenly from −1 to 1, the same for the same problem. */
    static List<Values> numbers(Problem problem) {
        SplittableRandom random = new SplittableRandom(problem.key().hashCode());
        List<Values> numbers = new ArrayList<>();
        for (Tensor input : problem.inputs()) {
            Shape shape = input.shape();
            float[] floats = new float[shape.size()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = random.nextInt() * 0x1p-31f;
            }
            numbers.add(Values.of(shape, floats));
        }
        return numbers;
    }

    /** Keeps what was found, with what another program may have found meanwhile. */
    private void keep() {
        if (file.isEmpty()) {
            return;
        }
        try {
            Tuning all = kept(device, file.get(), log).orElseGet(() -> new Tuning(device));
            all.putAll(tuning);
            all.write(file.get());
        } catch (IOException e) {
            log.accept("the results of tuning cannot be saved for the next run: " + e);
        }
    }
}
