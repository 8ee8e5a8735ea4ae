package scorefield.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.Workload;

/**
 * A step of Langevin dynamics against libtorch's without gradients: the score of a batch, and x ← x + (α/2)·s + √α·z with new noise.
 *
 * <p>Checked before: the score. (The noise comes from different generators.)
 */
public final class SamplingStep {

    private static final int ROUNDS = 11;

    private SamplingStep() {}

    /** Arguments: {@code [--rounds N] [--device ID] [WORKLOAD…]}. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        new SideBySide("A Langevin step", SamplingStep::check, PeerProcess::sample)
                .run(Options.parse(ROUNDS, arguments));
    }

    private static List<String> check(Workload workload, PeerProcess ours, List<PeerProcess> others)
            throws IOException {
        float[] score = ours.score();
        List<String> sentences = new ArrayList<>();
        for (PeerProcess other : others) {
            sentences.add(other.name() + ": " + Agreement.ofScores(score, other.score()));
        }
        return sentences;
    }
}
