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
import scorefield.cli.console.Text;
import scorefield.cli.console.UserException;
import scorefield.ncsn.random.SplitMix;
import scorefield.ncsn.sampler.PosteriorSampler;
import scorefield.ncsn.schedule.NoiseLevels;

/** {@code scorefield denoise}: takes the noise out of a picture. */
@Command(
        name = "denoise",
        description =
                "Takes the noise out of a picture: x + sigma^2 * score(x, sigma), the mean of all clean images that could lie under"
                        + " the noise, in one evaluation of the network. A mean is smooth where these differ; with --steps, draws some of them"
                        + " as well.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield denoise --image noisy.png --sigma 0.2",
            "      sigma is the noise's standard deviation, where black is 0 and white is 1:",
            "      0.2 are 51 of 256 grey levels",
            "  scorefield denoise --image clean.png --sigma 0.5 --add-noise --steps 100",
            "      adds the noise itself, and also draws images that could lie under it"
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
            description = "The noise's standard deviation, in units in which black is 0 and white is 1.")
    private double sigma;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description =
                    "Also draw --count images that could lie under the noise, with N evaluations of the network: by the backward"
                            + " diffusion from this noise level down. Few steps give images that are too much alike; 100 are enough.")
    private @Nullable Integer steps;

    @Option(
            names = "--add-noise",
            description = "Add noise of this level to the picture first, to see how it is taken out.")
    private boolean addNoise;

    @Override
    public Integer call() throws IOException {
        EditOptions.Run run = edit.run();
        NoiseLevels ladder = run.configuration().noiseLevels();
        NoiseLevels levels = levels(ladder);
        requireUse("--count", steps != null, "--steps");
        requireUse("--seed", steps != null || addNoise, "--steps or --add-noise");
        Values image = edit.picture(run);
        Values noisy = addNoise ? noisy(image) : image;
        Path target = edit.target(run, "denoised.png");
        PrintWriter console = spec.commandLine().getOut();
        EditPicture picture = EditPicture.of(run.sample());
        if (addNoise) {
            picture.add(image);
        }
        picture.add(noisy);
        try (Device opened = edit.open(spec.commandLine().getErr())) {
            console.println(run + ": noise of σ = " + Text.number(sigma) + ", on " + opened.name());
            try (PosteriorSampler sampler =
                    new PosteriorSampler(opened, run.score(opened), edit.batch(run), noisy, levels)) {
                picture.add(sampler.mean());
                if (steps != null) {
                    picture.add(edit.draw(sampler, "denoising", console));
                }
            }
        }
        picture.write(target);
        console.println("images  " + target + ": " + (addNoise ? "the picture, with noise" : "the noisy picture")
                + ", the mean of what may lie under it"
                + (steps == null ? "" : ", and " + edit.count() + " of what may"));
        return 0;
    }

    /** S, then what the steps need; S alone for the mean. */
    private NoiseLevels levels(NoiseLevels ladder) {
        if (!(sigma >= ladder.smallest() && sigma <= ladder.largest())) {
            throw new UserException("--sigma: the run's network knows noise from " + Text.number(ladder.smallest())
                    + " to " + Text.number(ladder.largest()) + ", not " + Text.number(sigma));
        }
        if (steps == null) {
            return NoiseLevels.of(sigma);
        }
        if (steps < 2 || sigma == ladder.smallest()) {
            throw new UserException(
                    "--steps: a way down needs at least 2 steps, and a --sigma above the run's smallest noise level "
                            + Text.number(ladder.smallest()) + ", not " + steps + " from " + Text.number(sigma));
        }
        return NoiseLevels.geometric(sigma, ladder.smallest(), steps);
    }

    /** An option that would do nothing is a misunderstanding. */
    private void requireUse(String option, boolean used, String with) {
        if (!used && spec.commandLine().getParseResult().hasMatchedOption(option)) {
            throw new UserException(
                    option + ": the mean of what may lie under the noise is one image; give " + with + " as well");
        }
    }

    private Values noisy(Values image) {
        SplitMix random = new SplitMix(edit.seed(), 0);
        float[] numbers = image.floats().clone();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] += (float) (sigma * random.normal());
        }
        return Values.of(image.shape(), numbers);
    }
}
