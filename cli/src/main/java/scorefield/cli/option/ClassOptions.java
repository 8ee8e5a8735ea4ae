package scorefield.cli.option;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import scorefield.cli.console.UserException;
import scorefield.ncsn.run.ClassCondition;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Checkpoint;

/** The options that condition samples on classes. */
public final class ClassOptions {

    /** How many samples of each class are drawn by default, where there are several. */
    private static final int OF_EACH = 8;

    @Option(
            names = "--class",
            split = ",",
            paramLabel = "NAME",
            description = "The classes to draw, for a class-conditional run (--set model.classes=auto): by name, or by"
                    + " number from 0 where no name is a number. With several, separated by commas, or 'all', a picture of samples has a row"
                    + " for each class. 'none' draws without a class, by the unconditional score."
                    + " Without --class, samples are drawn of all classes in turn.")
    private List<String> names = List.of();

    @Option(
            names = "--guidance",
            paramLabel = "W",
            description =
                    "The guidance scale: (1+W)*score(class) - W*unconditional score. 0, the default, is the class's own score; 1 to 3"
                            + " give samples that are more typical of the class and less diverse, at twice the cost.")
    private @Nullable Double guidance;

    /** The classes that were asked for; empty where none were. */
    public Optional<ClassCondition> of(Checkpoint checkpoint) {
        if (names.isEmpty()) {
            if (guidance != null) {
                throw new UserException("--guidance needs a class; name one with --class");
            }
            return Optional.empty();
        }
        double scale = guidance == null ? 0 : guidance;
        if (!(scale >= 0) || Double.isInfinite(scale)) {
            throw new UserException("--guidance must be 0 or more; got " + Text.number(scale));
        }
        try {
            return Optional.of(ClassCondition.named(checkpoint, names, scale));
        } catch (BadConfigurationException e) {
            throw new UserException("--class: " + e.getMessage());
        }
    }

    /** How many samples of each class: what was asked for, else as many as the run's settings say, but fewer where there are several classes. */
    public static int ofEach(ClassCondition condition, @Nullable Integer count, int images) {
        if (count != null) {
            return count;
        }
        return condition.count() == 1 ? images : Math.min(images, OF_EACH);
    }
}
