package scorefield.cli.explore.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import scorefield.cli.console.UserException;
import scorefield.cli.explore.server.Action;
import scorefield.cli.explore.server.Answer;
import scorefield.cli.explore.server.Page;
import scorefield.cli.explore.server.Request;
import scorefield.cli.explore.server.SharedDevice;
import scorefield.cli.inspect.Subject;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.profile.Profile;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.Settings;

/**
 * The page <i>The machine</i>: a training step of a run's network, or of a preset's, as a graph, as launches, and as bytes in the arena. It shows
 * what {@code inspect} and {@code profile} print.
 */
public final class MachinePage implements Page {

    /** Steps of a measurement; the shortest time of each launch counts. */
    private static final int MEASURED_STEPS = 5;

    /** What the page calls the run that the explorer was started with, or the newest. */
    private static final String RUN = "run";

    /**
     * What a measurement found.
     *
     * @param gigaflops the most that the device computes, in 10⁹ operations a second
     * @param gigabytes the most that it copies, in 10⁹ bytes a second
     * @param milliseconds of each launch, in their order
     * @param shares how close each launch comes to the roofline; 1 is all of it
     * @param gaps milliseconds of a step in which no launch was at work
     */
    record Measurement(
            double gigaflops, double gigabytes, List<Double> milliseconds, List<Double> shares, double gaps) {}

    private final Optional<Path> run;
    private final Optional<OpenClDevice> openCl;
    private final SharedDevice shared;
    private final Map<String, PlannedStep> steps = new ConcurrentHashMap<>();

    /**
     * The page.
     *
     * @param run the run that was named; without it, the newest
     * @param openCl the device, if it is an OpenCL device; others have no kernels to show
     * @param shared the same device, as all pages use it
     */
    public MachinePage(Optional<Path> run, Optional<OpenClDevice> openCl, SharedDevice shared) {
        this.run = run;
        this.openCl = openCl;
        this.shared = shared;
    }

    @Override
    public String name() {
        return "machine";
    }

    @Override
    public String title() {
        return "The machine";
    }

    @Override
    public Map<String, Action> actions() {
        return Map.of(
                "subjects", request -> Answer.json(subjects()),
                "step", request -> Answer.json(step(request).overview()),
                "node", request -> Answer.json(details(request)),
                "measure", request -> Answer.json(measurement(request)));
    }

    /** What can be shown, by the name that a request gives it: the run, or without one the built-in digits; and all presets. */
    private Map<String, String> subjects() throws IOException {
        Map<String, String> subjects = new LinkedHashMap<>();
        subjects.put(RUN, Subject.of(run, Settings.NONE).name());
        Presets.names().forEach(preset -> subjects.put(preset, "preset " + preset + ": " + Presets.about(preset)));
        return subjects;
    }

    private OpenClDevice device() {
        return openCl.orElseThrow(() -> new UserException(
                "This page shows how an OpenCL device computes, and the explorer computes on the reference device. Start it"
                        + " with --device and an OpenCL device that `scorefield devices` lists."));
    }

    private PlannedStep step(Request request) throws IOException {
        String name = request.parameters().member("subject").text();
        PlannedStep known = steps.get(name);
        if (known == null) {
            known = new PlannedStep(
                    name.equals(RUN)
                            ? Subject.of(run, Settings.NONE)
                            : Subject.of(Optional.empty(), Settings.of("preset", name)),
                    device());
            steps.put(name, known);
        }
        return known;
    }

    private PlannedStep.Details details(Request request) throws IOException {
        PlannedStep step = step(request);
        return step.details((int) request.parameters().member("node").whole(0, step.nodeCount() - 1));
    }

    /** Nobody else computes meanwhile: that would change the times. */
    private Measurement measurement(Request request) throws IOException {
        PlannedStep step = step(request);
        return shared.inTurn(() -> {
            try (OpenClDevice profiling = OpenClDevice.forProfiling(device().device())) {
                return measurement(step.subject().trainingProfile(profiling, MEASURED_STEPS));
            }
        });
    }

    private static Measurement measurement(Profile profile) {
        List<Double> milliseconds = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        for (Profile.Entry entry : profile.launches()) {
            milliseconds.add(entry.nanoseconds() / 1e6);
            shares.add(profile.total(entry).ofRoofline());
        }
        return new Measurement(
                profile.roofline().flops() / 1e9,
                profile.roofline().bytes() / 1e9,
                milliseconds,
                shares,
                profile.gaps() / 1e6);
    }
}
