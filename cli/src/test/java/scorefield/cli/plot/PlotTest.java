package scorefield.cli.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.figure.Figure.Axis;

class PlotTest {

    private static final double[] ONE_TO_THREE = {1, 2, 3};

    private static Figure figure(Axis x, Axis y, Figure.Mark... marks) {
        return new Figure("name", "a title", x, y, List.of(marks));
    }

    /** How many of the picture's pixels have a colour. */
    private static long count(BufferedImage picture, int colour) {
        int[] pixels = picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
        return java.util.Arrays.stream(pixels)
                .filter(pixel -> (pixel & 0xffffff) == colour)
                .count();
    }

    private static int colour(int index) {
        return Look.colour(index).getRGB() & 0xffffff;
    }

    @Test
    void everyMarkIsDrawnInItsOwnColour() {
        Figure.Line line = new Figure.Line("a line", ONE_TO_THREE, ONE_TO_THREE);
        Figure.Dots dots = new Figure.Dots("dots", ONE_TO_THREE, new double[] {3, 1, 2});
        Figure.Arrows arrows =
                new Figure.Arrows("arrows", ONE_TO_THREE, ONE_TO_THREE, new double[] {1, 1, 1}, new double[] {0, 1, 0});
        BufferedImage all = Plot.draw(figure(Axis.linear("x"), Axis.linear("y"), line, dots, arrows));
        for (int mark = 0; mark < 3; mark++) {
            assertThat(count(all, colour(mark))).as("colour of mark " + mark).isGreaterThan(100);
        }
        BufferedImage first = Plot.draw(figure(Axis.linear("x"), Axis.linear("y"), line));
        assertThat(count(first, colour(0))).isPositive();
        assertThat(count(first, colour(1))).isZero();
    }

    @Test
    void aGridOfColoursFillsThePlotAndIsDarkestWhereItIsGreatest() {
        double[][] values = {{0, 1}, {2, 4}};
        Figure.Heat heat = new Figure.Heat("", new double[] {0, 1}, new double[] {0, 1}, values);
        BufferedImage picture = Plot.draw(figure(Axis.linear("x"), Axis.linear("y"), heat));
        int darkest = Look.ramp(1).getRGB() & 0xffffff;
        int middle = Look.ramp(0.5).getRGB() & 0xffffff;
        // One cell of four each, in most of the picture.
        double quarter = picture.getWidth() * picture.getHeight() / 4.0;
        assertThat(count(picture, darkest) / quarter).isBetween(0.6, 1.0);
        assertThat(count(picture, middle) / quarter).isBetween(0.6, 1.0);
    }

    @Test
    void inThePlaneAUnitIsEquallyLongBothWays() {
        double[] wide = {-10, 0, 10};
        for (Figure figure : List.of(
                Figure.plane("a", "wide", List.of(new Figure.Dots("", wide, ONE_TO_THREE))),
                Figure.plane("b", "high", List.of(new Figure.Dots("with a legend", ONE_TO_THREE, wide))))) {
            double[] pixels = Plot.pixelsPerUnit(figure);
            // Half a pixel in some hundreds.
            assertThat(pixels[0] / pixels[1]).isCloseTo(1, within(2e-3));
        }
        double[] linear =
                Plot.pixelsPerUnit(figure(Axis.linear("x"), Axis.linear("y"), new Figure.Dots("", wide, ONE_TO_THREE)));
        assertThat(linear[0] / linear[1]).isLessThan(0.5);
    }

    @Test
    void whatALogarithmicAxisCannotShowIsLeftOutAndSaid() {
        double[] falling = {100, 1, 0.01};
        double[] negative = {100, -1, 0.01};
        BufferedImage all =
                Plot.draw(figure(Axis.linear("x"), Axis.logarithmic("y"), new Figure.Dots("", ONE_TO_THREE, falling)));
        BufferedImage two =
                Plot.draw(figure(Axis.linear("x"), Axis.logarithmic("y"), new Figure.Dots("", ONE_TO_THREE, negative)));
        assertThat((double) count(two, colour(0)) / count(all, colour(0))).isCloseTo(2.0 / 3, within(0.05));
        // The note below reduces the plot area, so its lowest row is no longer white everywhere.
        assertThat(inkInRows(all, 0.97, 1)).isLessThan(inkInRows(two, 0.97, 1));
    }

    private static long inkInRows(BufferedImage picture, double from, double to) {
        int top = (int) (from * picture.getHeight());
        int rows = (int) (to * picture.getHeight()) - top;
        BufferedImage strip = picture.getSubimage(0, top, picture.getWidth(), rows);
        return (long) strip.getWidth() * rows - count(strip, 0xffffff);
    }

    @Test
    void aWindowShowsAPart() {
        double[] spread = {0, 1, 3};
        Figure figure = Figure.plane("a", "apart", List.of(new Figure.Dots("", spread, spread)));
        long all = count(Plot.draw(figure), colour(0));
        long two = count(Plot.draw(figure, new Rectangle2D.Double(-1, -1, 3, 3)), colour(0));
        assertThat((double) two / all).isCloseTo(2.0 / 3, within(0.05));
    }

    @Test
    void axesOfPowersOfTenAreNamedLikeThem() {
        assertThat(DecadeAxis.name(1, -7)).isEqualTo("10⁻⁷");
        assertThat(DecadeAxis.name(2, 4)).isEqualTo("2·10⁴");
        assertThat(DecadeAxis.name(5, -2)).isEqualTo("0.05");
        assertThat(DecadeAxis.name(1, 3)).isEqualTo("1000");
    }

    @Test
    void rangesKeepAwayFromTheEdgeUnlessColoursFillThem() {
        Extent points = new Extent(Axis.Scale.LINEAR);
        points.add(0, 10);
        assertThat(points.range()).containsExactly(-0.4, 10.4);
        Extent cells = new Extent(Axis.Scale.LINEAR);
        cells.addCells(new double[] {0.5, 1.5});
        cells.add(1);
        assertThat(cells.range()).containsExactly(0, 2);
        Extent logarithmic = new Extent(Axis.Scale.LOGARITHMIC);
        logarithmic.add(1, -5, Double.NaN, 100);
        assertThat(logarithmic.range()[0]).isCloseTo(Math.pow(10, -0.08), within(1e-9));
        assertThat(new Extent(Axis.Scale.LINEAR).range()).containsExactly(0, 1);
    }
}
