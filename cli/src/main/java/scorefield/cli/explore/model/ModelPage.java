package scorefield.cli.explore.model;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import scorefield.cli.explore.server.Action;
import scorefield.cli.explore.server.Answer;
import scorefield.cli.explore.server.Page;
import scorefield.cli.explore.server.SharedDevice;

/**
 * The page <i>The model</i>: samples of a run's network as they are annealed, edits of a picture, and every sampler side by side. It shows what
 * {@code sample}, {@code denoise}, {@code inpaint} and {@code interpolate} write.
 */
public final class ModelPage implements Page {

    private final RunFacts facts;
    private final Drawing drawing;
    private final Editing editing;

    /**
     * The page.
     *
     * @param run the run that was named, if there is one; it is shown first
     * @param folder the folder of all runs that can be chosen
     * @param shared the device to compute on
     */
    public ModelPage(Optional<Path> run, Path folder, SharedDevice shared) {
        OpenRuns runs = new OpenRuns(run, folder, shared);
        facts = new RunFacts(runs);
        drawing = new Drawing(runs);
        editing = new Editing(runs);
    }

    @Override
    public String name() {
        return "model";
    }

    @Override
    public String title() {
        return "The model";
    }

    @Override
    public Map<String, Action> actions() {
        return Map.of(
                "runs", request -> Answer.json(facts.runs()),
                "facts", request -> Answer.json(facts.of(request)),
                "anneal", request -> Answer.json(drawing.anneal(request)),
                "compare", request -> Answer.json(drawing.compare(request)),
                "example", request -> Answer.json(editing.example(request)),
                "picture", request -> Answer.json(editing.picture(request)),
                "denoise", request -> Answer.json(editing.denoise(request)),
                "inpaint", request -> Answer.json(editing.inpaint(request)),
                "interpolate", request -> Answer.json(editing.interpolate(request)));
    }
}
