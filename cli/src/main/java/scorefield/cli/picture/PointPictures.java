package scorefield.cli.picture;

import java.awt.Dimension;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.plot.Plot;
import scorefield.ncsn.configuration.SamplerChoice;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.text.Text;

/** Points of the plane, the score there, and the ways that sampling takes, all over one density. */
public final class PointPictures implements SamplePictures {

    private static final Dimension FRAME = new Dimension(520, 520);

    /** Arrows from one side to the other. */
    private static final int ARROWS = 24;

    private static final int CHAINS = 5;

    /** In units of the points' spread, the noise level from which on ways are drawn. */
    private static final double MOST_NOISE = 1.5;

    /** Chains come from farther out than what else is shown. */
    private static final double PATHS_WIDER = 1.5;

    private final PlanarGround ground;

    /** @param ground what lies behind the points */
    public PointPictures(PlanarGround ground) {
        this.ground = ground;
    }

    @Override
    public void write(Path path, Values samples, String which) throws IOException {
        float[] points = samples.floats();
        String title = points.length / 2 + " samples " + which + (ground.known() ? ", over " + ground.what() : "")
                + outside(points);
        Figure.Dots dots = Figure.Dots.of("", points);
        Plot.write(path, Figure.plane("samples", title, ground.known() ? over(dots) : List.of(dots)), ground.window());
    }

    private String outside(float[] points) {
        int outside = 0;
        for (int i = 0; i < points.length; i += 2) {
            outside += ground.window().contains(points[i], points[i + 1]) ? 0 : 1;
        }
        return outside == 0 ? "" : " (" + outside + " outside)";
    }

    private List<Figure.Mark> over(Figure.Mark... marks) {
        List<Figure.Mark> all = new ArrayList<>(List.of(ground.density()));
        all.addAll(List.of(marks));
        return all;
    }

    /** The window widens with the noise, from what is shown of the points to what is shown of points plus σz. */
    /**
     * A frame of an animation; all frames have one size.
     *
     * @param x points plus noise, N×2
     * @param sigma the noise level; 0 at the end
     */
    public BufferedImage frame(Values x, double sigma) {
        return Plot.draw(
                Figure.plane("frame", Text.of("σ = %.3g", sigma), List.of(Figure.Dots.of("", x.floats()))),
                widened(Math.hypot(1, sigma / ground.spread())),
                FRAME);
    }

    private Rectangle2D widened(double factor) {
        Rectangle2D window = ground.window();
        double width = factor * window.getWidth();
        double height = factor * window.getHeight();
        return new Rectangle2D.Double(window.getCenterX() - width / 2, window.getCenterY() - height / 2, width, height);
    }

    /** The noise level at which the score is drawn: half way, by factors, from the smallest level to the points' spread. */
    public double fieldLevel(NoiseLevels levels) {
        double wanted = Math.log(Math.sqrt(levels.smallest() * ground.spread()));
        double best = levels.smallest();
        for (double sigma : levels.toArray()) {
            if (Math.abs(Math.log(sigma) - wanted) < Math.abs(Math.log(best) - wanted)) {
                best = sigma;
            }
        }
        return best;
    }

