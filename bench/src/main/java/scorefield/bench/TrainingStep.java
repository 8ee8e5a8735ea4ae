package scorefield.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import scorefield.bench.peer.Peer;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.Workload;
import scorefield.ncsn.network.Parameters;

/**
 * A training step against libtorch's: loss, all gradients, clipping by the global norm, Adam and the moving average, on the same network,
 * weights, batch, noise and noise levels, which all lie in the peer's memory and layout before the time starts.
 *
 * <p>Checked before: the loss, the gradient of every parameter, and where some training steps bring the parameters and their average.
 */
public final class TrainingStep {

    private static final int ROUNDS = 11;
    private static final int CHECKED_STEPS = 3;

    private TrainingStep() {}

    /** Arguments: {@code [--rounds N] [--device ID] [WORKLOAD…]}. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        new SideBySide("A training step", TrainingStep::check, PeerProcess::train)
                .run(Options.parse(ROUNDS, arguments));
    }

    private static List<String> check(Workload workload, PeerProcess ours, List<PeerProcess> others)
            throws IOException {
        Parameters layout = workload.network().parameters();
        float[] start = workload.numbers().parameters();
        Peer.Evaluation evaluation = ours.evaluate();
        ours.train(CHECKED_STEPS);
        float[] parameters = ours.parameters();
        float[] average = ours.average();
        List<String> sentences = new ArrayList<>();
        for (PeerProcess other : others) {
            String evaluations = Agreement.ofEvaluations(layout, evaluation, other.evaluate());
            other.train(CHECKED_STEPS);
            String ways = Agreement.ofWays("parameters", start, parameters, other.parameters()) + ", "
                    + Agreement.ofWays("average", start, average, other.average());
            sentences.add("%s: %s; after %d steps %s".formatted(other.name(), evaluations, CHECKED_STEPS, ways));
        }
        return sentences;
    }
}
