package scorefield.cli.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import scorefield.cli.console.SampleKind;
import scorefield.cli.console.UserException;
import scorefield.ncsn.configuration.ClassDefaults;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.data.ImageSize;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.PictureSurvey;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.data.SizeChoice;
import scorefield.ncsn.text.Spelling;

/** Gets the data that some settings ask for. */
public final class TrainingData {

    /** How many digits are drawn where nobody says: enough for hours of training, and drawn in seconds. */
    private static final int DIGITS = 20_000;

    /** How many points are drawn where nobody says. */
    private static final int POINTS = 20_000;

    /** What comes before a picture's path where points are to be drawn from its brightness. */
    private static final String BRIGHTNESS = "points:";

    private TrainingData() {}

    /**
     * Reads, or draws, the data.
     *
     * @param seed for drawing
     */
    public static DataSet load(DataSettings settings, long seed) {
        if (isPlanar(settings.source())) {
            return plane(settings.source(), settings.count().orElse(POINTS), seed);
        }
        if (isDigits(settings)) {
            ImageSize size = settings.size();
            Digits digits = size == null ? new Digits(seed) : new Digits(seed, size.height(), size.width());
            return digits.generate(settings.count().orElse(DIGITS));
        }
        Path path = Path.of(settings.source());
        requireNoSlip(path);
        Images images = Images.read(path, settings.readOptions());
        if (settings.count().isEmpty()) {
            return images;
        }
        int count = settings.count().getAsInt();
        if (count > images.count()) {
            throw new UserException("data.count is " + count + ", but " + images + " are all there are");
        }
        return images.slice(0, count);
    }

    /** Whether a source's samples are drawn, as many as anyone wants, rather than read. */
    public static boolean isDrawn(String source) {
        return isPlanar(source) || source.equals(DataSettings.DIGITS);
    }

    private static boolean isPlanar(String source) {
        return PlanarSets.names().contains(source) || source.startsWith(BRIGHTNESS);
    }

    /**
     * Draws points of the plane.
     *
     * @param source the name of a two-dimensional set, or {@code points:} and a picture's path
     */
    public static Points plane(String source, int count, long seed) {
        return source.startsWith(BRIGHTNESS)
                ? PlanarSets.fromPicture(Path.of(source.substring(BRIGHTNESS.length())), count, seed)
                : PlanarSets.of(source, count, seed);
    }

    /** A name that is nearly a built-in one's, and no file's, was meant to be that one. */
    private static void requireNoSlip(Path path) {
        List<String> builtIn = new ArrayList<>(PlanarSets.names());
        builtIn.add(DataSettings.DIGITS);
        if (!Files.exists(path)) {
            Spelling.nearest(path.toString(), builtIn).ifPresent(meant -> {
                throw new UserException(
                        path + ": there is no such file or folder; did you mean the built-in '" + meant + "'?");
            });
        }
    }

    /**
     * What training would begin with.
     *
     * @param preset the preset's name
     * @param configuration every setting
     * @param notes what was chosen for the person, and why, each in a line
     * @param files the files of the samples, in their order; empty where they do not have one each
     */
    public record Chosen(
            String preset, Configuration configuration, DataSet data, List<String> notes, List<String> files) {

        /** What a person calls the sample with an index: {@code image 17}, with its file where it has one. */
        public String sampleName(int index) {
            return SampleKind.singular(data.sample()) + " " + index
                    + (files.isEmpty() ? "" : " (" + files.get(index) + ")");
        }

        /** With noise levels that fit the data. */
        Chosen withNoiseLevels() {
            return new Chosen(preset, NoiseDefaults.resolve(configuration, data), data, notes, files);
        }
    }

    /** Gets the data that some settings ask for, and completes the settings with what fits the data, noise levels too. */
    public static Chosen choose(Settings asked) {
        return read(asked).withNoiseLevels();
    }

    /** Gets the data that some settings ask for, and completes the settings with the preset that fits the data. */
    public static Chosen read(Settings asked) {
        // Which data there are does not depend on the preset, but which preset fits depends on the data.
        Configuration first = Configuration.of(asked, Presets.DIGITS);
        boolean drawn = isDigits(first.data()) || isPlanar(first.data().source());
        boolean sized = drawn || first.data().size() != null;
        Optional<SizeChoice> size = sized ? Optional.empty() : surveyedSize(asked, first);
        Settings settings = withSize(asked, size);
        DataSet data = load(
                Configuration.of(settings, Presets.DIGITS).data(),
                first.training().seed());
        if (!sized && size.isEmpty() && data instanceof Images images) {
            PictureSurvey.Pixels pixels = new PictureSurvey.Pixels(images.height(), images.width());
            size = SizeChoice.of(List.of(pixels), divisor(asked));
            if (size.isPresent()) {
                settings = withSize(asked, size);
                data = load(
                        Configuration.of(settings, Presets.DIGITS).data(),
                        first.training().seed());
            }
        }
        String preset = asked.preset().orElse(Presets.forSamples(isDigits(first.data()), data.sample()));
        Configuration chosen = ClassDefaults.resolve(withAbsoluteSource(Configuration.of(settings, preset)), data);
        List<String> notes = size
                .map(choice -> "data.size=" + choice.size() + ", cut from the middle, because " + choice.reason()
                        + "; another with --set data.size=HxW")
                .stream()
                .toList();
        List<String> files =
                drawn ? List.of() : PictureSurvey.names(Path.of(first.data().source()));
        return new Chosen(preset, chosen, data, notes, files);
    }

    /** The size that the pictures of a folder or zip are brought to: none where they can stay as they are. */
    private static Optional<SizeChoice> surveyedSize(Settings asked, Configuration first) {
        Path path = Path.of(first.data().source());
        requireNoSlip(path);
        return PictureSurvey.of(path)
                .map(PictureSurvey::sizes)
                .filter(sizes -> !sizes.isEmpty()) // whoever reads it says so
                .flatMap(sizes -> SizeChoice.of(sizes, divisor(asked)));
    }

    private static Settings withSize(Settings asked, Optional<SizeChoice> size) {
        return size.map(choice -> Settings.of("data.size", choice.size().toString())
                        .over(Settings.of("data.crop", true))
                        .over(asked))
                .orElse(asked);
    }

    /** All presets' networks for images are halved equally often; a person's own may not be. */
    private static int divisor(Settings asked) {
        return Configuration.of(asked, asked.preset().orElse(Presets.COLOUR_32))
                .network()
                .divisor();
    }

    /** The same data, wherever a run is resumed from. */
    public static Configuration withAbsoluteSource(Configuration configuration) {
        String source = configuration.data().source();
        if (isDigits(configuration.data()) || PlanarSets.names().contains(source)) {
            return configuration;
        }
        return configuration.with(
                "data.source",
                source.startsWith(BRIGHTNESS)
                        ? BRIGHTNESS + absolute(source.substring(BRIGHTNESS.length()))
                        : absolute(source));
    }

    private static String absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }

    private static boolean isDigits(DataSettings settings) {
        return settings.source().equals(DataSettings.DIGITS);
    }
}
