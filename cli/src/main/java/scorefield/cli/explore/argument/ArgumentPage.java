package scorefield.cli.explore.argument;

import java.util.HashMap;
import java.util.Map;
import scorefield.cli.explore.server.Action;
import scorefield.cli.explore.server.Answer;
import scorefield.cli.explore.server.Page;
import scorefield.cli.explore.server.Request;
import scorefield.cli.explore.server.Resources;
import scorefield.ncsn.study.Population;

/** docs/theory.md, with its experiments alive at the ends of the sections that they belong to. */
public final class ArgumentPage implements Page {

    private static final int DOTS = 400;

    private final Learned learned = new Learned();
    private final Field field = new Field(learned);
    private final MovingChains chains = new MovingChains(learned);
    private final Losses losses = new Losses(learned);

    @Override
    public String name() {
        return "argument";
    }

    @Override
    public String title() {
        return "The argument";
    }

    @Override
    public Map<String, Action> actions() {
        // Chains that move side by side are separate actions, so that they do not take each other's place.
        return Map.of(
                "samples",
                ArgumentPage::samples,
                "field",
                field::answer,
                "train",
                learned::train,
                "losses",
                losses::answer,
                "follow",
                request -> chains.answer(Dynamics.FOLLOW, request),
                "langevin",
                request -> chains.answer(Dynamics.LANGEVIN, request),
                "single",
                request -> chains.answer(Dynamics.LANGEVIN, request),
                "annealed",
                request -> chains.answer(Dynamics.ANNEALED, request));
    }

    /** Exact samples of a density, (x, y) each. */
    private static Answer samples(Request request) {
        Population population = Densities.of(request.parameters().member("density"));
        return Answer.json(Map.of("x", population.sample(DOTS, 0).coordinates()));
    }

    @Override
    public String content() {
        Map<Integer, String> experiments = new HashMap<>();
        experiments.put(1, Resources.text("argument/field.html"));
        experiments.put(5, Resources.text("argument/losses.html"));
        experiments.put(6, Resources.text("argument/langevin.html"));
        experiments.put(8, Resources.text("argument/annealing.html"));
        return "<article class=\"theory\">\n" + Theory.html(experiments) + "</article>\n";
    }
}
