package scorefield.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import scorefield.bench.peer.PeerProcess;

/**
 * Peers in alternation: in each round every peer has one turn, of as many steps as take about a second (single operations: a tenth), and the order turns from round to
 * round. So all of them meet the same machine, whatever else it does meanwhile.
 *
 * <p>Timed are whole steps, by the clock of the peer's own process, with the wait for the last one's end. Not timed: starting, compiling,
 * bringing the numbers to the device and into the peer's memory layout, and the warm-up.
 */
final class Race {

    /** What a peer can be timed at. */
    @FunctionalInterface
    interface Work {
        /** Does some steps and says how long they took. */
        PeerProcess.Time time(PeerProcess peer, int steps) throws IOException;
    }

    /**
     * One peer's result.
     *
     * @param imagesPerSecond one number for each round
     * @param processorSeconds for each round, for how long a step keeps processors busy, all together
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
     * How long things take.
     *
     * @param turn seconds of a turn, about
     * @param pause milliseconds after it: some thread pools spin for a moment before they sleep
     */
    record Pace(double turn, long pause) {

        /** For whole steps. */
        static final Pace STEPS = new Pace(1, 300);

        /** For single operations: enough for many of each, and there are many of them. */
        static final Pace OPERATIONS = new Pace(0.1, 30);
    }

    private static final int WARM_UP_STEPS = 3;

    private Race() {}

    /** @param images how many a step takes; 1 where steps are counted */
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

    /** The ratios of one lane to another, round by round. */
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
