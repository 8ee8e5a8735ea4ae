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
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.edit.ImageEdits;
import scorefield.ncsn.edit.Mask;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.schedule.SamplingPlan;

/** {@code scorefield inpaint}: fills in the missing part of a picture. */
@Command(
        name = "inpaint",
        description = "Draws several completions of a picture with a masked part, by annealed Langevin dynamics."
                + " Before every step the known pixels are set to their values plus noise of the current level."
                + " The pixels under the mask are never used.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield inpaint --image photo.png --mask mask.png",
            "      mask.png is white where the picture is to be filled in, black elsewhere",
            "  scorefield inpaint --image digits --index 3 --mask bottom --count 8",
            "      the lower half of a drawn digit, eight times"
        })
public final class InpaintCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private EditOptions edit = new EditOptions();

    @Option(
            names = "--mask",
            required = true,
            paramLabel = "FILE",
            description =
                    "The part to fill in: a picture of the image's size, white where the image is to be filled in and black where it is"
                            + " known (brighter than half counts as white); or one of left, right, top, bottom (halves) and centre.")
    private String mask = "";

    @Option(
            names = "--steps-per-level",
            paramLabel = "T",
            description = "The number of Langevin steps at each noise level; by default four times as many as the run's"
                    + " samples take. With more steps, the results are closer to the distribution that the known"
                    + " part implies.")
    private @Nullable Integer stepsPerLevel;

    @Override
    public Integer call() throws IOException {
        Run run = edit.run();
        Values image = edit.picture(run);
        Mask hidden = mask(run);
        SamplingPlan plan = EditOptions.plan(run, stepsPerLevel);
        Path target = edit.target(run, "inpainted.png", mask);
        PrintWriter console = spec.commandLine().getOut();
        try (Device opened = edit.open(spec.commandLine().getErr())) {
            console.println(run + ": " + hidden.count() + " of " + hidden.pixels() + " pixels to fill in, "
                    + plan.description() + ", on " + opened.name());
            ImageEdits edits = new ImageEdits(run, opened);
            try (Sampler sampler = edits.inpainting(image, hidden.known(), plan, edit.count())) {
                Values filled = edit.draw(sampler, "inpainting", console);
                EditPicture.of(run.sample())
                        .add(hidden.greyedOut(image))
                        .add(filled)
                        .write(target);
            }
        }
        console.println("images  " + target + ": the input, then "
                + (edit.count() == 1 ? "one completion" : edit.count() + " completions"));
        return 0;
    }

    private Mask mask(Run run) {
        try {
            return Mask.read(mask, run.configuration().data().readOptions(), run.sample());
        } catch (BadDataException e) {
            throw new UserException("--mask " + e.getMessage());
        }
    }
}
