package scorefield.cli.edit;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.OptionalInt;
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
import scorefield.ncsn.sampler.PosteriorSampler;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Text;

/** {@code scorefield denoise}: removes the noise from a picture. */
@Command(
        name = "denoise",
        description = "Removes the noise from a picture with one evaluation of the network: x + sigma^2 * score(x,"
                + " sigma) is the mean of the possible clean images. The mean is smooth where these images"
                + " differ; --steps also draws samples of them.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield denoise --image noisy.png --sigma 0.2",
            "      sigma is the noise's standard deviation, where black is 0 and white is 1:",
            "      0.2 is 51 of 256 grey levels",
            "  scorefield denoise --image clean.png --sigma 0.5 --add-noise --steps 100",
            "      adds the noise first, and also draws samples of the possible clean images"
        })
public final class DenoiseCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private EditOptions edit = new EditOptions();

    @Option(
            names = "--sigma",
            required = true,
            paramLabel = "S",
            description = "The standard deviation of the noise, where black is 0 and white is 1.")
    private double sigma;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Also draw --count samples of the possible clean images, by the reverse diffusion from this"
                    + " noise level down, with N evaluations of the network. With few steps the samples are too"
                    + " similar; 100 steps are enough.")
    private @Nullable Integer steps;

    @Option(
            names = "--add-noise",
            description = "Add noise of this level to the picture first, to see how it is removed.")
    private boolean addNoise;

    @Override
    public Integer call() throws IOException {
        Run run = edit.run();
        NoiseLevels levels = levels(run);
        requireUse("--count", steps != null, "--steps");
        requireUse("--seed", steps != null || addNoise, "--steps or --add-noise");
        Values image = edit.picture(run);
        Values noisy = addNoise ? ImageEdits.noisy(image, sigma, edit.seed()) : image;
        Path target = edit.target(run, "denoised.png", null);
        PrintWriter console = spec.commandLine().getOut();
        EditPicture picture = EditPicture.of(run.sample());
        if (addNoise) {
            picture.add(image);
        }
        picture.add(noisy);
        try (Device opened = edit.open(spec.commandLine().getErr())) {
            console.println(run + ": noise of σ = " + Text.number(sigma) + ", on " + opened.name());
            ImageEdits edits = new ImageEdits(run, opened);
            try (PosteriorSampler sampler = edits.denoising(noisy, levels, edit.count())) {
                picture.add(sampler.mean());
                if (steps != null) {
                    picture.add(edit.draw(sampler, "denoising", console));
                }
            }
        }
        picture.write(target);
        console.println("images  " + target + ": " + (addNoise ? "the picture, with noise" : "the noisy picture")
                + ", the mean of the possible clean images"
                + (steps == null ? "" : ", and " + edit.count() + " samples of them"));
        return 0;
    }

    /** S and the levels below it that the steps need; S alone for the mean. */
    private NoiseLevels levels(Run run) {
        try {
            return ImageEdits.levels(run, sigma, steps == null ? OptionalInt.empty() : OptionalInt.of(steps));
        } catch (BadConfigurationException e) {
            throw new UserException("--" + e.getMessage());
        }
    }

    /** Refuses an option that would have no effect. */
    private void requireUse(String option, boolean used, String with) {
        if (!used && spec.commandLine().getParseResult().hasMatchedOption(option)) {
            throw new UserException(
                    option + " has no effect on the mean, which is one image; give " + with + " as well");
        }
    }
}
