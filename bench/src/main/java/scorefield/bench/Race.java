package scorefield.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
     * @param limit seconds after which no further round starts; three rounds take place in any case
     * @param progress whether each round is shown
     */
    record Pace(double turn, long pause, double limit, boolean progress) {

        /** For whole steps. Two workloads, their checks included, take less than ten minutes. */
        static final Pace STEPS = new Pace(1, 300, 210, true);

        /** For single operations: there are many operations, and a tenth of a second is enough for many repetitions. */
        static final Pace OPERATIONS = new Pace(0.1, 30, Double.POSITIVE_INFINITY, false);
    }

    private static final int WARM_UP_STEPS = 3;
    private static final int LEAST_ROUNDS = 3;

    private Race() {}

    /**
     * Measures peers.
     *
     * @param images how many images a step takes; 1 to count steps
     * @param rounds how many rounds, if the pace's limit allows them
     */
    static List<Lane> run(List<PeerProcess> peers, Work work, int images, int rounds, Pace pace)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        int[] steps = new int[peers.size()];
        for (int i = 0; i < steps.length; i++) {
            work.time(peers.get(i), WARM_UP_STEPS);
            double turn = 1e9 * pace.turn() / work.time(peers.get(i), 1).nanoseconds();
            steps[i] = (int) Math.max(1, Math.round(turn));
            Thread.sleep(pace.pause());
        }
        double[][] imagesPerSecond = new double[steps.length][rounds];
        double[][] processorSeconds = new double[steps.length][rounds];
        int done = 0;
        while (done < rounds && (done < LEAST_ROUNDS || System.nanoTime() - start < 1e9 * pace.limit())) {
            for (int turn = 0; turn < steps.length; turn++) {
                int i = (done + turn) % steps.length;
                PeerProcess.Time time = work.time(peers.get(i), steps[i]);
                imagesPerSecond[i][done] = images * (steps[i] * 1e9 / time.nanoseconds());
                processorSeconds[i][done] = time.processorNanoseconds() / 1e9 / steps[i];
                Thread.sleep(pace.pause());
            }
            done++;
            if (pace.progress()) {
                System.out.printf("  round %d of %d%n", done, rounds);
            }
        }
        List<Lane> lanes = new ArrayList<>();
        for (int i = 0; i < steps.length; i++) {
            lanes.add(new Lane(
                    peers.get(i).name(),
                    steps[i],
                    Arrays.copyOf(imagesPerSecond[i], done),
                    Arrays.copyOf(processorSeconds[i], done)));
        }
        return lanes;
    }

    /** The fastest of some peers by the median over the rounds. */
    static Optional<Lane> fastest(List<Lane> lanes) {
        return lanes.stream().max(Comparator.comparingDouble(Lane::median));
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
