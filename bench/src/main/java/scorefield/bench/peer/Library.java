package scorefield.bench.peer;

import java.io.IOException;

/** A library under measurement, with a description of itself. */
public interface Library extends AutoCloseable {

    /** Describes library, version, device, threads, and other relevant settings. */
    String describe() throws IOException;

    @Override
    void close();
}
