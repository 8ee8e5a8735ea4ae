package scorefield.ncsn.run;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import scorefield.ncsn.training.Checkpoint;

/**
 * A run's folder that only this process writes to. Between the first look at the folder and the lock, another process may have started or
 * finished a run in it. So it is examined again under the lock.
 *
 * @param folder the run's folder
 * @param lock held until this is closed
 */
record ClaimedFolder(RunFolder folder, RunLock lock) implements AutoCloseable {

    /**
     * Claims a folder that was chosen for a new run.
     *
     * @param bytes how much a checkpoint takes
     * @throws RunException if there is a run in it
     */
    static ClaimedFolder named(RunFolder folder, long bytes) throws IOException {
        folder.prepare(bytes);
        ClaimedFolder claimed = new ClaimedFolder(folder, RunLock.of(folder));
        if (folder.hasCheckpoint()) {
            claimed.close();
            throw new RunException(folder.path() + ": another process has put a run into this folder since this one"
                    + " was started; resume that run, or choose another folder");
        }
        return claimed;
    }

    /**
     * Claims the first folder that is really free.
     *
     * @param names supplies, each time, the next folder that seems to be free
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
     * Claims the folder of a run that is resumed.
     *
     * @param from the checkpoint that was read before
     * @throws RunException if the run has been trained since then
     */
    static ClaimedFolder resumed(RunFolder folder, Checkpoint from) throws IOException {
        ClaimedFolder claimed = new ClaimedFolder(folder, RunLock.of(folder));
        long step = folder.read().state().step();
        if (step != from.state().step()) {
            claimed.close();
            throw new RunException(folder.path() + ": another process has trained this run to step " + step
                    + " since this one was started; resume it again");
        }
        return claimed;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
