package scorefield.ncsn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of this build. */
public final class Version {

    private Version() {}

    /** The version's number, such as {@code 0.1.0}. The build writes it into a resource. */
    public static String number() {
        try (InputStream in = Version.class.getResourceAsStream("version.txt")) {
            if (in == null) {
                throw new IllegalStateException(
                        "The resource scorefield/ncsn/version.txt is missing: build again with Maven.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("reading scorefield/ncsn/version.txt", e);
        }
    }
}
