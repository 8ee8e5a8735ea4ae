package scorefield.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import scorefield.bench.peer.Peer;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.Workload;

class RaceTest {

    @Test
    void quantilesInterpolate() {
        double[] numbers = {4, 1, 3, 2};
        assertThat(Race.quantile(numbers, 0)).isEqualTo(1);
        assertThat(Race.quantile(numbers, 0.5)).isEqualTo(2.5);
        assertThat(Race.quantile(numbers, 1)).isEqualTo(4);
        assertThat(Race.quantile(new double[] {7}, 0.25)).isEqualTo(7);
    }

    @Test
    void ratiosAreRoundByRound() {
        Race.Lane ours = new Race.Lane("ours", 1, new double[] {2, 9}, new double[2]);
        Race.Lane theirs = new Race.Lane("theirs", 1, new double[] {4, 3}, new double[2]);
        assertThat(Race.ratios(ours, theirs)).containsExactly(0.5, 3);
    }

    @Test
    void theFastestOfSomePeersIsComparedWith() {
        Steps.Measured measured = new Steps.Measured(
                "work",
                List.of(),
                List.of(
                        new Race.Lane("ours", 1, new double[] {8, 9, 8}, new double[3]),
                        new Race.Lane("slow", 1, new double[] {2, 3, 90}, new double[3]),
                        new Race.Lane("fast", 1, new double[] {4, 4, 4}, new double[3]),
                        new Race.Lane("other", 1, new double[] {9, 9, 9}, new double[3])));
        Steps.Versus versus =
                measured.ratio(List.of("slow", "fast", "left out")).orElseThrow();
        assertThat(versus.peer()).isEqualTo("fast");
        assertThat(versus.rounds()).containsExactly(2, 2.25, 2);
        assertThat(measured.ratio(List.of("left out"))).isEmpty();
    }

    @Test
    void roundsEndWhereTheirTimeIsOver() throws Exception {
        try (PeerProcess peer = Peers.reference().start(Workload.SMALL)) {
            Race.Work work = (process, steps) -> new PeerProcess.Time(1_000_000L * steps, 1);
            Race.Pace over = new Race.Pace(0.01, 0, 0, false);
            List<Race.Lane> lanes = Race.run(List.of(peer), work, 4, 10, over);
            assertThat(lanes.get(0).imagesPerSecond()).containsExactly(4000, 4000, 4000);
            Race.Pace ample = new Race.Pace(0.01, 0, 1000, false);
            assertThat(Race.run(List.of(peer), work, 4, 10, ample).get(0).imagesPerSecond())
                    .hasSize(10);
        }
    }

    @Test
    void aPeerInItsOwnProcessTrains() throws Exception {
        try (PeerProcess peer = Peers.reference().start(Workload.SMALL)) {
            assertThat(peer.describe()).startsWith("scorefield, reference");
            Peer.Evaluation before = peer.evaluate();
            PeerProcess.Time time = peer.train(2);
            assertThat(time.nanoseconds()).isPositive();
            assertThat(time.processorNanoseconds()).isPositive();
            assertThat(peer.evaluate().loss()).isLessThan(before.loss());
            float[] parameters = peer.parameters();
            float[] average = peer.average();
            assertThat(average).hasSameSizeAs(parameters).isNotEqualTo(parameters);
            assertThat((double) average[0]).isCloseTo(parameters[0], within(1e-3));
        }
    }
}
