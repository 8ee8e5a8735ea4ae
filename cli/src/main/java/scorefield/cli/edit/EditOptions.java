package scorefield.cli.edit;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.cli.console.Progress;
import scorefield.cli.console.SampleKind;
import scorefield.cli.console.UserException;
import scorefield.cli.data.HeldOut;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.RunOption;
import scorefield.cli.output.OutputFile;
import scorefield.cli.run.RunFolder;
import scorefield.cli.run.Sampling;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.ReadOptions;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.training.Checkpoint;

/** What the commands that work on a person's own picture have in common: their options, and how the picture is read. */
final class EditOptions {

    @Mixin
    private RunOption run = new RunOption();

    @Option(
            names = "--image",
            required = true,
            paramLabel = "FILE",
            description =
                    "The picture: PNG or JPEG, of the size that the run's network was trained on (it is resampled as the run's data"
                            + " were, where data.size was set). Or a data set that `train --data` reads, or 'digits' for a drawn one,"
                            + " of which --index chooses.")
    private String image = "";

    @Option(
            names = "--index",
            paramLabel = "N",
            defaultValue = "0",
            description = "Which image of a data set, from 0 (default: ${DEFAULT-VALUE}).")
    private int index;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many answers to draw: there are many (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Another seed gives other answers; the same one the same (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "FILE.png",
            description =
                    "Where the picture of all goes. Without it, a file named after the command in the run's folder.")
    private @Nullable Path out;

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    /** A run of images, ready to be used. */
    record Run(RunFolder folder, Checkpoint checkpoint) {

        /** H×W×C. */
        Shape sample() {
            return checkpoint.data().sample();
        }

        Configuration configuration() {
            return checkpoint.configuration();
        }

        /** For people: which run it is, and its step. */
        @Override
        public String toString() {
            return folder.path() + ", step " + checkpoint.state().step();
        }

        /** The network with the weights that samples are drawn with, which go to the device. */
        ScoreFunction score(Device on) {
            return Sampling.score(on, checkpoint);
        }
    }

    /** The run that was named, or the newest. */
    Run run() throws IOException {
        RunFolder folder = run.folder();
        Checkpoint checkpoint = folder.read();
        if (SampleKind.isPoint(checkpoint.data().sample())) {
            throw new UserException(
                    folder.path() + ": is a run on points; pictures are edited with a run on images (--run)");
        }
        if (count < 1) {
            throw new UserException("--count: at least one answer must be drawn, not " + count);
        }
        return new Run(folder, checkpoint);
    }

    /** The picture as the network sees it: H×W×C in [0, 1]. A grey picture is given its three equal channels for a network of colours. */
    Values picture(Run of) {
        Images read = read(of.configuration());
        Shape sample = of.sample();
        requireSize(image, read, sample);
        if (read.channels() == 3 && sample.dim(2) == 1) {
            throw new UserException(
                    image + ": is a colour picture, but the run's network knows grey ones only; convert it");
        }
        return pixels(read, sample.dim(2));
    }

    /** The picture with the channels that it has. */
    Values pictureAsItIs(Run of) {
        Images read = read(of.configuration());
        requireSize(image, read, of.sample());
        return pixels(read, read.channels());
    }

    /** Refuses a picture or a mask of another size than the network's images. */
    static void requireSize(String what, Images picture, Shape sample) {
        if (picture.height() != sample.dim(0) || picture.width() != sample.dim(1)) {
            throw new UserException(what + ": is " + picture.height() + "×" + picture.width()
                    + " pixels, but the run's network makes images of " + sample.dim(0) + "×" + sample.dim(1)
                    + " (rows × columns); resize it");
        }
    }

    private Images read(Configuration configuration) {
        if (index < 0) {
            throw new UserException("--index: images are numbered from 0, not " + index);
        }
        if (image.equals(DataSettings.DIGITS)) {
            return HeldOut.digit(configuration, index);
        }
        Images all = open(configuration.data().readOptions());
        if (index >= all.count()) {
            throw new UserException("--index: " + image + " has "
                    + (all.count() == 1 ? "one image, number 0" : "the images 0 to " + (all.count() - 1)) + ", not "
                    + index);
        }
        return all.slice(index, index + 1);
    }

    private Images open(ReadOptions options) {
        Path path = Path.of(image);
        return Images.isPicture(path) ? Images.readPicture(path, options) : Images.read(path, options);
    }

    private static Values pixels(Images one, int channels) {
        return Values.of(one.sample().with(2, channels), Sampling.numbers(one, channels));
    }

    /** Where the result goes; refused where it cannot be written. */
    Path target(Run of, String name) {
        Path target = out == null ? of.folder().path().resolve(name) : out;
        OutputFile.requireWritable(target);
        return target;
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
        return seed;
    }

    /** N×H×W×C, the answers that are drawn at once. */
    Shape batch(Run of) {
        return of.sample().times(Math.min(count, Sampling.batch(of.sample())));
    }

    /**
     * Draws the answers.
     *
     * @param name of the work, in a word
     */
    Values draw(Sampler sampler, String name, PrintWriter console) {
        try (Progress progress = Progress.inPercent(name, console)) {
            return Sampling.draw(sampler, count, seed, progress, stage -> {});
        }
    }
}
