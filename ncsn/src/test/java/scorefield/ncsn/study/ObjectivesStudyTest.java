package scorefield.ncsn.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.objective.DenoisingScoreMatching;
import scorefield.ncsn.objective.Objective;

class ObjectivesStudyTest {

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /** After four steps nothing is learned, and the study must say so. */
    @Test
    void everyObjectiveHasItsRowAndNoneIsSaidToHaveLearnedTooSoon() {
        try (Device device = new ReferenceDevice()) {
            Map<String, ObjectivesStudy.Setup> setups = ObjectivesStudy.setups(new MixtureScore(PlanarSets.mixture()));
            Notebook notebook =
                    Notebooks.of(new ObjectivesStudy(new ObjectivesStudy.Size(16, 32, 4), truth -> setups), device);
            assertThat(notebook.tables().get(0).rows().keySet()).isEqualTo(setups.keySet());
            assertThat(notebook.verdicts().subList(0, setups.size())).noneMatch(Verdict::held);
        }
    }

    /** The sign error that a denoising loss can have: the network learns the score's opposite, and is worse than one that outputs zero. */
    @ParameterizedTest
    @MethodSource("devices")
    void anObjectiveWithTheWrongSignIsDetected(Supplier<Device> opened) {
        Objective right = new DenoisingScoreMatching(false);
        Objective wrong = (score, x, sigma, draws) ->
                right.perSample((y, s) -> score.score(y, s).negate(), x, sigma, draws);
        Map<String, ObjectivesStudy.Setup> setups = ObjectivesStudy.setups(new MixtureScore(PlanarSets.mixture()));
        setups.keySet().retainAll(List.of("sliced", "sliced, variance-reduced"));
        setups.put("denoising", ObjectivesStudy.Setup.at(right));
        setups.put("wrong", ObjectivesStudy.Setup.at(wrong));
        try (Device device = opened.get()) {
            Notebook notebook =
                    Notebooks.of(new ObjectivesStudy(new ObjectivesStudy.Size(16, 32, 80), truth -> setups), device);
            Map<String, List<Double>> rows = notebook.tables().get(0).rows();
            assertThat(rows.get("denoising").get(0)).isLessThan(1);
            assertThat(rows.get("wrong").get(0)).isGreaterThan(1);
        }
    }
}
