package scorefield.cli.option;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import scorefield.cli.console.Text;
import scorefield.cli.console.UserException;
import scorefield.cli.run.Classes;
import scorefield.ncsn.text.Spelling;
import scorefield.ncsn.training.Checkpoint;

/** The options that say what is to be on the images. */
public final class ClassOptions {

    private static final String ALL = "all";

    @Option(
            names = "--class",
            split = ",",
            paramLabel = "NAME",
            description =
                    "For a run that was told classes (--set model.classes=auto): which to draw, by name or by number from 0; several"
                            + " with commas, or 'all', give a row of the picture for each, and --count is how many of each.")
    private List<String> names = List.of();

    @Option(
            names = "--guidance",
            paramLabel = "W",
            description =
                    "Exaggerates what sets the class apart: (1+W)*score(class) - W*score(all); 0 does not (the default), 1 to 3"
                            + " give samples that are more typical and less different, for twice the time.")
    private @Nullable Double guidance;

    /** What was asked for; nothing where samples are to be of all data. */
    public Optional<Classes> of(Checkpoint checkpoint) {
        if (names.isEmpty()) {
            if (guidance != null) {
                throw new UserException("--guidance: exaggerates a class; say which with --class");
            }
            return Optional.empty();
        }
        List<String> known = checkpoint.data().classes();
        if (checkpoint.network().classes() == 0) {
            throw new UserException("--class: this run's network was told no classes; labelled data and"
                    + " `train --set model.classes=auto` make one that is");
        }
        double strength = guidance == null ? 0 : guidance;
        if (!(strength >= 0) || Double.isInfinite(strength)) {
            throw new UserException("--guidance: must be 0 or more, not " + Text.number(strength));
        }
        List<Integer> classes = names.equals(List.of(ALL))
                ? IntStream.range(0, known.size()).boxed().toList()
                : names.stream().map(name -> number(name, known)).toList();
        return Optional.of(new Classes(classes, classes.stream().map(known::get).toList(), strength));
    }

    private static int number(String name, List<String> known) {
        if (known.contains(name)) {
            return known.indexOf(name);
        }
        if (name.matches("\\d{1,9}") && Integer.parseInt(name) < known.size()) {
            return Integer.parseInt(name);
        }
        throw new UserException("--class: there is no class '" + name + "'; " + Spelling.suggestion(name, known)
                + " ('all' draws all)");
    }
}
