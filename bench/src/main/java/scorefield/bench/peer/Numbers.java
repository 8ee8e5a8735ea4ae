package scorefield.bench.peer;

import java.util.List;

/** Arrays of single-precision numbers. */
final class Numbers {

    private Numbers() {}

    /** Concatenates arrays. */
    static float[] joined(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
