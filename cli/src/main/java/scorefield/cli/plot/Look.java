package scorefield.cli.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.List;

/** Colours, fonts and strokes of every plot. */
final class Look {

    static final Color PAPER = Color.WHITE;
    static final Color INK = new Color(0x2b2f36);
    static final Color QUIET = new Color(0x6b7280);
    static final Color GRID = new Color(0xe5e7eb);

    /** Okabe and Ito's colours, which are distinguishable with any kind of colour vision, without yellow, which is too light for lines. */
    private static final List<Color> COLOURS = List.of(
            new Color(0x0072b2),
            new Color(0xd55e00),
            new Color(0x009e73),
            new Color(0xcc79a7),
            new Color(0xe69f00),
            new Color(0x56b4e9),
            new Color(0x4d4d4d));

    /** If there are more marks than colours, the next round is dashed. */
    private static final List<float[]> DASHES = List.of(new float[0], new float[] {7, 4}, new float[] {2, 3});

    /** The colours from the smallest to the largest number; the ramp ends in medium grey, so that marks are visible on all of it. */
    private static final List<Color> RAMP =
            List.of(Color.WHITE, new Color(0xe6ebf1), new Color(0xc3cedb), new Color(0x9fb0c4), new Color(0x7b91ab));

    static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 14);
    static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    static final Font TICK = new Font(Font.SANS_SERIF, Font.PLAIN, 11);

    private Look() {}

    /** How often all colours have been used before mark number {@code index}. */
    static int round(int index) {
        return index / COLOURS.size();
    }

    /** The colour of mark number {@code index}. */
    static Color colour(int index) {
        return COLOURS.get(index % COLOURS.size());
    }

    /** The stroke of mark number {@code index}. */
    static BasicStroke stroke(int index, float width) {
        return dashed(DASHES.get(round(index) % DASHES.size()), width);
    }

    /** The stroke of the vertical line number {@code index}. */
    static BasicStroke ruleStroke(int index) {
        return dashed(DASHES.get((index + 1) % DASHES.size()), 1.3f);
    }

    private static BasicStroke dashed(float[] dash, float width) {
        return new BasicStroke(
                width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash.length == 0 ? null : dash, 0);
    }

    static Color withAlpha(Color colour, double alpha) {
        return new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), (int) Math.round(255 * alpha));
    }

    /** The colour at a fraction from 0 to 1 of the ramp. */
    static Color ramp(double fraction) {
        double place = Math.max(0, Math.min(1, fraction)) * (RAMP.size() - 1);
        int below = Math.min((int) place, RAMP.size() - 2);
        Color a = RAMP.get(below);
        Color b = RAMP.get(below + 1);
        double t = place - below;
        return new Color(
                between(a.getRed(), b.getRed(), t),
                between(a.getGreen(), b.getGreen(), t),
                between(a.getBlue(), b.getBlue(), t));
    }

    private static int between(int a, int b, double t) {
        return (int) Math.round(a + t * (b - a));
    }
}
