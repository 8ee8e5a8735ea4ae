package scorefield.cli.edit;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import scorefield.autodiff.Device;
import scorefield.autodiff.Values;
import scorefield.cli.console.SamplingProgress;
import scorefield.cli.console.UserException;
import scorefield.cli.option.AverageOption;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.OutOption;
import scorefield.cli.option.RunOption;
import scorefield.cli.option.SeedOption;
import scorefield.cli.output.OutputFile;
import scorefield.cli.output.OutputFormat;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.edit.ImageEdits;
import scorefield.ncsn.edit.RunPictures;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.schedule.SamplingPlan;

/** What the commands that edit a user's picture share: their options, and how the picture is read. */
final class EditOptions {

    @Mixin
    private RunOption run = new RunOption();

    @Mixin
    private AverageOption average = new AverageOption();

    @Option(
            names = "--image",
            required = true,
            paramLabel = "FILE",
            description = "The picture: a file of the size of the run's images (if data.size was set, it is"
                    + " resampled as the run's data were). Or a data set that `train --data` reads, or 'digits' for"
                    + " the built-in one; then --index chooses the image.")
    private String image = "";

    @Option(
            names = "--index",
            paramLabel = "N",
            defaultValue = "0",
            description = "The number of the image in a data set, from 0 (default: ${DEFAULT-VALUE}).")
    private int index;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "4",
            description = "The number of results to draw (default: ${DEFAULT-VALUE}).")
    private int count;

    @Mixin
    private SeedOption seed = new SeedOption();

    @Mixin
    private OutOption out = new OutOption();

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    /** Opens the run that was named, or the newest: a run on images. */
    Run run() throws IOException {
        Run opened = average.of(run.open());
        ImageEdits.requireImages(opened);
        if (count < 1) {
            throw new UserException("--count must be at least 1; got " + count);
        }
        return opened;
    }

    /** The picture as the network sees it: H×W×C in [0, 1]. A grey picture gets three equal channels for a network of colour images. */
    Values picture(Run of) {
        Images read = read(of);
        int channels = of.sample().dim(2);
        if (read.channels() == 3 && channels == 1) {
            throw new UserException(image + ": is a colour picture, but the run's images are grey; convert it to grey");
        }
        return read.numbers(0, channels);
    }

    /** The picture with the channels that it has. */
    Values pictureAsItIs(Run of) {
        Images read = read(of);
        return read.numbers(0, read.channels());
    }

    private Images read(Run of) {
        if (index < 0) {
            throw new UserException("--index must be 0 or more; got " + index);
        }
        Path path = Path.of(image);
        boolean picture = !image.equals(DataSets.DIGITS) && Images.isPicture(path);
        if (picture && index != 0) {
            throw new UserException("--index: " + image + " is one image, number 0; got " + index);
        }
        Images read = picture
                ? RunPictures.picture(of.configuration(), path)
                : RunPictures.ofDataSet(of.configuration(), image, index);
        RunPictures.requireSize(image, read, of.sample());
        return read;
    }

    /**
     * How to sample where a part of the picture is known.
     *
     * @param stepsPerLevel what was typed as {@code --steps-per-level}, or null
     */
    static SamplingPlan plan(Run run, @Nullable Integer stepsPerLevel) {
        if (stepsPerLevel != null && stepsPerLevel < 1) {
            throw new UserException("--steps-per-level must be at least 1; got " + stepsPerLevel);
        }
        return ImageEdits.plan(
                run.configuration(), stepsPerLevel == null ? OptionalInt.empty() : OptionalInt.of(stepsPerLevel));
    }

    /**
     * The file of the result; refused where it cannot be written, or is read.
     *
     * @param other what is read besides the picture, or null
     */
    Path target(Run of, String name, @Nullable String other) {
        Path file = out.file(of, name, OutputFormat.PNG);
        OutputFile.requireApart(
                List.of(file),
                Stream.of(image, other)
                        .map(DataSets::file)
                        .flatMap(Optional::stream)
                        .toList());
        return file;
    }

    /** Opens the device that was asked for. */
    Device open(PrintWriter err) {
        return device.open(err);
    }

    /** How many answers were asked for. */
    int count() {
        return count;
    }

    /** What decides everything that is random. */
    long seed() {
        return seed.value();
    }

    /**
     * Draws the answers.
     *
     * @param name of the work, in a word
     */
    Values draw(Sampler sampler, String name, PrintWriter console) {
        return SamplingProgress.draw(name, console, sampler, count, seed.value(), stage -> {});
    }
}
