package scorefield.ncsn.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.configuration.ModelDefaults;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.ObjectiveSettings;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.PictureSurvey;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.data.SizeChoice;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.sampler.SamplerKind;
import scorefield.ncsn.setting.BadConfigurationException;

/**
 * A data set, and every setting for training on it: what was asked for, and for the rest what suits the data.
 *
 * @param preset the name of the preset that the settings start from
 * @param configuration every setting
 * @param data the data set
 * @param notes what was chosen automatically and why, a line each
 * @param files the samples' files in the samples' order; empty where samples do not have a file each
 */
public record TrainingSetup(
        String preset, Configuration configuration, DataSet data, List<String> notes, List<String> files) {

    /**
     * Opens the data that some settings name, and completes the settings: the preset, the number of classes, the images' size and the noise
     * levels that suit the data.
     *
     * @throws scorefield.ncsn.data.BadDataException if the data cannot be read
     * @throws scorefield.ncsn.setting.BadConfigurationException if a setting does not suit the data
     */
    public static TrainingSetup of(Settings asked) {
        TrainingSetup setup = withoutNoiseLevels(asked);
        return new TrainingSetup(
                setup.preset,
                withSamplerForOneLevel(asked, NoiseDefaults.resolve(setup.configuration, setup.data)),
                setup.data,
                setup.notes,
                setup.files);
    }

    /** A preset's sampler that needs several noise levels gives way to Langevin dynamics where there is one. */
    private static Configuration withSamplerForOneLevel(Settings asked, Configuration configuration) {
        boolean chosen = asked.has("sampling.sampler")
                || configuration.noiseLevels().count() > 1
                || configuration.sampling().sampler().use() != SamplerKind.Use.RANGE;
        return chosen ? configuration : configuration.with("sampling.sampler", AnnealedLangevin.LANGEVIN.name());
    }

    /**
     * The same for a look at a preset: where one is named and no data are, two stand-ins of the shape that it is made for
     * ({@link Presets#standIns}) take their place.
     */
    public static TrainingSetup withStandIns(Settings asked) {
        if (asked.preset().isEmpty() || asked.has("data.source")) {
            return of(asked);
        }
        String preset = Presets.on(asked.preset().get(), Presets.GREY_28);
        DataSet standIns = Presets.standIns(preset);
        Configuration described = Configuration.of(asked, preset);
        // Their classes are not counted where a number is given.
        Configuration model = described.model().classes().isPresent()
                ? ModelDefaults.moments(described, standIns)
                : ModelDefaults.resolve(described, standIns);
        Configuration configuration = NoiseDefaults.resolve(model, standIns);
        return new TrainingSetup(preset, configuration, standIns, List.of(), List.of());
    }

    /** The same with noise levels that may still be automatic: for those who choose them otherwise. */
    public static TrainingSetup withoutNoiseLevels(Settings asked) {
        // Which data there are does not depend on the preset, but which preset fits depends on the data.
        Configuration first = Configuration.of(asked, Presets.DIGITS);
        String source = first.data().source();
        if (asked.has("data.source")) {
            DataSets.requireUnambiguous(source);
        }
        boolean drawn = DataSets.isDrawn(source);
        boolean sized = drawn || first.data().size() != null;
        Optional<SizeChoice> size = sized ? Optional.empty() : surveyedSize(asked, first.data());
        Settings settings = withSize(asked, size);
        DataSet data = open(settings);
        if (!sized && size.isEmpty() && data instanceof Images images) {
            PictureSurvey.Pixels pixels = new PictureSurvey.Pixels(images.height(), images.width());
            size = SizeChoice.of(List.of(pixels), divisor(asked));
            if (size.isPresent()) {
                settings = withSize(asked, size);
                data = open(settings);
            }
        }
        String suited = Presets.forSamples(source.equals(DataSets.DIGITS), data.sample());
        String preset = asked.preset().map(name -> Presets.on(name, suited)).orElse(suited);
        Configuration chosen = ModelDefaults.resolve(withAbsoluteSource(Configuration.of(settings, preset)), data);
        if (chosen.training().flip() && SampleKind.isPoint(data.sample())) {
            throw new BadConfigurationException("data.flip mirrors images, but " + data.name() + " are points");
        }
        requireAugmentationFits(chosen, data);
        List<String> notes = new ArrayList<>();
        size.ifPresent(choice -> notes.add("data.size=" + choice.size() + ", cut from the middle, because "
                + choice.reason() + "; data.size=HxW sets another"));
        if (chosen.training().flip() && !asked.has("data.flip")) {
            notes.add(
                    "data.flip=true, because a mirrored photograph is as likely as the photograph; data.flip=false where"
                            + " left and right differ, as in writing");
        }
        List<String> files = data instanceof Images images ? images.files() : List.of();
        return new TrainingSetup(preset, chosen, data, List.copyOf(notes), files);
    }

    private static void requireAugmentationFits(Configuration chosen, DataSet data) {
        if (chosen.training().augmentation() == 0) {
            return;
        }
        if (SampleKind.isPoint(data.sample())) {
            throw new BadConfigurationException(
                    "data.augmentation moves images, but " + data.name() + " are points; set data.augmentation=0");
        }
        if (chosen.objective().matching() == ObjectiveSettings.Matching.EXACT) {
            throw new BadConfigurationException(
                    "data.augmentation tells the network about each image of a batch, but objective.matching=exact repeats them;"
                            + " set data.augmentation=0, or another objective such as annealed");
        }
    }

    private static DataSet open(Settings settings) {
        Configuration configuration = Configuration.of(settings, Presets.DIGITS);
        return configuration.data().open(configuration.training().seed());
    }

    /** The size that the pictures of a folder or zip are brought to: none where they can stay as they are. */
    private static Optional<SizeChoice> surveyedSize(Settings asked, DataSettings settings) {
        Path path = Path.of(settings.source());
        DataSets.requireNoSlip(path);
        return PictureSurvey.of(path, settings.skipDamaged())
                .map(PictureSurvey::sizes)
                .filter(sizes -> !sizes.isEmpty()) // reading it will say so
                .flatMap(sizes -> SizeChoice.of(sizes, divisor(asked)));
    }

    private static Settings withSize(Settings asked, Optional<SizeChoice> size) {
        return size.map(choice -> Settings.of("data.size", choice.size().toString())
                        .over(Settings.of("data.crop", true))
                        .over(asked))
                .orElse(asked);
    }

    /** All presets' networks for images are halved equally often; a user's own may not be. */
    private static int divisor(Settings asked) {
        return Configuration.of(asked, Presets.COLOUR_32).network().divisor();
    }

    /** The same configuration for a program that runs in another folder: the data's path becomes absolute. */
    public static Configuration withAbsoluteSource(Configuration configuration) {
        return configuration.with(
                "data.source", DataSets.absolute(configuration.data().source()));
    }

    /** What the sample with an index is called: {@code image 17}, with its file where it has one. */
    public String sampleName(int index) {
        return SampleKind.singular(data.sample()) + " " + index
                + (files.isEmpty() ? "" : " (" + files.get(index) + ")");
    }
}
