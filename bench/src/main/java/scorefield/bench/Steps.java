package scorefield.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import scorefield.bench.peer.Peer;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.Workload;

/**
 * Compares whole steps with those of other libraries, on the same network, weights, batch, noise and noise levels. All of these are in the
 * peer's memory and layout before the clock starts. The peers are started, checked to compute the same results, and then timed in
 * alternation.
 */
enum Steps {

    /**
     * Loss, all gradients, clipping by the global norm, Adam and the moving average. The check compares the loss, the gradient of every
     * parameter, and the updates of the parameters and their average after some training steps.
     */
    TRAINING("training-step", "A training step", new Goal(3.3, 4), new Goal(1.25, 1.5)) {
        @Override
        Outcome outcome(PeerProcess peer, Workload workload) throws IOException {
            float[] start = workload.numbers().parameters();
            Peer.Evaluation evaluation = peer.evaluate();
            peer.train(CHECKED_STEPS);
            return new Outcome.Training(
                    workload.network().parameters(),
                    evaluation,
                    Agreement.minus(peer.parameters(), start),
                    Agreement.minus(peer.average(), start));
        }

        @Override
        PeerProcess.Time time(PeerProcess peer, int steps) throws IOException {
            return peer.train(steps);
        }

        @Override
        List<Candidate> candidates(String device) {
            List<Candidate> candidates = new ArrayList<>(List.of(Peers.scorefield(device)));
            candidates.addAll(Peers.libtorch());
            candidates.add(Peers.libtorchBf16());
            return candidates;
        }
    },

    /**
     * The score of a batch, and x ← x + (α/2)·s + √α·z with new noise; no gradients. The check compares the score only, because the noise
     * comes from different generators.
     */
    SAMPLING("sampling-step", "A step of annealed Langevin dynamics", new Goal(3.4, 4), new Goal(1.2, 1.4)) {
        @Override
        Outcome outcome(PeerProcess peer, Workload workload) throws IOException {
            return new Outcome.Result("score", peer.score());
        }

        @Override
        PeerProcess.Time time(PeerProcess peer, int steps) throws IOException {
            return peer.sample(steps);
        }

        @Override
        List<Candidate> candidates(String device) {
            List<Candidate> candidates = new ArrayList<>(TRAINING.candidates(device));
            candidates.add(Peers.onnxRuntime());
            return candidates;
        }
    };

    /**
     * A ratio that is asked for.
     *
     * @param target what must be reached
     * @param aim what is hoped for
     */
    record Goal(double target, double aim) {}

    private static final int CHECKED_STEPS = 3;

    /** Against a library in half the precision, on a processor with instructions for it. */
    private static final Goal AGAINST_BF16 = new Goal(1.5, 2);

    private final String part;
    private final String title;
    private final Goal againstPeers;
    private final Goal againstCommit;

    Steps(String part, String title, Goal againstPeers, Goal againstCommit) {
        this.part = part;
        this.title = title;
        this.againstPeers = againstPeers;
        this.againstCommit = againstCommit;
    }

    /** In the document. */
    String title() {
        return title;
    }

    /** The ratio to another commit of this project. */
    Goal againstCommit() {
        return againstCommit;
    }

    /** The results by which a peer is compared with the others. */
    abstract Outcome outcome(PeerProcess peer, Workload workload) throws IOException;

    /** Does steps, and returns the time that they took. */
    abstract PeerProcess.Time time(PeerProcess peer, int steps) throws IOException;

    /** The peers that do this step, this project first. */
    abstract List<Candidate> candidates(String device);

    /** Measures the workloads, and stores the results. */
    void run(Options options, Results results) throws IOException, InterruptedException {
        Map<String, String> machine = Machine.facts();
        StringBuilder text = new StringBuilder();
        List<Ratio> ratios = new ArrayList<>();
        List<Object> data = new ArrayList<>();
        List<Candidate> candidates = candidates(options.device());
        Rehearsal rehearsal = new Rehearsal(this::outcome);
        for (Workload workload : options.workloads()) {
            Measured measured = measure(workload, candidates, rehearsal, options.rounds(), text);
            for (Precision precision : Precision.values()) {
                List<String> names = candidates.stream()
                        .skip(1)
                        .filter(candidate -> candidate.precision() == precision)
                        .map(Candidate::name)
                        .toList();
                measured.ratio(names).ifPresent(ratio -> {
                    Goal goal = precision == Precision.FLOAT32 ? againstPeers : AGAINST_BF16;
                    String work = title + (precision == Precision.FLOAT32 ? "" : ", against " + ratio.peer()) + ": "
                            + workload.description();
                    ratios.add(Ratio.atLeast(work, goal.target(), goal.aim(), ratio.rounds()));
                    text.append(ratio.sentence());
                });
            }
            text.append('\n');
            data.add(measured);
        }
        machine.put("load after", Machine.loadAverage());
        System.out.println(text);
        results.add(part, title, machine, text.toString(), ratios, Results.json(data));
    }

    /**
     * What was measured on one workload.
     *
     * @param findings what was found out about the other peers' results
     * @param peers the measurements of the peers that are right, this project's first
     */
    record Measured(String workload, List<Selection.Finding> findings, List<Race.Lane> peers) {

        /** The ratio to the fastest of these peers, if one of them is right. */
        Optional<Versus> ratio(List<String> names) {
            return Race.fastest(peers.stream()
                            .skip(1)
                            .filter(lane -> names.contains(lane.peer()))
                            .toList())
                    .map(lane -> new Versus(lane.peer(), Race.ratios(peers.get(0), lane)));
        }
    }

    /**
     * The ratio of this project's speed to another peer's.
     *
     * @param rounds one number for each round
     */
    record Versus(String peer, double[] rounds) {

        String sentence() {
            return String.format(
                    Locale.ROOT,
                    "%n%.2f times as many images per second as %s (median of %d rounds; quartiles %.2f … %.2f).%n",
                    Race.quantile(rounds, 0.5),
                    peer,
                    rounds.length,
                    Race.quantile(rounds, 0.25),
                    Race.quantile(rounds, 0.75));
        }
    }

    /**
     * Checks and times peers.
     *
     * @param candidates this project first
     * @param text a section of the document is added here: what the peers are, what was found out about them, and a table
     */
    Measured measure(Workload workload, List<Candidate> candidates, Rehearsal rehearsal, int rounds, StringBuilder text)
            throws IOException, InterruptedException {
        System.out.println(title + ": " + workload.description());
        try (Selection selection = new Selection(workload, candidates, rehearsal)) {
            StringBuilder section = new StringBuilder("### " + workload.description() + "\n\n");
            for (PeerProcess peer : selection.peers()) {
                section.append("- %s: %s%n".formatted(peer.name(), peer.describe()));
            }
            selection.findings().forEach(finding -> section.append(finding.line()));
            System.out.print(section);
            List<Race.Lane> lanes = Race.run(selection.peers(), this::time, workload.images(), rounds, Race.Pace.STEPS);
            text.append(section);
            table(text, workload, lanes);
            return new Measured(workload.description(), selection.findings(), lanes);
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
