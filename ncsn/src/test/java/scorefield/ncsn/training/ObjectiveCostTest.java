package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import scorefield.autodiff.Shape;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;

class ObjectiveCostTest {

    @Test
    void costsAreCountedInVectorJacobianProducts() {
        ObjectiveCost denoising = cost("denoising", 1);
        ObjectiveCost sliced = cost("sliced-vr", 1);
        ObjectiveCost five = cost("sliced", 5);
        ObjectiveCost exact = cost("exact", 1);
        assertThat(denoising.denoising()).isEqualTo(1);
        assertThat(denoising.bytes()).isZero();
        assertThat(sliced.flops()).isEqualTo(2 * denoising.flops());
        assertThat(five.flops()).isCloseTo(6 * denoising.flops(), within(1.0));
        assertThat(exact.products()).isEqualTo(2);
        // In two dimensions both directions are taken at once: two products, and two copies of the score.
        assertThat(exact.denoising()).isEqualTo(5);
        assertThat(exact.isTooMuch()).isFalse();
    }

    private static ObjectiveCost cost(String matching, int projections) {
        Settings settings =
                Settings.of("objective.matching", matching).over(Settings.of("objective.projections", projections));
        Configuration configuration = Configuration.of(settings, "points");
        return ObjectiveCost.of(Checkpoint.network(configuration, Shape.of(2)), configuration);
    }
}
