package scorefield.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import scorefield.bench.peer.Peer;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.Workload;
import scorefield.ncsn.network.Parameters;

/**
 * Compares whole steps with libtorch's, on the same network, weights, batch, noise and noise levels. All of these are in the peer's memory
 * and layout before the clock starts. The peers are started, checked to compute the same results, and then timed in alternation.
 */
enum Steps {

    /**
     * Loss, all gradients, clipping by the global norm, Adam and the moving average. The check compares the loss, the gradient of every
     * parameter, and the updates of the parameters and their average after some training steps.
     */
    TRAINING("training-step", "A training step") {
        @Override
        List<String> check(Workload workload, PeerProcess ours, List<PeerProcess> others) throws IOException {
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
                String updates = Agreement.ofUpdates("parameters", start, parameters, other.parameters()) + ", "
                        + Agreement.ofUpdates("average", start, average, other.average());
                sentences.add("%s: %s; after %d steps %s".formatted(other.name(), evaluations, CHECKED_STEPS, updates));
            }
            return sentences;
        }

        @Override
        PeerProcess.Time time(PeerProcess peer, int steps) throws IOException {
            return peer.train(steps);
        }
    },

    /**
     * The score of a batch, and x ← x + (α/2)·s + √α·z with new noise; no gradients. The check compares the score only, because the noise
     * comes from different generators.
     */
    SAMPLING("sampling-step", "A step of annealed Langevin dynamics") {
        @Override
        List<String> check(Workload workload, PeerProcess ours, List<PeerProcess> others) throws IOException {
            float[] score = ours.score();
            List<String> sentences = new ArrayList<>();
            for (PeerProcess other : others) {
                sentences.add(other.name() + ": " + Agreement.ofScores(score, other.score()));
            }
            return sentences;
        }

        @Override
        PeerProcess.Time time(PeerProcess peer, int steps) throws IOException {
            return peer.sample(steps);
        }
    };

    private static final int CHECKED_STEPS = 3;
    private static final double TARGET = 2;
    private static final double AIM = 3;

    private final String part;
    private final String title;

    Steps(String part, String title) {
        this.part = part;
        this.title = title;
    }

    /** Describes how well the other peers' results agree with ours; throws if they do not. */
    abstract List<String> check(Workload workload, PeerProcess ours, List<PeerProcess> others) throws IOException;

    abstract PeerProcess.Time time(PeerProcess peer, int steps) throws IOException;

    /** Measures the workloads, and stores the results. */
    void run(Options options, Results results) throws IOException, InterruptedException {
        Map<String, String> machine = Machine.facts();
        StringBuilder text = new StringBuilder();
        List<Ratio> ratios = new ArrayList<>();
        List<Object> data = new ArrayList<>();
        for (Workload workload : options.workloads()) {
            text.append("### ").append(workload.description()).append("\n\n");
            measure(workload, options, text, ratios, data);
        }
        machine.put("load after", Machine.loadAverage());
        System.out.println(text);
        results.add(part, title, machine, text.toString(), ratios, Results.json(data));
    }

    private void measure(Workload workload, Options options, StringBuilder text, List<Ratio> ratios, List<Object> data)
            throws IOException, InterruptedException {
        try (PeerProcess ours = Peers.scorefield(workload, options.device());
                PeerProcess plain = Peers.libtorch(workload, false);
                PeerProcess last = Peers.libtorch(workload, true)) {
            List<PeerProcess> peers = List.of(ours, plain, last);
            for (PeerProcess peer : peers) {
                text.append("- ").append(peer.describe()).append('\n');
            }
            List<String> agreements = check(workload, ours, List.of(plain, last));
            agreements.forEach(sentence ->
                    text.append("- agreement with ").append(sentence).append('\n'));
            List<Race.Lane> lanes = Race.run(peers, this::time, workload.images(), options.rounds(), Race.Pace.STEPS);
            Race.Lane best = lanes.stream()
                    .skip(1)
                    .max(Comparator.comparingDouble(Race.Lane::median))
                    .orElseThrow();
            double[] ratio = Race.ratios(lanes.get(0), best);
            ratios.add(Ratio.atLeast(title + ": " + workload.description(), TARGET, AIM, ratio));
            table(text, workload, lanes);
            text.append(String.format(
                    Locale.ROOT,
                    "%n%.2f times as many images per second as %s (median of %d rounds; quartiles %.2f … %.2f).%n%n",
                    Race.quantile(ratio, 0.5),
                    best.peer(),
                    ratio.length,
                    Race.quantile(ratio, 0.25),
                    Race.quantile(ratio, 0.75)));
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("workload", workload.description());
            result.put("peers", lanes);
            result.put("against", best.peer());
            result.put("ratioByRound", ratio);
            result.put("checked", agreements);
            data.add(result);
        }
    }

    private static void table(StringBuilder text, Workload workload, List<Race.Lane> lanes) {
        text.append(
                "\n| | images/s | quartiles | best | ms per step | processor ms per step |\n| --- | --- | --- | --- | --- | --- |\n");
        for (Race.Lane lane : lanes) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f … %.1f | %.1f | %.1f | %.1f |%n",
                    lane.peer(),
                    lane.median(),
                    lane.quantile(0.25),
                    lane.quantile(0.75),
                    lane.quantile(1),
                    1e3 * workload.images() / lane.median(),
                    1e3 * Race.quantile(lane.processorSeconds(), 0.5)));
        }
    }
}
