package scorefield.kernels.launch;

import scorefield.autodiff.Shape;

/**
 * Which results a CPU's kernels store past the caches. Such a store need not first read the line that it overwrites, a quarter or more of
 * the traffic of a kernel that does little else than move numbers. But who reads the result next has to fetch all of it from memory: so it
 * is for results that are too large to be found in a cache anyway.
 */
public final class Streaming {

    private static final int LEAST_BYTES = 16 << 20;

    /** A line of a cache, in floats: stores past the caches fill whole ones. */
    private static final int LINE = 16;

    private Streaming() {}

    /** Whether a result of that shape is one of them. */
    public static boolean pays(Region result, Shape shape) {
        boolean wholeLines = result.isAligned(LINE) && shape.dim(shape.rank() - 1) % LINE == 0;
        return wholeLines && (long) Float.BYTES * shape.size() >= LEAST_BYTES;
    }
}
