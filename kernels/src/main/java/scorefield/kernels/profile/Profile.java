package scorefield.kernels.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import scorefield.autodiff.Layers;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.pass.Plan;

/**
 * Where the time of a program goes: for each kernel launch, how long the device was at work on it, the least over the runs. (Whatever else
 * runs on the machine can only add to a time.)
 *
 * <p>GFLOP/s and GB/s follow from what a launch {@linkplain Launch#work states}: the arithmetic of the mathematics, whatever shortcut
 * the kernel takes, and the least memory traffic. A number above the machine's peak is therefore no error: it means fewer operations
 * (Winograd) or data that stayed in cache.
 *
 * @param launches in the order in which they run
 * @param runs of how many runs these are the least times
 * @param gaps nanoseconds of a run in which the device was at work on none of the launches, from the first one's start to the last one's
 *     end; the least, too
 * @param roofline what the device can do at most, measured just before
 */
public record Profile(List<Entry> launches, int runs, double gaps, Roofline roofline) {

    /**
     * One launch.
     *
     * @param kernel the function's name
     * @param options what it is specialised by, as compiler options
     * @param computes the tensor that it computes or helps to compute
     * @param layer the {@linkplain Layers part of the computation} that this tensor belongs to; empty where it has no name. A kernel that
     *     computes several tensors counts as the first one's.
     * @param flops floating-point operations
     * @param bytes least memory traffic
     * @param nanoseconds on the device
     * @param span when it ran in the shortest of the runs
     */
    public record Entry(
            String kernel,
            String options,
            String computes,
            String layer,
            double flops,
            double bytes,
            double nanoseconds,
            Span span) {

        /** The kernel's name; that of a generated one without the code that makes it unique. */
        public String kind() {
            return kernel.replaceFirst("_[0-9a-f]{12}$", " (generated)");
        }
    }

    /** When the device was at work on a launch, in nanoseconds. */
    public record Span(long start, long end) {

        /** Nanoseconds. */
        public double length() {
            return end - start;
        }

        Span since(long origin) {
            return new Span(start - origin, end - origin);
        }
    }

    /**
     * Some launches together.
     *
     * @param name what they have in common
     * @param launches how many they are
     * @param flops floating-point operations
     * @param bytes least memory traffic
     * @param nanoseconds on the device
     * @param least the nanoseconds that each would take at the roofline, added up
     */
    public record Total(String name, int launches, double flops, double bytes, double nanoseconds, double least) {

        /** 10⁹ operations a second. */
        public double gigaflops() {
            return flops / nanoseconds;
        }

        /** 10⁹ bytes a second. */
        public double gigabytes() {
            return bytes / nanoseconds;
        }

        /** How close these launches come to what the device can do; 1 is all of it. */
        public double ofRoofline() {
            return least / nanoseconds;
        }

        private Total plus(Total other) {
            return new Total(
                    name,
                    launches + other.launches,
                    flops + other.flops,
                    bytes + other.bytes,
                    nanoseconds + other.nanoseconds,
                    least + other.least);
        }
    }

    /**
     * A layer on the way forward and on the way back.
     *
     * @param name of the layer
     * @param forward its own launches
     * @param backward those of the gradients that pass back through it; without launches where there are none
     */
    public record LayerTotals(String name, Total forward, Total backward) {

        /** Both ways. */
        public Total both() {
            return forward.plus(backward);
        }
    }

    /**
     * The profile of a plan.
     *
     * @param runs for each run, when the device was at work on each launch
     */
    public static Profile of(Plan plan, List<List<Span>> runs, Roofline roofline) {
        Layers layers = Layers.of(plan.program());
        List<Span> shortest =
                runs.stream().min(Comparator.comparingDouble(Profile::length)).orElseThrow();
        long origin = shortest.get(0).start();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < plan.launches().size(); i++) {
            int index = i;
            Launch launch = plan.launches().get(i);
            entries.add(new Entry(
                    launch.kernel(),
                    launch.options(),
                    plan.computes().get(i).toString(),
                    layers.nameOf(plan.computes().get(i)),
                    launch.flops(),
                    launch.bytes(),
                    least(runs, run -> run.get(index).length()),
                    shortest.get(i).since(origin)));
        }
        double gaps = least(
                runs,
                run -> length(run) - run.stream().mapToDouble(Span::length).sum());
        return new Profile(List.copyOf(entries), runs.size(), gaps, roofline);
    }

    private static double length(List<Span> run) {
        return run.get(run.size() - 1).end() - run.get(0).start();
    }

    private static double least(List<List<Span>> runs, ToDoubleFunction<List<Span>> time) {
        return runs.stream().mapToDouble(time).min().orElseThrow();
    }

    /** The time in which the device worked on some launch, in nanoseconds. */
    public double busy() {
        return launches.stream().mapToDouble(Entry::nanoseconds).sum();
    }

    /** One launch as a total. */
    public Total total(Entry entry) {
        return new Total(
                entry.kind(),
                1,
                entry.flops(),
                entry.bytes(),
                entry.nanoseconds(),
                1e9 * roofline.seconds(entry.flops(), entry.bytes()));
    }

    /** All launches of a kernel together, the costliest kernel first. Generated kernels are one for each kind. */
    public List<Total> byKernel() {
        return totals(Entry::kind).values().stream()
                .sorted(Comparator.comparingDouble(Total::nanoseconds).reversed())
                .toList();
    }

    /** All launches of a layer together, in the order in which the layers first run. */
    public List<LayerTotals> byLayer() {
        Map<String, Total> totals = totals(Entry::layer);
        Map<String, LayerTotals> layers = new LinkedHashMap<>();
        totals.keySet().forEach(part -> {
            String name = part.startsWith(Layers.BACKWARD) ? part.substring(Layers.BACKWARD.length()) : part;
            layers.computeIfAbsent(
                    name,
                    n -> new LayerTotals(
                            n,
                            totals.getOrDefault(n, none(n)),
                            totals.getOrDefault(Layers.BACKWARD + n, none(Layers.BACKWARD + n))));
        });
        return List.copyOf(layers.values());
    }

    private static Total none(String name) {
        return new Total(name, 0, 0, 0, 0, 0);
    }

    private Map<String, Total> totals(Function<Entry, String> key) {
        Map<String, Total> totals = new LinkedHashMap<>();
        for (Entry entry : launches) {
            Total one = total(entry);
            totals.merge(
                    key.apply(entry),
                    new Total(key.apply(entry), 1, one.flops(), one.bytes(), one.nanoseconds(), one.least()),
                    Total::plus);
        }
        return totals;
    }
}
