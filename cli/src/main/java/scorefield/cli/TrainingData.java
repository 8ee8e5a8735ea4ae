package scorefield.cli;

import java.nio.file.Path;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.data.ImageSize;
import scorefield.ncsn.data.Images;

/** Gets the images that some settings ask for. */
final class TrainingData {

    /** How many digits are drawn where nobody says: enough for hours of training, and drawn in seconds. */
    private static final int DIGITS = 20_000;

    private TrainingData() {}

    /**
     * Reads, or draws, the images.
     *
     * @param seed for drawing
     */
    static Images load(DataSettings settings, long seed) {
        if (isDigits(settings)) {
            ImageSize size = settings.size();
            Digits digits = size == null ? new Digits(seed) : new Digits(seed, size.height(), size.width());
            return digits.generate(settings.count().orElse(DIGITS));
        }
        Images images = Images.read(Path.of(settings.source()), settings.readOptions());
        if (settings.count().isEmpty()) {
            return images;
        }
        int count = settings.count().getAsInt();
        if (count > images.count()) {
            throw new UserException("data.count is " + count + ", but " + images + " are all there are");
        }
        return images.slice(0, count);
    }

    /**
     * What training would begin with.
     *
     * @param preset the preset's name
     * @param configuration with noise levels that fit the images
     */
    record Chosen(String preset, Configuration configuration, Images images) {}

    /** Gets the images that some settings ask for, and completes the settings with what fits the images. */
    static Chosen choose(Settings asked) {
        // Which images there are does not depend on the preset, but which preset fits depends on the images.
        Configuration first = Configuration.of(asked, Presets.DIGITS);
        Images images = load(first.data(), first.training().seed());
        boolean digits = isDigits(first.data());
        String preset = asked.preset().orElse(Presets.forImages(digits, images.channels()));
        Configuration chosen = withAbsoluteSource(Configuration.of(asked, preset));
        return new Chosen(preset, NoiseDefaults.resolve(chosen, images), images);
    }

    /** The same data, wherever a run is resumed from. */
    static Configuration withAbsoluteSource(Configuration configuration) {
        DataSettings data = configuration.data();
        return isDigits(data)
                ? configuration
                : configuration.with(
                        "data.source",
                        Path.of(data.source()).toAbsolutePath().normalize().toString());
    }

    private static boolean isDigits(DataSettings settings) {
        return settings.source().equals(DataSettings.DIGITS);
    }
}
