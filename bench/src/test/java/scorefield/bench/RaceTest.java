package scorefield.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import scorefield.bench.peer.Peer;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.ScorefieldPeer;

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
    void aPeerInItsOwnProcessTrains() throws Exception {
        try (PeerProcess peer =
                PeerProcess.start("reference", ScorefieldPeer.class.getName(), Map.of(), "small", "reference")) {
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
