package scorefield.cli.plot;

import java.util.Arrays;
import java.util.stream.IntStream;
import scorefield.ncsn.figure.Figure;

/**
 * Reduces the number of points of a long line without a visible change: it keeps the lowest and the highest of each
 * group of neighbouring points, so that spikes remain, and both ends of the line.
 */
public final class Thinned {

    private Thinned() {}

    /**
     * Returns the line itself if it is short enough.
     *
     * @param most the maximum number of points, at least 4
     */
    public static Figure.Line of(Figure.Line line, int most) {
        int length = line.y().length;
        if (length <= most) {
            return line;
        }
        int stretches = (most - 2) / 2;
        boolean[] kept = new boolean[length];
        kept[0] = true;
        kept[length - 1] = true;
        for (int stretch = 0; stretch < stretches; stretch++) {
            int from = (int) ((long) stretch * length / stretches);
            int to = (int) ((long) (stretch + 1) * length / stretches);
            int lowest = from;
            int highest = from;
            for (int i = from; i < to; i++) {
                // Double.compare orders NaN above all other numbers, so gaps are kept like spikes.
                lowest = Double.compare(line.y()[i], line.y()[lowest]) < 0 ? i : lowest;
                highest = Double.compare(line.y()[i], line.y()[highest]) > 0 ? i : highest;
            }
            kept[lowest] = true;
            kept[highest] = true;
        }
        int[] indices = IntStream.range(0, length).filter(i -> kept[i]).toArray();
        return new Figure.Line(line.label(), at(line.x(), indices), at(line.y(), indices));
    }

    private static double[] at(double[] numbers, int[] indices) {
        return Arrays.stream(indices).mapToDouble(i -> numbers[i]).toArray();
    }
}
