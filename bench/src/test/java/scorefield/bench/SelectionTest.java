package scorefield.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import scorefield.bench.peer.FaultyPeer;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.PeerProcess.Program;
import scorefield.bench.peer.Workload;

class SelectionTest {

    private static final Workload MEASURED = Workload.grey(8, 8, 2);
    private static final Map<String, String> RIGHT = Map.of();

    private static Rehearsal rehearsal;

    @BeforeAll
    static void theReferenceDeviceComputesTheTruth() throws Exception {
        rehearsal = new Rehearsal(Steps.SAMPLING::outcome);
    }

    @SafeVarargs
    private static Candidate peer(String name, Precision precision, Map<String, String>... settings) {
        return new Candidate(name, precision, Program.here(FaultyPeer.class.getName()), List.of(), List.of(settings));
    }

    private static Candidate ours() {
        return peer("ours", Precision.FLOAT32, RIGHT);
    }

    private static Selection select(Candidate... candidates) throws IOException, InterruptedException {
        return new Selection(MEASURED, List.of(candidates), rehearsal);
    }

    @Test
    void aPeerThatIsWrongIsLeftOutAndNamed() throws Exception {
        Candidate wrong = peer("wrong", Precision.FLOAT32, Map.of("FAULT", "nan"), Map.of("FAULT", "1.7"));
        Candidate broken = peer("broken", Precision.FLOAT32, Map.of("FAULT", "ends"));
        try (Selection selection = select(ours(), wrong, broken)) {
            assertThat(selection.peers()).extracting(PeerProcess::name).containsExactly("ours");
            assertThat(selection.findings())
                    .extracting(Selection.Finding::right)
                    .containsExactly(false, false);
            assertThat(selection.findings().get(0).line())
                    .contains("**wrong computes wrong results", "score differs by NaN of its norm, more than 1e-03")
                    .contains("with FAULT=1.7 score differs by 7.0e-01");
            assertThat(selection.findings().get(1).line())
                    .contains("broken", "it fails: broken ended without an answer");
        }
    }

    @Test
    void otherSettingsAreTriedAndReported() throws Exception {
        Candidate healed = peer("healed", Precision.FLOAT32, Map.of("FAULT", "nan"), Map.of("FAULT", "1"));
        try (Selection selection = select(ours(), healed)) {
            assertThat(selection.peers()).extracting(PeerProcess::name).containsExactly("ours", "healed");
            Selection.Finding finding = selection.findings().get(0);
            assertThat(finding.settings()).isEqualTo("with FAULT=1");
            assertThat(finding.objections()).hasSize(1);
            assertThat(finding.line())
                    .contains("agreement with healed: score differs by 0.0e+00; measured with FAULT=1");
        }
    }

    @Test
    void theMajorityDecidesWhatTheReferenceDeviceCannotCompute() throws Exception {
        Map<String, String> wrongWhenMeasured = Map.of("FAULT", "1.5", "FAULTY_ON", MEASURED.name());
        Candidate wrong = peer("wrong", Precision.FLOAT32, wrongWhenMeasured);
        Candidate right = peer("right", Precision.FLOAT32, RIGHT);
        try (Selection selection = select(ours(), wrong, right)) {
            assertThat(selection.peers()).extracting(PeerProcess::name).containsExactly("ours", "right");
            assertThat(selection.findings().get(0).objections().get(0)).contains("score differs by 5.0e-01");
        }
        Candidate oursIsWrong = peer("ours", Precision.FLOAT32, wrongWhenMeasured);
        assertThatThrownBy(() -> select(oursIsWrong, right, right))
                .hasMessageContaining("most peers agree with each other, and not with ours: right: score differs");
        assertThatThrownBy(() -> select(ours(), wrong)).hasMessageContaining("no majority of the peers decides");
    }

    @Test
    void lowerPrecisionHasItsOwnBoundsAndNoVote() throws Exception {
        Map<String, String> rounded = Map.of("FAULT", "1.01");
        Candidate half = peer("half", Precision.BFLOAT16, rounded);
        Candidate wrongHalf = peer("wrong half", Precision.BFLOAT16, Map.of("FAULT", "1.1"));
        Candidate single = peer("single", Precision.FLOAT32, rounded);
        try (Selection selection = select(ours(), half, wrongHalf, single)) {
            assertThat(selection.peers()).extracting(PeerProcess::name).containsExactly("ours", "half");
        }
    }

    @Test
    void withoutThisProjectThereIsNothingToCompare() {
        Candidate wrong = peer("ours", Precision.FLOAT32, Map.of("FAULT", "2"));
        assertThatThrownBy(() -> select(wrong))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ours computes wrong results")
                .hasMessageContaining("compared with the reference device");
    }
}
