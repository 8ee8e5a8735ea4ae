package scorefield.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import scorefield.bench.peer.PeerProcess;

/**
 * Measures peers in alternation: in each round every peer has one turn of about one second (single operations: a
 * tenth), and the order rotates from round to round. So other load on the machine affects all peers alike.
 *
 * <p>The clock of the peer's own process times whole steps, including the wait for the last one. Starting, compiling,
 * copying the numbers to the device and into the peer's memory layout, and warming up are not timed.
 */
final class Race {

    /** The work that is timed. */
    @FunctionalInterface
    interface Work {
        /** Does some steps, and returns the time that they took. */
        PeerProcess.Time time(PeerProcess peer, int steps) throws IOException;
    }

    /**
     * The measurements of one peer.
     *
     * @param imagesPerSecond one number for each round
     * @param processorSeconds for each round, the processor time of a step, summed over all threads
     */
    record Lane(String peer, int stepsPerTurn, double[] imagesPerSecond, double[] processorSeconds) {

        double median() {
            return quantile(0.5);
        }

        double quantile(double q) {
            return Race.quantile(imagesPerSecond, q);
        }
    }

    /**
     * The duration of turns.
     *
     * @param turn the approximate length of a turn in seconds
     * @param pause milliseconds after a turn: some thread pools spin for a moment before they sleep
     */
    record Pace(double turn, long pause) {

        /** For whole steps. */
        static final Pace STEPS = new Pace(1, 300);

        /** For single operations: there are many operations, and a tenth of a second is enough for many repetitions. */
        static final Pace OPERATIONS = new Pace(0.1, 30);
    }

    private static final int WARM_UP_STEPS = 3;

    private Race() {}

    /** @param images how many images a step takes; 1 to count steps */
    static List<Lane> run(List<PeerProcess> peers, Work work, int images, int rounds, Pace pace)
            throws IOException, InterruptedException {
        List<Lane> lanes = new ArrayList<>();
        for (PeerProcess peer : peers) {
            work.time(peer, WARM_UP_STEPS);
            double turn = 1e9 * pace.turn() / work.time(peer, 1).nanoseconds();
            lanes.add(
                    new Lane(peer.name(), (int) Math.max(1, Math.round(turn)), new double[rounds], new double[rounds]));
            Thread.sleep(pace.pause());
        }
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < peers.size(); turn++) {
                int i = (round + turn) % peers.size();
                Lane lane = lanes.get(i);
                int steps = lane.stepsPerTurn();
                PeerProcess.Time time = work.time(peers.get(i), steps);
                lane.imagesPerSecond()[round] = images * (steps * 1e9 / time.nanoseconds());
                lane.processorSeconds()[round] = time.processorNanoseconds() / 1e9 / steps;
                Thread.sleep(pace.pause());
            }
        }
        return lanes;
    }

    /** The ratio of one peer's speed to another's in each round. */
    static double[] ratios(Lane ours, Lane theirs) {
        double[] ratios = new double[ours.imagesPerSecond().length];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = ours.imagesPerSecond()[round] / theirs.imagesPerSecond()[round];
        }
        return ratios;
    }

    static double quantile(double[] numbers, double q) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        double position = q * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
