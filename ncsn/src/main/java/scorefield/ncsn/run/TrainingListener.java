package scorefield.ncsn.run;

import java.io.IOException;
import scorefield.autodiff.Device;
import scorefield.autodiff.Values;

/**
 * Follows a training, and may stop it. Every method does nothing by default. The time that a method takes does not count as training time, except
 * that of {@link #stepped}; an exception that a method throws ends the training.
 */
public interface TrainingListener {

    /** Whether the training should stop: it then saves a checkpoint and ends in good order. Asked after every step, and while samples are drawn. */
    default boolean isStopRequested() {
        return false;
    }

    /** The run's folder is there and locked, and the first step is compiled; nothing has been written yet. */
    default void begun(Training training) throws IOException {}

    /** A step was taken; the device may still be at work on it. */
    default void stepped(long step) {}

    /** The losses were read: every {@code output.log-every} steps, and after the first step, which is not part of the metrics. */
    default void measured(Metrics.Reading reading) throws IOException {}

    /**
     * Samples were drawn on the way, every {@code output.preview-every} steps, always with the same seed.
     *
     * @param samples N×sample; of a class-conditional run, the {@linkplain ClassCondition#first first N} classes in turn
     */
    default void previewed(long step, Values samples) throws IOException {}

    /** The record of the run changed: at the beginning, every few seconds, and at the end. */
    default void changed(RunStatus status) throws IOException {}

    /** All steps are taken and saved. What is done here belongs to the run: if it fails or is stopped, the run's history says so. */
    default void trained(Run run, Device device) throws IOException {}
}