    /** Draws the score at a noise level as arrows. */
    public void writeField(Path path, Device device, ScoreFunction score, double level) throws IOException {
        Rectangle2D window = ground.window();
        double side = Math.max(window.getWidth(), window.getHeight()) / ARROWS;
        int columns = (int) Math.floor(window.getWidth() / side + 1e-9);
        int rows = (int) Math.floor(window.getHeight() / side + 1e-9);
        double[] across = PlanarGround.middles(window.getMinX(), window.getWidth(), columns);
        double[] up = PlanarGround.middles(window.getMinY(), window.getHeight(), rows);
        int count = columns * rows;
        double[] x = new double[count];
        double[] y = new double[count];
        float[] points = new float[2 * count];
        for (int i = 0; i < count; i++) {
            x[i] = across[i % columns];
            y[i] = up[i / columns];
            points[2 * i] = (float) x[i];
            points[2 * i + 1] = (float) y[i];
        }
        float[] s = scores(device, score, points, level);
        double greatest = 0;
        for (int i = 0; i < count; i++) {
            greatest = Math.max(greatest, Math.hypot(s[2 * i], s[2 * i + 1]));
        }
        double[] dx = new double[count];
        double[] dy = new double[count];
        for (int i = 0; i < count; i++) {
            // √‖s‖ times the direction, the greatest as long as a cell: far out the score is many times what it is
            // inside.
            double norm = Math.hypot(s[2 * i], s[2 * i + 1]);
            double scale = norm == 0 ? 0 : side / Math.sqrt(greatest * norm);
            dx[i] = scale * s[2 * i];
            dy[i] = scale * s[2 * i + 1];
        }
        String title = Text.of("The learned score at σ = %.3g, over %s", level, ground.what());
        String label = Text.of("score; an arrow is as long as √‖s‖, the longest stands for ‖s‖ = %.3g", greatest);
        Plot.write(path, Figure.plane("field", title, over(new Figure.Arrows(label, x, y, dx, dy))), window);
    }

    private static float[] scores(Device device, ScoreFunction score, float[] points, double level) {
        Tensor x = Tensor.constant(Values.of(Shape.of(points.length / 2, 2), points));
        Tensor sigma = Tensor.fill(Shape.of(points.length / 2), level);
        try (Executable executable = device.compile(Program.fetching(score.score(x, sigma)))) {
            return executable.run(Map.of()).get(0).floats();
        }
    }

    /**
     * Draws the ways of a few samples: where each is after every stage of the sampler. The steps between would cover the picture.
     *
     * @param choice the sampler
     * @param ladder the noise levels that it goes through
     * @param afterEach called after each of these places
     */
    public void writePaths(
            Path path,
            SamplerChoice choice,
            Device device,
            ScoreFunction score,
            NoiseLevels ladder,
            long seed,
            Runnable afterEach)
            throws IOException {
        double from = firstShown(ladder);
        List<float[]> places = new ArrayList<>();
        try (Sampler sampler = choice.on(device, score, Shape.of(CHAINS, 2))) {
            Values ends = sampler.sample(CHAINS, seed, progress -> {
                if (progress.sigma() <= from) {
                    places.add(progress.x().floats());
                    afterEach.run();
                }
            });
            places.add(ends.floats());
        }
        List<Figure.Mark> marks = new ArrayList<>(List.of(ground.density()));
        for (int chain = 0; chain < CHAINS; chain++) {
            marks.add(new Figure.Line("", coordinate(places, 2 * chain), coordinate(places, 2 * chain + 1)));
        }
        marks.add(Figure.Dots.of("where they end", places.get(places.size() - 1)));
        String title = Text.of(
                "The ways of %d samples, stage by stage%s, over %s",
                CHAINS, ladder.count() == 1 ? "" : Text.of(" from σ = %.3g on", from), ground.what());
        Plot.write(path, Figure.plane("paths", title, marks), widened(PATHS_WIDER));
    }

    /** At larger levels chains go to and fro across all that is shown and more. */
    private double firstShown(NoiseLevels levels) {
        for (double sigma : levels.toArray()) {
            if (sigma <= MOST_NOISE * ground.spread()) {
                return sigma;
            }
        }
        return levels.smallest();
    }

    /** Draws places one after the other, over the density. */
    public void writeWay(Path path, Values places, String title) throws IOException {
        Figure.Dots dots = Figure.Dots.of("", places.floats());
        Plot.write(
                path,
                Figure.plane(
                        "way", title + ", over " + ground.what(), over(new Figure.Line("", dots.x(), dots.y()), dots)),
                ground.window());
    }

    private static double[] coordinate(List<float[]> places, int index) {
        return places.stream().mapToDouble(place -> place[index]).toArray();
    }
}
