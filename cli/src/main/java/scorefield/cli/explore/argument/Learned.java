package scorefield.cli.explore.argument;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.console.UserException;
import scorefield.cli.explore.server.Answer;
import scorefield.cli.explore.server.Request;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SigmaDensity;
import scorefield.ncsn.study.Population;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/** The network of each window: it is trained while one watches, on the density that the window shows. */
final class Learned {

    /** From about the largest distance between two points to a tenth of the narrowest mode's standard deviation. */
    static final NoiseLevels LEVELS = NoiseLevels.geometric(8, 0.02, 19);

    private static final MlpSettings SIZE = new MlpSettings(64, 3);
    private static final int DATA = 10_000;
    private static final int BATCH = 256;
    private static final double LEARNING_RATE = 2e-3;
    private static final long MOST_STEPS = 20_000;

    /** How many times a training shows how far it is. */
    private static final int READINGS = 30;

    /** How many windows' networks are kept. */
    private static final int KEPT = 16;

    /** A network's score, and the density that it has learned, as the page names it. */
    private record Network(@Nullable Object density, ScoreFunction score) {}

    private final Map<String, Network> networks = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Network> eldest) {
            return size() > KEPT;
        }
    });

    /**
     * Trains the window's network on its density for {@code steps} steps, annealed denoising over {@link #LEVELS}. The network so far is
     * the window's network already.
     */
    Answer train(Request request) {
        Population population = Densities.of(request.parameters().member("density"));
        long steps = request.parameters().member("steps").whole(1, MOST_STEPS);
        TrainingSettings settings = TrainingSettings.of(steps, BATCH, LEARNING_RATE, 0);
        Mlp network = new Mlp(SIZE, 2);
        try (Trainer trainer = new Trainer(
                request.device(),
                network,
                new AnnealedDenoising(),
                population.sample(DATA, 0),
                SigmaDensity.uniformOver(LEVELS),
                settings,
                TrainingState.initial(network, 0))) {
            long every = Math.max(1, steps / READINGS);
            double loss = 0;
            for (long step = 1; step <= steps; step++) {
                trainer.step();
                if (step % every == 0 || step == steps) {
                    loss = trainer.statistics().loss();
                    keep(request, network, trainer.state().average());
                    request.progress(new Reading(step, steps, loss));
                }
            }
            return Answer.json(new Reading(steps, steps, loss));
        }
    }

    /** How far a training is, and the mean loss since the reading before. */
    private record Reading(long step, long steps, double loss) {}

    private void keep(Request request, Mlp network, float[] parameters) {
        Tensor flat = Tensor.constant(Values.of(Shape.of(parameters.length), parameters));
        Object density = request.parameters().member("density").plain();
        networks.put(
                request.session(),
                new Network(density, network.with(network.parameters().weights(flat))));
    }

    /**
     * The score of the window's network.
     *
     * @throws UserException if it has learned no density, or another
     */
    ScoreFunction score(Request request) {
        Network network = networks.get(request.session());
        if (network == null
                || !Objects.equals(
                        network.density, request.parameters().member("density").plain())) {
            throw new UserException("no network has learned this density yet; train one");
        }
        return network.score;
    }
}
