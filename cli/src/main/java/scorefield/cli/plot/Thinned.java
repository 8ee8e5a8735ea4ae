package scorefield.cli.plot;

import java.util.Arrays;
import java.util.stream.IntStream;
import scorefield.ncsn.figure.Figure;

/**
 * A long line with fewer points that looks the same: of each stretch of neighbouring points the lowest and the highest are kept, so that
 * no spike is lost, and of the whole line both ends.
 */
final class Thinned {

    private Thinned() {}

    /**
     * The line itself where it is short enough.
     *
     * @param most points, at least 4
     */
    static Figure.Line of(Figure.Line line, int most) {
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
                // Double.compare has a place for NaN, above all others: a gap is kept like a spike.
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
