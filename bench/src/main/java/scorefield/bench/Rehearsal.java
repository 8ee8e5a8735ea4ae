package scorefield.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.Workload;

/**
 * Compares peers with the reference device (plain Java, in double precision) on {@link Workload#SMALL}, which is small enough for it.
 * A library's results depend on the processor, because it chooses its code by the processor's instructions. So a peer whose results are
 * wrong with its preferred settings has a chance with others, each in a fresh process.
 */
final class Rehearsal {

    /** What a started peer computes, as far as it is compared. */
    @FunctionalInterface
    interface Examination {
        Outcome of(PeerProcess peer, Workload workload) throws IOException;
    }

    private final Examination examination;
    private final Outcome truth;

    /** Lets the reference device compute what the peers are compared with. */
    Rehearsal(Examination examination) throws IOException, InterruptedException {
        this.examination = examination;
        try (PeerProcess reference = Peers.reference().start(Workload.SMALL)) {
            truth = examination.of(reference, Workload.SMALL);
        }
    }

    /** What a started peer computes. */
    Outcome outcome(PeerProcess peer, Workload workload) throws IOException {
        return examination.of(peer, workload);
    }

    /** What is wrong with a peer's results under some settings, in words; empty if nothing is. */
    String objection(Candidate candidate, Map<String, String> settings) throws IOException, InterruptedException {
        System.out.println("  checking " + candidate.name() + " " + candidate.describe(settings));
        try (PeerProcess peer = candidate.start(Workload.SMALL, settings)) {
            String objection = outcome(peer, Workload.SMALL)
                    .with(truth, candidate.precision())
                    .objection();
            return objection.isEmpty() ? "" : objection + " (compared with the reference device)";
        } catch (IOException e) {
            return "it fails: " + e.getMessage();
        }
    }

    /**
     * The peer with the first settings that give right results.
     *
     * @param notes what was wrong with other settings is added here
     */
    Optional<Candidate> right(Candidate candidate, List<String> notes) throws IOException, InterruptedException {
        for (Map<String, String> settings : candidate.settings()) {
            String objection = objection(candidate, settings);
            if (objection.isEmpty()) {
                return Optional.of(candidate.with(settings));
            }
            notes.add("%s %s: %s".formatted(candidate.name(), candidate.describe(settings), objection));
        }
        return Optional.empty();
    }
}
