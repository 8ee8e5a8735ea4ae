package scorefield.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Standard output or standard error. The first failure to write is remembered, and nothing more is written: writers of text report none. */
public final class StandardStream extends OutputStream {

    /** What Linux says where the reader of a pipe has gone, as {@code head} does when it has seen enough. */
    private static final String BROKEN_PIPE = "Broken pipe";

    private final FileOutputStream to;

    private @Nullable IOException failure;

    /** @param descriptor of an open file */
    public StandardStream(FileDescriptor descriptor) {
        to = new FileOutputStream(descriptor);
    }

    @Override
    public void write(int single) {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        if (failure == null) {
            try {
                to.write(bytes, from, length);
            } catch (IOException e) {
                failure = e;
            }
        }
    }

    /** What kept text from being written; null where nothing did, or where its reader did not want more. */
    public @Nullable IOException failure() {
        return failure == null || BROKEN_PIPE.equals(failure.getMessage()) ? null : failure;
    }
}
