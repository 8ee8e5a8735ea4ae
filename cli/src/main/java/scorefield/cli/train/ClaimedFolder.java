package scorefield.cli.train;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import scorefield.cli.console.UserException;
import scorefield.cli.run.RunFolder;
import scorefield.cli.run.RunLock;
import scorefield.ncsn.training.Checkpoint;

/**
 * A run's folder that is this process's alone. What was known of the folder before it was locked may not hold any more, since another
 * process may have begun, or ended, a run in it; so it is looked at again under the lock.
 *
 * @param folder the run's
 * @param lock which is held until this is closed
 */
record ClaimedFolder(RunFolder folder, RunLock lock) implements AutoCloseable {

    /**
     * A folder for a new run with a name that a person gave.
     *
     * @param bytes how much a checkpoint takes
     * @throws UserException if there is a run in it
     */
    static ClaimedFolder named(RunFolder folder, long bytes) throws IOException {
        folder.prepare(bytes);
        ClaimedFolder claimed = new ClaimedFolder(folder, RunLock.of(folder));
        if (folder.hasCheckpoint()) {
            claimed.close();
            throw new UserException(folder.path() + ": another process has put a run into this folder since this one"
                    + " was started; go on with it with --resume, or choose another folder with --out");
        }
        return claimed;
    }

    /**
     * A folder for a new run with any name.
     *
     * @param names the next name that seems to be free, each time that it is asked
     * @param bytes how much a checkpoint takes
     */
    static ClaimedFolder unused(Supplier<RunFolder> names, long bytes) throws IOException {
        while (true) {
            RunFolder folder = names.get();
            folder.prepare(bytes);
            Optional<RunLock> lock = RunLock.tryOf(folder);
            if (lock.isPresent()) {
                if (!folder.hasCheckpoint()) {
                    return new ClaimedFolder(folder, lock.get());
                }
                lock.get().close();
            }
        }
    }

    /**
     * The folder of a run that is gone on with.
     *
     * @param from what was read of it before
     * @throws UserException if the run has been trained since then
     */
    static ClaimedFolder resumed(RunFolder folder, Checkpoint from) throws IOException {
        ClaimedFolder claimed = new ClaimedFolder(folder, RunLock.of(folder));
        long step = folder.read().state().step();
        if (step != from.state().step()) {
            claimed.close();
            throw new UserException(folder.path() + ": another process has trained this run to step " + step
                    + " since this one was started; give the command again");
        }
        return claimed;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
