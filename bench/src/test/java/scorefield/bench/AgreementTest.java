package scorefield.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import scorefield.bench.peer.Peer;
import scorefield.bench.peer.Workload;
import scorefield.ncsn.network.Parameter;
import scorefield.ncsn.network.Parameters;

class AgreementTest {

    private final Parameters layout = Workload.SMALL.network().parameters();
    private final float[] gradient = random(layout.size());
    private final float[] update = random(10);

    private static float[] random(int size) {
        Random random = new Random(3);
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private Agreement compare(double loss, float[] otherGradient, float[] otherUpdate, Precision precision) {
        return new Outcome.Training(layout, new Peer.Evaluation(loss, otherGradient), otherUpdate, update)
                .with(new Outcome.Training(layout, new Peer.Evaluation(2, gradient), update, update), precision);
    }

    private Agreement compare(double loss, float[] otherGradient) {
        return compare(loss, otherGradient, update, Precision.FLOAT32);
    }

    @Test
    void equalNumbersAgree() {
        Agreement agreement = compare(2, gradient.clone());
        assertThat(agreement.holds()).isTrue();
        assertThat(agreement.objection()).isEmpty();
        assertThat(agreement.text())
                .contains(
                        "loss differs by 0.0e+00",
                        "every gradient differs by 0.0e+00",
                        "update of the average differs by 0.0e+00");
    }

    @Test
    void oneParameterThatDiffersIsNamed() {
        Parameter parameter = layout.list().get(7);
        float[] other = gradient.clone();
        for (int i = parameter.offset(); i < parameter.end(); i++) {
            other[i] *= 1.01f;
        }
        assertThat(compare(2, other).holds()).isFalse();
        assertThat(compare(2, other).objection())
                .isEqualTo("gradient of " + parameter.name() + " differs by 1.0e-02 of its norm, more than 1e-03");
        assertThat(compare(2, other, update, Precision.BFLOAT16).holds()).isTrue();
    }

    @Test
    void anotherLossIsNoAgreement() {
        assertThat(compare(2.01, gradient).objection()).contains("loss differs by 5.0e-03");
    }

    @Test
    void whatIsNotANumberIsNoAgreement() {
        float[] other = gradient.clone();
        other[12] = Float.NaN;
        assertThat(compare(2, other).holds()).isFalse();
        assertThat(compare(2, other).objection()).contains("differs by NaN");
        assertThat(compare(Double.NaN, gradient).objection()).contains("loss differs by NaN");
        assertThat(compare(2, other).largest()).isNaN();
    }

    @Test
    void anotherUpdateIsNoAgreement() {
        float[] other = update.clone();
        other[0] += 1;
        assertThat(compare(2, gradient, other, Precision.FLOAT32).objection()).contains("update of the parameters");
    }

    @Test
    void anotherNetworkIsNoAgreement() {
        assertThat(compare(2, random(9)).objection()).contains("the number of parameters, 9 and " + layout.size());
        Outcome.Result two = new Outcome.Result("score", new float[] {1, 2});
        Outcome.Result three = new Outcome.Result("score", new float[] {1, 2, 3});
        assertThat(two.with(three, Precision.FLOAT32).holds()).isFalse();
    }
}
