package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.Parameter;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.network.UNet;
import scorefield.ncsn.network.UNetSettings;
import scorefield.ncsn.setting.BadConfigurationException;

class InitialisationTest {

    private static final UNetSettings SETTINGS = new UNetSettings(4, List.of(1, 2), 1);

    private static UNet grey(int classes, UNetSettings settings) {
        return new UNet(settings, 8, 8, 1, classes, UNet.NCSNV2);
    }

    private static float[] part(float[] flat, Parameter parameter) {
        return Arrays.copyOfRange(flat, parameter.offset(), parameter.end());
    }

    @Test
    void parametersOfTheSameNameAreTakenOverAndNewOnesInitialised() {
        ScoreNetwork trained = grey(0, SETTINGS);
        float[] theirs = trained.parameters().initial(5);
        for (int i = 0; i < theirs.length; i++) {
            theirs[i] += 1;
        }
        ScoreNetwork network = grey(10, SETTINGS.withAttention(4));
        Initialisation begun = Initialisation.of(network, 7, 2, trained, theirs);
        float[] fresh = network.parameters().initial(7);
        assertThat(begun.created())
                .contains("labels.weight", "down.1.attn.q.weight")
                .doesNotContain("conv_in.weight");
        assertThat(begun.unused()).isEmpty();
        for (Parameter parameter : network.parameters().list()) {
            float[] own = part(begun.state().parameters(), parameter);
            if (begun.created().contains(parameter.name())) {
                assertThat(own).isEqualTo(part(fresh, parameter));
            } else {
                Parameter from = trained.parameters().list().stream()
                        .filter(other -> other.name().equals(parameter.name()))
                        .findFirst()
                        .orElseThrow();
                assertThat(own).isEqualTo(part(theirs, from));
            }
        }
        assertThat(begun.state().step()).isZero();
        assertThat(begun.state().averages())
                .hasSize(2)
                .allMatch(average -> Arrays.equals(average, begun.state().parameters()));
        assertThat(begun.state().mean()).containsOnly(0);
    }

    @Test
    void namesWhatTheOtherNetworkHasInVain() {
        ScoreNetwork trained = grey(10, SETTINGS);
        Initialisation begun = Initialisation.of(
                grey(0, SETTINGS), 7, 1, trained, trained.parameters().initial(1));
        assertThat(begun.created()).isEmpty();
        assertThat(begun.unused()).containsExactly("labels.weight");
    }

    @Test
    void refusesOtherSizes() {
        ScoreNetwork trained = grey(0, SETTINGS);
        float[] theirs = trained.parameters().initial(1);
        ScoreNetwork colour = new UNet(SETTINGS, 8, 8, 3);
        assertThatThrownBy(() -> Initialisation.of(colour, 7, 1, trained, theirs))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining(
                        "the parameter conv_in.weight has shape 4×3×3×3 in this network, but 4×1×3×3 in the"
                                + " run that it is to start from");
        assertThatThrownBy(() -> Initialisation.of(new Mlp(new MlpSettings(8, 1), 2), 7, 1, trained, theirs))
                .isInstanceOf(BadConfigurationException.class);
    }
}
