package scorefield.bench.peer;

import java.io.IOException;

/** Something that computes, and can say what it is. */
public interface Library extends AutoCloseable {

    /** Library, version, device, threads, and what else matters. */
    String describe() throws IOException;

    @Override
    void close();
}
