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
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.text.Text;

/** Points in the plane, the score as arrows, and the paths of sampling, each over a density. */
public final class PointPictures implements SamplePictures {

    private static final Dimension FRAME = new Dimension(520, 520);

    /** The number of arrows across the picture. */
    private static final int ARROWS = 24;

    private static final int CHAINS = 5;

    /** The noise level from which paths are drawn, in units of the points' standard deviation. */
    private static final double MOST_NOISE = 1.5;

    /** The factor by which the window of paths is wider, because chains start outside. */
    private static final double PATHS_WIDER = 1.5;

    private final PlanarGround ground;

    /** @param ground the background of the points */
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

    /**
     * A frame of an animation; all frames have the same size. The visible window widens with the noise, from that of the points to that of
     * points plus σz.
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

    /** The noise level at which the score is drawn: the geometric mean of the smallest level and the points' standard deviation. */
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
            // The length of an arrow is √‖s‖, the longest one being as long as a cell: outside the data the score is
            // many times as large as inside.
            double norm = Math.hypot(s[2 * i], s[2 * i + 1]);
            double scale = norm == 0 ? 0 : side / Math.sqrt(greatest * norm);
            dx[i] = scale * s[2 * i];
            dy[i] = scale * s[2 * i + 1];
        }
        String title = Text.of("The learned score at σ = %.3g, over %s", level, ground.what());
        String label =
                Text.of("score; the length of an arrow is proportional to √‖s‖; the longest has ‖s‖ = %.3g", greatest);
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
     * Draws the paths of a few samples: their positions after every stage of the sampler. Showing every step would
     * cover the picture.
     *
     * @param choice the sampler
     * @param schedule the noise levels of the sampler
     * @param afterEach called after each of these positions
     */
    public void writePaths(
            Path path,
            SamplerChoice choice,
            Device device,
            ScoreFunction score,
            NoiseLevels schedule,
            long seed,
            Runnable afterEach)
            throws IOException {
        double from = firstShown(schedule);
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
        marks.add(Figure.Dots.of("end points", places.get(places.size() - 1)));
        String title = Text.of(
                "The paths of %d samples, stage by stage%s, over %s",
                CHAINS, schedule.count() == 1 ? "" : Text.of(" from σ = %.3g down", from), ground.what());
        Plot.write(path, Figure.plane("paths", title, marks), widened(PATHS_WIDER));
    }

    /** The first level that is shown: at larger levels, chains cross the whole window and more. */
    private double firstShown(NoiseLevels levels) {
        for (double sigma : levels.toArray()) {
            if (sigma <= MOST_NOISE * ground.spread()) {
                return sigma;
            }
        }
        return levels.smallest();
    }

    /** Draws consecutive points and the line through them, over the density. */
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
