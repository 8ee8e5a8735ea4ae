package scorefield.cli.explore.model;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import scorefield.autodiff.Shape;
import scorefield.cli.explore.server.Request;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.edit.ImageEdits;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.RunFolder;
import scorefield.ncsn.sampler.Samplers;

/** Which runs there are, and what the page must know of one to show its controls. */
final class RunFacts {

    /**
     * What the page must know of a run.
     *
     * @param what the run, for people: its folder, its step, its data
     * @param points whether its samples are points
     * @param largest the largest noise level; its network knows those from the smallest on
     * @param samplers all that can be chosen
     * @param sampler the run's own
     * @param stepsPerLevel of inpainting, unless another number is asked for
     */
    record Facts(
            String what,
            boolean points,
            int height,
            int width,
            int channels,
            double smallest,
            double largest,
            List<Described> samplers,
            String sampler,
            int stepsPerLevel) {}

    /** Something with a name, for people. */
    record Described(String name, String description) {}

    private final OpenRuns runs;

    RunFacts(OpenRuns runs) {
        this.runs = runs;
    }

    /** The folders of the runs, the one to be shown first. */
    List<String> runs() throws IOException {
        return runs.all().stream().map(RunFolder::path).map(Object::toString).toList();
    }

    Facts of(Request request) throws IOException {
        Run run = runs.run(request.parameters().member("run").text());
        Configuration configuration = run.configuration();
        Shape sample = run.sample();
        boolean points = SampleKind.isPoint(sample);
        return new Facts(
                run + ": " + run.checkpoint().data(),
                points,
                points ? 0 : sample.dim(0),
                points ? 0 : sample.dim(1),
                points ? 0 : sample.dim(2),
                run.noiseLevels().smallest(),
                run.noiseLevels().largest(),
                Samplers.ALL.stream()
                        .map(kind -> new Described(kind.name(), kind.description()))
                        .toList(),
                configuration.sampling().sampler().name(),
                ImageEdits.plan(configuration, OptionalInt.empty()).stepsPerLevel());
    }
}
