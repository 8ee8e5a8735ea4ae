package scorefield.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.geom.Rectangle2D;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.figure.Figure;

class PlanarGroundTest {

    @Test
    void theDensityBehindTheDataIsOneAndWhereTheyAre() {
        float[] points = PlanarSets.of("mixture", 4000, 1).coordinates();
        Figure.Heat heat = PlanarGround.smoothed(points, new Rectangle2D.Double(-6, -6, 12, 12), 0.1);
        double cell = (heat.x()[1] - heat.x()[0]) * (heat.y()[1] - heat.y()[0]);
        double mass = 0;
        double meanX = 0;
        double meanY = 0;
        for (int j = 0; j < heat.y().length; j++) {
            for (int i = 0; i < heat.x().length; i++) {
                mass += heat.values()[j][i] * cell;
                meanX += heat.values()[j][i] * cell * heat.x()[i];
                meanY += heat.values()[j][i] * cell * heat.y()[j];
            }
        }
        double[] sum = new double[2];
        for (int i = 0; i < points.length; i++) {
            sum[i % 2] += points[i] / 4000.0;
        }
        assertThat(mass).isCloseTo(1, within(1e-6)); // all points lie well inside
        // A point counts at its cell's middle: the errors, uniform in a cell of 0.1, average out.
        assertThat(meanX).isCloseTo(sum[0], within(4 * 0.1 / Math.sqrt(12 * 4000)));
        assertThat(meanY).isCloseTo(sum[1], within(4 * 0.1 / Math.sqrt(12 * 4000)));
    }

    @Test
    void theMixturesTrueDensityIsKnownAndAStrayPointDoesNotDecideWhatIsShown() {
        Configuration mixture = Configuration.of(Settings.of("data.source", "mixture"), "points");
        PlanarGround truth = PlanarGround.ofSamples(mixture.data(), new float[] {0, 0, 1, 1, 2, 0});
        assertThat(truth.what()).isEqualTo("the true density");
        assertThat(truth.known()).isTrue();
        Configuration moons = Configuration.of(Settings.of("data.source", "moons"), "points");
        float[] points = PlanarSets.of("moons", 1000, 1).coordinates();
        points[0] = 1e6f;
        PlanarGround samples = PlanarGround.ofSamples(moons.data(), points);
        assertThat(samples.known()).isFalse();
        assertThat(samples.window().getWidth()).isLessThan(12);
    }
}
