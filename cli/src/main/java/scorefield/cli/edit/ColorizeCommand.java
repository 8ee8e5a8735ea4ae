package scorefield.cli.edit;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.autodiff.Values;
import scorefield.cli.console.UserException;
import scorefield.ncsn.edit.ImageEdits;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.sampler.KnownLuminance;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.schedule.SamplingPlan;

/** {@code scorefield colorize}: gives a grey picture colours. */
@Command(
        name = "colorize",
        description = "Draws several colourings of a grey picture: keeps the brightness of each pixel and samples"
                + " its colour, by annealed Langevin dynamics in an orthonormal colour basis. If the picture has"
                + " colours, only its brightness is used.",
        footerHeading = "%nExample:%n",
        footer = {
            "  scorefield colorize --run runs/cifar --image grey.png --count 8",
            "      brightness: 0.2126 red + 0.7152 green + 0.0722 blue (ITU-R BT.709)"
        })
public final class ColorizeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private EditOptions edit = new EditOptions();

    @Option(
            names = "--steps-per-level",
            paramLabel = "T",
            description =
                    "The number of Langevin steps at each noise level; by default four times as many as the run's samples take.")
    private @Nullable Integer stepsPerLevel;

    @Override
    public Integer call() throws IOException {
        Run run = edit.run();
        if (run.sample().dim(2) != 3) {
            throw new UserException(
                    run.folder().path() + ": this run was trained on grey images; name a run on colour images");
        }
        Values picture = edit.pictureAsItIs(run);
        Values grey = picture.shape().dim(2) == 1 ? picture : KnownLuminance.of(picture);
        SamplingPlan plan = EditOptions.plan(run, stepsPerLevel);
        Path target = edit.target(run, "colorized.png", null);
        PrintWriter console = spec.commandLine().getOut();
        try (Device opened = edit.open(spec.commandLine().getErr())) {
            console.println(run + ": " + plan.description() + ", on " + opened.name());
            try (Sampler sampler = new ImageEdits(run, opened).colorizing(grey, plan, edit.count())) {
                Values coloured = edit.draw(sampler, "colouring", console);
                EditPicture.of(run.sample())
                        .add(ImageEdits.threeChannels(grey))
                        .add(coloured)
                        .write(target);
            }
        }
        console.println("images  " + target + ": the input, then "
                + (edit.count() == 1 ? "one colouring" : edit.count() + " colourings"));
        return 0;
    }
}
