package scorefield.ncsn.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;

/** The reason why reading or writing failed. Java's own messages often contain only the path. */
public final class IoReason {

    private IoReason() {}

    /** The reason alone, such as {@code permission denied}; the caller names the file. */
    public static String of(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException missing) {
            // Java's stand-in for bytes that are no character.
            return missing.getFile() != null && missing.getFile().indexOf('\uFFFD') >= 0
                    ? "its name is not UTF-8; rename it"
                    : "there is no such file or folder";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "a file of this name is there already: " + e.getMessage();
        }
        if (e instanceof FileSystemLoopException) {
            return "it contains a symbolic link to one of its parent folders";
        }
        if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
