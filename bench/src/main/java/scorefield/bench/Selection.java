package scorefield.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.Workload;

/**
 * Starts the peers for one workload, and leaves out those whose results are wrong.
 *
 * <p>A peer is right if it agrees with the reference device on the {@linkplain Rehearsal small workload}, and on the measured workload
 * with the {@linkplain Majority majority} of the peers in single precision. Peers in a lower precision have no vote. A peer that is not
 * right with its preferred settings gets another chance with each of its other settings.
 */
final class Selection implements AutoCloseable {

    /**
     * What was found out about a peer.
     *
     * @param right whether it is measured
     * @param settings the settings that it is measured with, in words
     * @param agreement how well its results agree with this project's, in words; empty if it is not measured
     * @param objections what was wrong with other settings
     */
    record Finding(String peer, boolean right, String settings, String agreement, List<String> objections) {

        /** The finding as a line of the document. */
        String line() {
            StringBuilder line = new StringBuilder("- ");
            if (!right) {
                line.append("**").append(peer).append(" computes wrong results and is left out:** ");
                return line.append(String.join("; ", objections)).append('\n').toString();
            }
            line.append("agreement with ").append(peer).append(": ").append(agreement);
            if (!objections.isEmpty()) {
                line.append("; measured ").append(settings).append(", because its results are wrong otherwise: ");
                line.append(String.join("; ", objections));
            }
            return line.append('\n').toString();
        }
    }

    /** A peer that may be measured. */
    private final class Entrant {

        private final Candidate candidate;
        private final Iterator<Map<String, String>> untried;
        private final List<String> objections = new ArrayList<>();
        private String settings = "";
        private @Nullable PeerProcess process;
        private @Nullable Outcome outcome;

        Entrant(Candidate candidate) {
            this.candidate = candidate;
            untried = candidate.settings().iterator();
        }

        /** Starts the peer with the next settings with which it agrees with the reference device, if there are any. */
        void advance() throws IOException, InterruptedException {
            stop();
            while (outcome == null && untried.hasNext()) {
                Map<String, String> next = untried.next();
                settings = candidate.describe(next);
                String objection = rehearsal.objection(candidate, next);
                if (!objection.isEmpty()) {
                    object(objection);
                    continue;
                }
                process = candidate.start(workload, next);
                try {
                    outcome = rehearsal.outcome(process, workload);
                } catch (IOException e) {
                    object("it fails: " + e.getMessage());
                    stop();
                }
            }
        }

        void object(String objection) {
            objections.add(settings + " " + objection);
        }

        void stop() throws IOException, InterruptedException {
            if (process != null) {
                process.close();
            }
            process = null;
            outcome = null;
        }

        boolean isRunning() {
            return outcome != null;
        }

        Agreement with(Entrant other) {
            return outcome().with(other.outcome(), candidate.precision());
        }

        private Outcome outcome() {
            if (outcome == null) {
                throw new IllegalStateException(candidate.name() + " is not running");
            }
            return outcome;
        }
    }

    private final Workload workload;
    private final Rehearsal rehearsal;
    private final List<Entrant> entrants;

    /**
     * Starts and compares the peers.
     *
     * @param candidates this project first
     * @throws IllegalStateException if this project's results are wrong, or if it cannot be decided who is right
     */
    Selection(Workload workload, List<Candidate> candidates, Rehearsal rehearsal)
            throws IOException, InterruptedException {
        this.workload = workload;
        this.rehearsal = rehearsal;
        entrants = candidates.stream().map(Entrant::new).toList();
        try {
            select();
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void select() throws IOException, InterruptedException {
        for (Entrant entrant : entrants) {
            entrant.advance();
        }
        Entrant ours = entrants.get(0);
        List<Entrant> voters = entrants.stream()
                .filter(entrant -> entrant.isRunning() && entrant.candidate.precision() == Precision.FLOAT32)
                .toList();
        List<Entrant> majority =
                Majority.of(voters, (a, b) -> a.with(b).holds() && b.with(a).holds());
        if (!majority.contains(ours)) {
            throw new IllegalStateException(disagreement(ours, voters, majority));
        }
        for (Entrant entrant : entrants) {
            while (entrant.isRunning() && !entrant.with(ours).holds()) {
                entrant.object(entrant.with(ours).objection());
                entrant.advance();
            }
        }
    }

    private String disagreement(Entrant ours, List<Entrant> voters, List<Entrant> majority) {
        if (!ours.isRunning()) {
            return ours.candidate.name() + " computes wrong results: " + String.join("; ", ours.objections);
        }
        List<String> differences = new ArrayList<>();
        for (Entrant voter : voters) {
            if (!ours.with(voter).holds()) {
                differences.add(voter.candidate.name() + ": " + ours.with(voter).objection());
            }
        }
        return (majority.isEmpty()
                        ? "no majority of the peers decides who is right: "
                        : "most peers agree with each other, and not with " + ours.candidate.name() + ": ")
                + String.join("; ", differences);
    }

    /** The peers that are right, started, this project first. */
    List<PeerProcess> peers() {
        List<PeerProcess> peers = new ArrayList<>();
        for (Entrant entrant : entrants) {
            if (entrant.process != null) {
                peers.add(entrant.process);
            }
        }
        return peers;
    }

    /** What was found out about every peer but this project. */
    List<Finding> findings() {
        Entrant ours = entrants.get(0);
        return entrants.stream()
                .skip(1)
                .map(entrant -> new Finding(
                        entrant.candidate.name(),
                        entrant.isRunning(),
                        entrant.settings,
                        entrant.isRunning() ? entrant.with(ours).text() : "",
                        List.copyOf(entrant.objections)))
                .toList();
    }

    /** Ends the peers. */
    @Override
    public void close() throws IOException, InterruptedException {
        for (Entrant entrant : entrants) {
            entrant.stop();
        }
    }
}
