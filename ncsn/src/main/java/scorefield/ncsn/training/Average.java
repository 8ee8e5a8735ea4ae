package scorefield.ncsn.training;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.setting.BadConfigurationException;

/**
 * A moving average of the parameters: θ̄ ← d·θ̄ + (1−d)·θ after each step. Averaged parameters lie nearer to the middle of where training
 * fluctuates; how long an average is best is known only afterwards, so a run may keep several.
 *
 * @param halfLife in how many images the weight of a step's parameters halves; empty for the average of {@code training.average}, whose decay d
 *     is given
 */
public record Average(OptionalInt halfLife) {

    /** What is asked for with a word: the parameters themselves. */
    private static final String NONE = "none";

    /** The share of the images seen so far that a half-life has at most, so that the start is forgotten (EDM's training code; Karras et al. 2022). */
    private static final double LARGEST_SHARE = 0.05;

    /** All averages of a run: that of {@code training.average}, which samples are drawn with, and those of {@code training.half-lives}. */
    public static List<Average> of(TrainingSettings settings) {
        List<Average> all = new ArrayList<>();
        all.add(new Average(OptionalInt.empty()));
        settings.halfLives().forEach(halfLife -> all.add(new Average(OptionalInt.of(halfLife))));
        return all;
    }

    /** d at a step, counted from 0. */
    double decay(TrainingSettings settings, long step) {
        if (halfLife.isEmpty()) {
            // Rising with the number of steps, so that the average of a short run is not mostly where it began.
            return Math.min(settings.average(), (1.0 + step) / (10.0 + step));
        }
        double images = (double) step * settings.batch();
        double life = Math.min(halfLife.getAsInt(), LARGEST_SHARE * images);
        return life == 0 ? 0 : Math.pow(0.5, settings.batch() / life);
    }

    /** With what its arrays' names begin in a checkpoint. */
    String prefix() {
        return halfLife.isEmpty() ? "ema." : "ema." + halfLife.getAsInt() + ".";
    }

    /** As it is asked for: {@code average}, or the half-life. */
    public String label() {
        return halfLife.isEmpty() ? "average" : Integer.toString(halfLife.getAsInt());
    }

    /** The names of everything that samples can be drawn with: the averages, and {@code none} for the parameters themselves. */
    public static List<String> labels(TrainingSettings settings) {
        List<String> labels =
                new ArrayList<>(of(settings).stream().map(Average::label).toList());
        labels.add(NONE);
        return labels;
    }

    /**
     * A checkpoint whose samples are drawn with another average.
     *
     * @param label one of {@link #labels}
     * @throws BadConfigurationException if the run has no such average, naming those that it has
     */
    public static Checkpoint choose(Checkpoint checkpoint, String label) {
        TrainingSettings settings = checkpoint.configuration().training();
        TrainingState state = checkpoint.state();
        int chosen = labels(settings).indexOf(label);
        if (chosen < 0) {
            throw new BadConfigurationException("the run has no average '" + label + "'; it has "
                    + String.join(", ", labels(settings)) + " (training.half-lives keeps more)");
        }
        float[] drawn =
                label.equals(NONE) ? state.parameters() : state.averages().get(chosen);
        return new Checkpoint(checkpoint.configuration(), checkpoint.data(), state.drawnWith(drawn));
    }
}
