package scorefield.autodiff.op;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Independent iterations over all cores. Small counts stay on the calling thread, which finishes before another one could start. */
final class Parallel {

    private static final int SMALL = 1024;

    private Parallel() {}

    /** Many cheap iterations, each of which writes its own element. */
    static void range(int count, IntConsumer body) {
        if (count <= SMALL) {
            for (int i = 0; i < count; i++) {
                body.accept(i);
            }
        } else {
            IntStream.range(0, count).parallel().forEach(body);
        }
    }

    /** A few expensive iterations, each of which writes its own part. */
    static void blocks(int count, IntConsumer body) {
        IntStream.range(0, count).parallel().forEach(body);
    }
}
