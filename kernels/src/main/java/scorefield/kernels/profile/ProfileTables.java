package scorefield.kernels.profile;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A {@link Profile} for people to read: tables in plain text. */
public final class ProfileTables {

    private final Profile profile;

    /** The tables of a profile. */
    public ProfileTables(Profile profile) {
        this.profile = profile;
    }

    /** What the device can do, and how the time is divided between launches and the gaps between them. */
    public String summary() {
        Roofline roofline = profile.roofline();
        return line(
                        "roofline   %.0f GFLOP/s of multiply-adds, %.1f GB/s of copying: above %.1f operations per"
                                + " byte arithmetic is the limit, below it memory bandwidth",
                        roofline.flops() / 1e9, roofline.bytes() / 1e9, roofline.ridge())
                + line(
                        "a run      %.3f ms in %d launches, and %.3f ms between them; each the shortest of %d runs",
                        profile.busy() / 1e6, profile.launches().size(), profile.gaps() / 1e6, profile.runs());
    }

    /** A row for each kernel, the costliest first. */
    public String byKernel() {
        StringBuilder text = new StringBuilder(header("launches", "kernel"));
        profile.byKernel().forEach(total -> text.append(row(total, Integer.toString(total.launches()), total.name())));
        return text.toString();
    }

    /** A row for each layer, in the order of computation; the rate and the share are those of both ways together. */
    public String byLayer() {
        StringBuilder text = new StringBuilder(
                line("%9s %9s %6s %9s %8s %6s  %s", "forward", "back", "%", "GFLOP/s", "GB/s", "% roof", "layer (ms)"));
        for (Profile.LayerTotals layer : profile.byLayer()) {
            Profile.Total both = layer.both();
            text.append(line(
                    "%9.3f %9.3f %6.1f %9.1f %8.1f %6.0f  %s",
                    layer.forward().nanoseconds() / 1e6,
                    layer.backward().nanoseconds() / 1e6,
                    share(both),
                    both.gigaflops(),
                    both.gigabytes(),
                    100 * both.ofRoofline(),
                    layer.name().isEmpty() ? "(no name)" : layer.name()));
        }
        return text.toString();
    }

    /** The costliest launches one by one, with what each computes. */
    public String costliest(int count) {
        List<Profile.Entry> launches = profile.launches();
        StringBuilder text = new StringBuilder(header("launch", "kernel: result"));
        IntStream.range(0, launches.size())
                .boxed()
                .sorted(Comparator.comparingDouble(
                                (Integer i) -> launches.get(i).nanoseconds())
                        .reversed())
                .limit(count)
                .forEach(i -> {
                    Profile.Entry entry = launches.get(i);
                    String kernel = (entry.kernel() + " " + entry.options()).strip();
                    text.append(row(profile.total(entry), "#" + i, kernel + ": " + entry.computes()));
                });
        return text.toString();
    }

    private static String header(String launch, String what) {
        return line("%9s %6s %8s %9s %8s %6s  %s", "ms", "%", launch, "GFLOP/s", "GB/s", "% roof", what);
    }

    private String row(Profile.Total total, String launch, String what) {
        return line(
                "%9.3f %6.1f %8s %9.1f %8.1f %6.0f  %s",
                total.nanoseconds() / 1e6,
                share(total),
                launch,
                total.gigaflops(),
                total.gigabytes(),
                100 * total.ofRoofline(),
                what);
    }

    private double share(Profile.Total total) {
        return 100 * total.nanoseconds() / profile.busy();
    }

    private static String line(String format, Object... arguments) {
        return String.format(Locale.ROOT, format + "%n", arguments);
    }
}
