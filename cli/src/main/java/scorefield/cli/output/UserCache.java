package scorefield.cli.output;

import java.nio.file.Path;

/** What is kept for a user from one command to the next. */
public final class UserCache {

    private UserCache() {}

    /**
     * Its folder, which may not be there yet: {@code $XDG_CACHE_HOME/scorefield}, or {@code ~/.cache/scorefield}. bin/start.sh
     * sets the variable to a folder that can be written.
     */
    public static Path folder() {
        String configured = System.getenv("XDG_CACHE_HOME");
        // Of a relative path the XDG base directory specification says that it must be ignored.
        Path cache = configured != null && Path.of(configured).isAbsolute()
                ? Path.of(configured)
                : Path.of(System.getProperty("user.home"), ".cache");
        return cache.resolve("scorefield");
    }
}
