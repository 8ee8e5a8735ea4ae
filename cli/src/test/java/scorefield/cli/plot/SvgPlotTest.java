package scorefield.cli.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import scorefield.cli.plot.SvgPlot.Pen;
import scorefield.cli.plot.Ticks.Tick;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.figure.Figure.Axis;
import scorefield.ncsn.figure.Figure.Axis.Scale;

class SvgPlotTest {

    private static Document draw(Axis y, Figure.Line... lines) throws Exception {
        List<Pen> pens = Arrays.stream(lines).map(line -> Pen.line("red")).toList();
        String svg = SvgPlot.draw(
                new Figure("name", "a < b & c", Axis.linear("step"), y, List.of(lines)), "falls & falls", pens);
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static String path(Document svg, int line) {
        return ((Element) svg.getElementsByTagName("path").item(line)).getAttribute("d");
    }

    @Test
    void itSaysWhatItShows() throws Exception {
        Element svg = draw(Axis.linear(""), new Figure.Line("", new double[] {1, 2}, new double[] {3, 4}))
                .getDocumentElement();
        assertThat(svg.getAttribute("role")).isEqualTo("img");
        assertThat(svg.getAttribute("aria-labelledby")).isEqualTo("name-title name-desc");
        Element title = (Element) svg.getElementsByTagName("title").item(0);
        Element description = (Element) svg.getElementsByTagName("desc").item(0);
        assertThat(title.getAttribute("id")).isEqualTo("name-title");
        assertThat(title.getTextContent()).isEqualTo("a < b & c");
        assertThat(description.getAttribute("id")).isEqualTo("name-desc");
        assertThat(description.getTextContent()).isEqualTo("falls & falls");
    }

    /** Equal ratios are equally far apart on a logarithmic axis, equal differences on a linear one. */
    @Test
    void pointsLieWhereTheAxesSay() throws Exception {
        Figure.Line line = new Figure.Line("", new double[] {0, 10, 20}, new double[] {1, 10, 100});
        Matcher point = Pattern.compile("([\\d.]+) ([\\d.]+)").matcher(path(draw(Axis.logarithmic(""), line), 0));
        double[][] at = point.results()
                .map(found -> new double[] {Double.parseDouble(found.group(1)), Double.parseDouble(found.group(2))})
                .toArray(double[][]::new);
        assertThat(at).hasNumberOfRows(3);
        double tenth = 0.1001; // coordinates are rounded to a tenth
        for (int axis = 0; axis < 2; axis++) {
            assertThat(at[0][axis] + at[2][axis])
                    .isCloseTo(2 * at[1][axis], org.assertj.core.api.Assertions.within(2 * tenth));
        }
        assertThat(at[2][0]).isGreaterThan(at[0][0]);
        assertThat(at[2][1]).as("upwards").isLessThan(at[0][1]);
    }

    @Test
    void thereIsSpaceForTheLabelsOfTheAxis() throws Exception {
        Document svg = draw(Axis.linear(""), new Figure.Line("", new double[] {1, 2}, new double[] {0, 1_234_567}));
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < svg.getElementsByTagName("text").getLength(); i++) {
            Element name = (Element) svg.getElementsByTagName("text").item(i);
            if (name.getAttribute("text-anchor").equals("end")) {
                // A digit of 12 pixels is hardly wider than half of that.
                least = Math.min(
                        least,
                        Double.parseDouble(name.getAttribute("x"))
                                - 6.5 * name.getTextContent().length());
            }
        }
        assertThat(least).isBetween(0.0, 20.0);
    }

    @Test
    void whereThereIsNoNumberThereIsAGapAndALonePointIsADot() throws Exception {
        double[] x = {1, 2, 3, 4, 5, 6};
        double[] y = {1, 2, Double.NaN, 2, -1, 2};
        assertThat(path(draw(Axis.logarithmic(""), new Figure.Line("", x, y)), 0))
                .matches("M[\\d. ]+L[\\d. ]+M[\\d. ]+h0M[\\d. ]+h0");
        assertThat(path(draw(Axis.linear(""), new Figure.Line("", x, y)), 0))
                .matches("M[\\d. ]+L[\\d. ]+M[\\d. ]+L[\\d. ]+L[\\d. ]+");
    }

    @Test
    void aLongLineIsThinnedAndKeepsItsSpikesAndItsEnds() {
        int length = 100_000;
        double[] x = new double[length];
        double[] y = new double[length];
        Arrays.setAll(x, i -> i);
        Arrays.setAll(y, i -> Math.sin(i / 5000.0));
        y[12_345] = 9;
        y[77_777] = -9;
        y[50_000] = Double.NaN;
        Figure.Line thinned = Thinned.of(new Figure.Line("", x, y), 400);
        assertThat(thinned.x())
                .hasSizeLessThanOrEqualTo(400)
                .isSorted()
                .contains(0, 12_345, 50_000, 77_777, length - 1);
        for (int i = 0; i < thinned.x().length; i++) {
            assertThat(Double.valueOf(thinned.y()[i])).isEqualTo(Double.valueOf(y[(int) thinned.x()[i]]));
        }
        Figure.Line brief = new Figure.Line("", new double[] {1, 2}, new double[] {3, 4});
        assertThat(Thinned.of(brief, 400)).isSameAs(brief);
    }

    @Test
    void ticksAreRoundAndFew() {
        assertThat(Ticks.of(Scale.LINEAR, 0, 1500, 5))
                .extracting(Tick::name)
                .containsExactly("0", "500", "1,000", "1,500");
        assertThat(Ticks.of(Scale.LINEAR, -0.011, 0.032, 5))
                .extracting(Tick::name)
                .containsExactly("-0.01", "0.00", "0.01", "0.02", "0.03");
        assertThat(Ticks.of(Scale.LOGARITHMIC, 15, 450, 6))
                .extracting(Tick::name)
                .containsExactly("20", "50", "100", "200");
        assertThat(Ticks.of(Scale.LOGARITHMIC, 1e-9, 1e9, 6)).hasSizeBetween(3, 6);
        // Between two neighbouring round numbers of a logarithmic axis, those of a linear one.
        assertThat(Ticks.of(Scale.LOGARITHMIC, 22, 24, 6)).extracting(Tick::at).contains(22.0, 23.0, 24.0);
        for (double high : new double[] {1e-7, 0.3, 7, 123456, 3e12}) {
            assertThat(Ticks.of(Scale.LINEAR, 0, high, 5)).hasSizeBetween(2, 5).allMatch(tick -> tick.at() <= high);
        }
    }

    @Test
    void whatIsNotALineIsRefused() {
        Figure dots = new Figure(
                "dots",
                "",
                Axis.linear(""),
                Axis.linear(""),
                List.of(new Figure.Dots("", new double[] {1}, new double[] {1})));
        assertThatThrownBy(() -> SvgPlot.draw(dots, "", List.of(Pen.line("red"))))
                .hasMessageContaining("an SVG plot can only contain lines");
    }
}
