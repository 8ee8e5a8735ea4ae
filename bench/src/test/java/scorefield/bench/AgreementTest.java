package scorefield.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import scorefield.bench.peer.Peer;
import scorefield.bench.peer.Workload;
import scorefield.ncsn.network.Parameter;
import scorefield.ncsn.network.Parameters;

class AgreementTest {

    private final Parameters layout = Workload.SMALL.network().parameters();
    private final float[] gradient = random(layout.size());

    private static float[] random(int size) {
        Random random = new Random(3);
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private String compare(double loss, float[] other) {
        return Agreement.ofEvaluations(layout, new Peer.Evaluation(loss, other), new Peer.Evaluation(2, gradient));
    }

    @Test
    void equalNumbersAgree() {
        assertThat(compare(2, gradient.clone())).contains("loss 2.00000", "102 parameter tensors");
    }

    @Test
    void oneParameterThatDiffersIsNamed() {
        Parameter parameter = layout.list().get(7);
        float[] other = gradient.clone();
        for (int i = parameter.offset(); i < parameter.end(); i++) {
            other[i] *= 1.01f;
        }
        assertThatThrownBy(() -> compare(2, other))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("gradient of " + parameter.name() + " differs by 1.00e-02");
    }

    @Test
    void anotherLossIsNoAgreement() {
        assertThatThrownBy(() -> compare(2.01, gradient)).hasMessageContaining("loss differs by 5.00e-03");
    }

    @Test
    void whatIsNotANumberIsNoAgreement() {
        float[] other = gradient.clone();
        other[12] = Float.NaN;
        assertThatThrownBy(() -> compare(2, other)).hasMessageContaining("differs by NaN");
        assertThatThrownBy(() -> compare(Double.NaN, gradient)).hasMessageContaining("loss differs by NaN");
    }

    @Test
    void updatesAreComparedSinceTheStart() {
        float[] start = random(10);
        float[] moved = start.clone();
        moved[0] += 1;
        float[] further = start.clone();
        further[0] += 1.2f;
        assertThat(Agreement.ofUpdates("parameters", start, moved, moved.clone()))
                .contains("0.0e+00");
        assertThatThrownBy(() -> Agreement.ofUpdates("parameters", start, further, moved))
                .hasMessageContaining("update of the parameters");
    }
}
