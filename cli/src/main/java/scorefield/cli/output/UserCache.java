package scorefield.cli.output;

import java.nio.file.Path;

/** The user's cache, which keeps files from one command to the next. */
public final class UserCache {

    private UserCache() {}

    /**
     * Its folder, which may not be there yet: {@code $XDG_CACHE_HOME/scorefield}, or {@code ~/.cache/scorefield}. bin/start.sh
     * sets the variable to a folder that can be written.
     */
    public static Path folder() {
        String configured = System.getenv("XDG_CACHE_HOME");
        // The XDG base directory specification requires that relative paths are ignored.
        Path cache = configured != null && Path.of(configured).isAbsolute()
                ? Path.of(configured)
                : Path.of(System.getProperty("user.home"), ".cache");
        return cache.resolve("scorefield");
    }
}
