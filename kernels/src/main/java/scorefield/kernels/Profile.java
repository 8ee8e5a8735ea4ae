package scorefield.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Where the time of a program goes: for each kernel launch, how long the device was at work on it, the least over the runs. (Whatever else
 * runs on the machine can only add to a time.)
 *
 * <p>GFLOP/s and GB/s follow from what a launcher {@linkplain Launch#work states}: the arithmetic of the mathematics, whatever shortcut
 * the kernel takes, and the least memory traffic. A number above the machine's peak is therefore no error: it means fewer operations
 * (Winograd) or data that stayed in cache.
 *
 * @param launches in the order in which they run
 * @param runs of how many runs these are the least times
 * @param gaps nanoseconds of a run in which the device was at work on none of the launches, from the first one's start to the last one's
 *     end
 */
public record Profile(List<Entry> launches, int runs, double gaps) {

    /**
     * One launch.
     *
     * @param kernel the function's name
     * @param options what it is specialised by, as compiler options
     * @param computes the tensor that it computes or helps to compute
     * @param flops floating-point operations
     * @param bytes least memory traffic
     * @param nanoseconds on the device
     */
    public record Entry(
            String kernel, String options, String computes, double flops, double bytes, double nanoseconds) {}

    /** All launches of one kernel. */
    private record Total(String kernel, int launches, double flops, double bytes, double nanoseconds) {}

    /** When the device was at work on a launch, in nanoseconds of its own clock. */
    record Span(long start, long end) {

        double length() {
            return end - start;
        }
    }

    static Profile of(Plan plan, List<List<Span>> runs) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < plan.launches().size(); i++) {
            int index = i;
            Launch launch = plan.launches().get(i);
            entries.add(new Entry(
                    launch.kernel(),
                    launch.options(),
                    plan.computes().get(i).toString(),
                    launch.flops(),
                    launch.bytes(),
                    least(runs, run -> run.get(index).length())));
        }
        double gaps = least(
                runs,
                run -> run.get(run.size() - 1).end()
                        - run.get(0).start()
                        - run.stream().mapToDouble(Span::length).sum());
        return new Profile(List.copyOf(entries), runs.size(), gaps);
    }

    private static double least(List<List<Span>> runs, ToDoubleFunction<List<Span>> time) {
        return runs.stream().mapToDouble(time).min().orElseThrow();
    }

    /** The time in which the device worked on some launch, in nanoseconds. */
    public double busy() {
        return launches.stream().mapToDouble(Entry::nanoseconds).sum();
    }

    /** For people: all launches of a kernel together, the costliest kernel first. Generated kernels are one row for each kind. */
    public String byKernel() {
        Map<String, Total> totals = new LinkedHashMap<>();
        for (Entry entry : launches) {
            String kernel = entry.kernel().replaceFirst("_[0-9a-f]{12}$", " (generated)");
            totals.merge(
                    kernel,
                    new Total(kernel, 1, entry.flops(), entry.bytes(), entry.nanoseconds()),
                    (a, b) -> new Total(
                            kernel,
                            a.launches + b.launches,
                            a.flops + b.flops,
                            a.bytes + b.bytes,
                            a.nanoseconds + b.nanoseconds));
        }
        StringBuilder text = new StringBuilder();
        text.append("%9s %6s %8s %9s %8s  %s%n".formatted("ms", "%", "launches", "GFLOP/s", "GB/s", "kernel"));
        totals.values().stream()
                .sorted(Comparator.comparingDouble(Total::nanoseconds).reversed())
                .forEach(total -> text.append(row(
                        total.nanoseconds(),
                        Integer.toString(total.launches()),
                        total.flops(),
                        total.bytes(),
                        total.kernel())));
        text.append(String.format(
                Locale.ROOT,
                "%9.3f in all, and %.3f between launches; the least of %d runs%n",
                busy() / 1e6,
                gaps / 1e6,
                runs));
        return text.toString();
    }

    /** For people: the costliest launches one by one, with what each computes. */
    public String costliest(int count) {
        StringBuilder text = new StringBuilder();
        text.append("%9s %6s %8s %9s %8s  %s%n".formatted("ms", "%", "launch", "GFLOP/s", "GB/s", "kernel: result"));
        Integer[] order = new Integer[launches.size()];
        Arrays.setAll(order, i -> i);
        Arrays.stream(order)
                .sorted(Comparator.comparingDouble(
                                (Integer i) -> launches.get(i).nanoseconds())
                        .reversed())
                .limit(count)
                .forEach(i -> {
                    Entry entry = launches.get(i);
                    String kernel = (entry.kernel() + " " + entry.options()).strip();
                    text.append(row(
                            entry.nanoseconds(),
                            "#" + i,
                            entry.flops(),
                            entry.bytes(),
                            kernel + ": " + entry.computes()));
                });
        return text.toString();
    }

    /** A row of a table; operations or bytes for each nanosecond are G… a second. */
    private String row(double time, String launch, double flops, double bytes, String what) {
        return String.format(
                Locale.ROOT,
                "%9.3f %6.1f %8s %9.1f %8.1f  %s%n",
                time / 1e6,
                100 * time / busy(),
                launch,
                flops / time,
                bytes / time,
                what);
    }
}
