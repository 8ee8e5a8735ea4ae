package scorefield.cli.inspect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import scorefield.cli.plot.Plot;
import scorefield.kernels.profile.Profile;
import scorefield.kernels.profile.Roofline;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.figure.Figure.Axis;
import scorefield.ncsn.text.Text;

/**
 * Draws a profile as a roofline plot: every launch by its operations per byte and its GFLOP/s, below (or, with a shortcut, above) the line
 * that the device's memory and arithmetic draw. Launches that compute nothing, such as copies, have no place in it.
 */
final class RooflineChart {

    private static final int MOST_KERNELS = 12;

    private RooflineChart() {}

    static void write(Path file, Profile profile, String title) throws IOException {
        List<Profile.Entry> computing =
                profile.launches().stream().filter(launch -> launch.flops() > 0).toList();
        List<Figure.Mark> marks = new ArrayList<>();
        marks.add(roofline(profile.roofline(), computing));
        profile.byKernel().stream()
                .filter(total -> total.flops() > 0)
                .limit(MOST_KERNELS)
                .forEach(kernel -> {
                    List<Profile.Entry> launches = computing.stream()
                            .filter(launch -> launch.kind().equals(kernel.name()))
                            .toList();
                    marks.add(new Figure.Dots(
                            Text.of("%s: %.1f %%", kernel.name(), 100 * kernel.nanoseconds() / profile.busy()),
                            launches.stream()
                                    .mapToDouble(RooflineChart::intensity)
                                    .toArray(),
                            launches.stream()
                                    .mapToDouble(launch -> profile.total(launch).gigaflops())
                                    .toArray()));
                });
        Plot.write(
                file,
                new Figure(
                        "roofline",
                        title,
                        Axis.logarithmic("operations per byte"),
                        Axis.logarithmic("GFLOP/s"),
                        marks));
    }

    private static double intensity(Profile.Entry launch) {
        return launch.flops() / launch.bytes();
    }

    private static Figure.Line roofline(Roofline roofline, List<Profile.Entry> launches) {
        double ridge = roofline.ridge();
        double least =
                launches.stream().mapToDouble(RooflineChart::intensity).min().orElse(ridge);
        double greatest =
                launches.stream().mapToDouble(RooflineChart::intensity).max().orElse(ridge);
        double[] x = {Math.min(least, ridge / 10), ridge, Math.max(greatest, ridge * 10)};
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.min(roofline.flops(), x[i] * roofline.bytes()) / 1e9;
        }
        return new Figure.Line("roofline", x, y);
    }
}
