package scorefield.cli.explore.ladder;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import scorefield.cli.console.UserException;
import scorefield.cli.explore.server.Action;
import scorefield.cli.explore.server.Answer;
import scorefield.cli.explore.server.Page;
import scorefield.cli.explore.server.Request;
import scorefield.cli.explore.server.SharedDevice;
import scorefield.cli.option.DeviceChoice;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.ladder.Climb;
import scorefield.kernels.ladder.Extents;
import scorefield.kernels.ladder.Ladder;
import scorefield.kernels.ladder.Ladders;
import scorefield.kernels.ladder.Measurement;
import scorefield.kernels.ladder.Rung;
import scorefield.kernels.profile.Roofline;

/**
 * The page <i>The ladder</i>: an op's kernels from the first one that anyone would write to the one in use, each with its source, checked and
 * timed on the device. It shows what {@code scorefield ladder} prints.
 */
public final class LadderPage implements Page {

    private static final int MOST_ROUNDS = 50;

    /** A ladder before anything is measured. */
    private record Shown(String name, String formula, List<Extents.Extent> extents, List<Source> rungs) {

        static Shown of(Ladder ladder) {
            Extents extents = ladder.extents();
            return new Shown(
                    ladder.name(),
                    ladder.formula(),
                    extents.list(),
                    ladder.rungs(extents).stream().map(Source::of).toList());
        }
    }

    /**
     * A rung's kernel.
     *
     * @param file the resource that holds it
     * @param text the OpenCL C
     */
    private record Source(String name, String file, String changed, String why, String text) {

        static Source of(Rung rung) {
            return new Source(rung.name(), rung.source(), rung.changed(), rung.why(), rung.text());
        }
    }

    /** What goes on, in a line. */
    private record Now(String line) {}

    /**
     * What is known so far.
     *
     * @param extents the shape that is measured, as {@code name=value}
     * @param device the device and its driver
     * @param rows the rungs in their order, the kernel in use last
     * @param roofline GFLOP/s that the device reaches at most with the op's traffic
     */
    private record Measured(
            String ladder,
            String extents,
            String device,
            double gigaflopsOfMultiplyAdds,
            double gigabytesOfCopying,
            double roofline,
            List<Row> rows) {

        static Measured of(Ladder ladder, Extents extents, OpenClDevice device, Climb climb) {
            Measurement first = climb.measurements().get(0);
            Roofline most = climb.roofline();
            return new Measured(
                    ladder.name(),
                    extents.toString(),
                    DeviceChoice.kind(Optional.of(device)),
                    most.flops() / 1e9,
                    most.bytes() / 1e9,
                    first.total().flops() / first.total().least(),
                    climb.measurements().stream().map(row -> Row.of(row, first)).toList());
        }
    }

    /**
     * A rung's measurement.
     *
     * @param file its source; of the kernel in use, what it launches
     * @param note why it makes little sense on this device; empty where it does
     * @param faster how many times as fast as the first rung
     * @param ofRoofline the share of the roofline that it reaches; 1 is all of it
     */
    private record Row(
            String name,
            String file,
            String changed,
            String why,
            String note,
            double milliseconds,
            double faster,
            double gigaflops,
            double gigabytes,
            double ofRoofline) {

        static Row of(Measurement row, Measurement first) {
            return new Row(
                    row.rung().name(),
                    row.rung().source(),
                    row.rung().changed(),
                    row.rung().why(),
                    row.suits() ? "" : row.rung().madeFor().elsewhere(),
                    row.total().nanoseconds() / 1e6,
                    first.total().nanoseconds() / row.total().nanoseconds(),
                    row.total().gigaflops(),
                    row.total().gigabytes(),
                    row.total().ofRoofline());
        }
    }

    private final Optional<OpenClDevice> openCl;
    private final SharedDevice shared;

    /**
     * The page.
     *
     * @param openCl the device, if it is an OpenCL device; others have no kernels to measure
     * @param shared the same device, as all pages use it
     */
    public LadderPage(Optional<OpenClDevice> openCl, SharedDevice shared) {
        this.openCl = openCl;
        this.shared = shared;
    }

    @Override
    public String name() {
        return "ladder";
    }

    @Override
    public String title() {
        return "The ladder";
    }

    @Override
    public Map<String, Action> actions() {
        return Map.of(
                "ladders",
                request -> Answer.json(Ladders.ALL.stream().map(Shown::of).toList()),
                "climb",
                request -> Answer.json(climb(request)));
    }

    /** Nobody else computes meanwhile: that would change the times. */
    private Measured climb(Request request) {
        String name = request.parameters().member("ladder").text();
        Ladder ladder = Ladders.ALL.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UserException("there is no ladder '" + name + "'; reload the page"));
        Extents extents = extents(ladder, request);
        int rounds = (int) request.parameters().member("rounds").whole(1, MOST_ROUNDS);
        OpenClDevice device = openCl.orElseThrow(() -> new UserException(
                "This page measures kernels on an OpenCL device, and the explorer computes on the reference device. Start it"
                        + " with --device and an OpenCL device that `scorefield devices` lists."));
        return shared.inTurn(() -> {
            try (OpenClDevice profiling = OpenClDevice.forProfiling(device.device())) {
                Climb climb = Climb.of(ladder, extents, profiling, rounds, new Climb.Watcher() {
                    @Override
                    public void says(String line) {
                        request.progress(new Now(line));
                    }

                    @Override
                    public void measured(Climb soFar) {
                        request.progress(Measured.of(ladder, extents, profiling, soFar));
                    }
                });
                return Measured.of(ladder, extents, profiling, climb);
            }
        });
    }

    private static Extents extents(Ladder ladder, Request request) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        request.parameters()
                .member("extents")
                .object()
                .forEach((extent, size) -> sizes.put(extent, (int) size.whole(1, Integer.MAX_VALUE)));
        try {
            Extents extents = ladder.extents().with(sizes);
            Climb.require(ladder, extents);
            return extents;
        } catch (IllegalArgumentException e) {
            throw new UserException(ladder.name() + ": " + e.getMessage());
        }
    }
}
