package scorefield.ncsn.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a hand writes each digit: the pen's way as points on a sheet of 100×100 (x to the right, y down), several ways for
 * digits that people write in more than one.
 *
 * <p>{@code x,y} is a point that a smooth curve goes through, {@code x,y!} a point where the pen turns sharply, and
 * {@code /} lifts the pen. A way that most people use is listed more than once.
 */
final class Skeletons {

    private static final String[][] WAYS = {
        { // 0
            "58,2 24,12 8,50 24,90 52,98 82,84 92,48 78,12 50,2",
            "58,2 24,12 8,50 24,90 52,98 82,84 92,48 78,12 50,2",
            "66,10 40,3 14,24 8,58 26,94 60,94 90,62 88,22 62,4 44,12",
        },
        { // 1
            "50,0 50,50 50,100",
            "50,0 50,50 50,100",
            "50,0 50,50 50,100",
            "52,0 49,50 50,100",
            "36,20 52,0! 52,50 52,100",
            "30,24 52,0! 52,100! / 28,100 76,100",
        },
        { // 2
            "12,26 32,5 62,3 84,22 78,46 48,74 10,97! 50,95 92,98",
            "12,26 32,5 62,3 84,22 78,46 48,74 10,97! 50,95 92,98",
            "12,22 36,3 72,6 84,30 64,62 30,92 12,94 10,82 28,77 58,92 96,88",
            "14,20 40,3 74,10 78,36 52,68 22,96 14,88 30,80 60,95 94,93",
        },
        { // 3
            "12,14 40,1 76,12 74,36 40,47! 80,56 86,82 52,99 8,88",
            "12,14 40,1 76,12 74,36 40,47! 80,56 86,82 52,99 8,88",
            "16,10 48,0 80,16 70,40 44,48 58,50 84,66 76,92 40,100 10,90",
            "10,5 46,3 82,5! 62,26 42,42! 78,50 88,76 54,99 8,88",
        },
        { // 4
            "22,4 16,34 14,54! 52,54 90,50 / 74,8 72,54 68,100",
            "24,2 14,32 18,52 48,54 86,44 / 80,2 74,50 68,100",
            "66,0! 38,34 6,66! 50,66 96,64 / 66,0 65,50 64,100",
            "22,4 16,34 14,54! 52,54 78,48! 84,4! 78,48! 70,100",
        },
        { // 5
            "88,4 56,4 28,6! 24,26 20,46! 54,40 86,58 78,88 42,100 8,90",
            "28,6 24,26 20,46! 54,40 86,58 78,88 42,100 8,90 / 28,6 60,4 92,2",
            "88,4 56,5 34,9 26,28 38,44 68,52 82,74 58,97 22,97 8,88",
        },
        { // 6
            "72,1 38,20 14,56 18,88 48,100 78,86 76,62 48,54 20,74",
            "60,0 30,28 12,66 26,96 60,98 80,76 62,58 36,62 16,80",
            "52,0 28,30 16,70 32,98 66,94 76,72 52,62 26,76",
        },
        { // 7
            "8,8 48,6 90,4! 62,46 42,100",
            "8,8 48,6 90,4! 62,46 42,100",
            "10,22 13,7! 50,6 88,5! 66,44 50,100",
            "8,8 48,6 90,4! 62,46 42,100 / 30,50 54,49 80,46",
        },
        { // 8
            "80,14 50,1 22,16 34,40 66,58 80,82 50,100 20,84 34,60 68,38 80,12",
            "80,14 50,1 22,16 34,40 66,58 80,82 50,100 20,84 34,60 68,38 80,12",
            "54,48 26,36 24,12 52,0 78,14 72,38 48,48 20,64 22,92 52,100 82,88 78,60 50,47",
            "76,8 44,2 22,20 40,42 70,62 76,88 46,100 22,84 40,56 74,26 78,4",
        },
        { // 9
            "82,20 52,2 18,16 16,42 46,52 80,24! 82,10! 80,52 74,100",
            "80,26 54,2 22,16 22,44 56,46 82,18! 80,60 76,100",
            "80,22 52,2 20,20 26,46 62,44 82,18 82,56 66,92 32,98 18,90",
        },
    };

    private static final List<List<List<Stroke>>> PARSED = Arrays.stream(WAYS)
            .map(ways -> Arrays.stream(ways).map(Skeletons::parse).toList())
            .toList();

    private Skeletons() {}

    /**
     * One touch of the pen, in units of the sheet (0 to 1).
     *
     * @param corner where the pen turns sharply
     */
    record Stroke(double[] x, double[] y, boolean[] corner) {

        int points() {
            return x.length;
        }
    }

    /** The ways to write a digit; each is one stroke or more. */
    static List<List<Stroke>> of(int digit) {
        return PARSED.get(digit);
    }

    private static List<Stroke> parse(String way) {
        List<Stroke> strokes = new ArrayList<>();
        for (String touch : way.split("/")) {
            String[] points = touch.trim().split(" +");
            Stroke stroke =
                    new Stroke(new double[points.length], new double[points.length], new boolean[points.length]);
            for (int i = 0; i < points.length; i++) {
                stroke.corner[i] = points[i].endsWith("!");
                String[] xy = points[i].replace("!", "").split(",");
                stroke.x[i] = Integer.parseInt(xy[0]) / 100.0;
                stroke.y[i] = Integer.parseInt(xy[1]) / 100.0;
            }
            strokes.add(stroke);
        }
        return List.copyOf(strokes);
    }
}
