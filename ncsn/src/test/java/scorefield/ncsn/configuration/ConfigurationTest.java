package scorefield.ncsn.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.LargestDistance;
import scorefield.ncsn.data.Moments;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.network.Preconditioning;
import scorefield.ncsn.network.UNet;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.sampler.PredictorCorrector;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SigmaDensity;
import scorefield.ncsn.setting.BadConfigurationException;

class ConfigurationTest {

    private static Configuration of(Map<?, ?> nested) {
        return Configuration.of(Settings.read(nested), Presets.GREY_28);
    }

    @Test
    void aPersonsSettingsWinOverThePresetsAndThoseOverTheDefaults() {
        Configuration configuration =
                Configuration.of(Settings.read(Map.of("training", Map.of("batch", 3))), Presets.DIGITS);
        assertThat(configuration.training().batch()).isEqualTo(3);
        assertThat(configuration.training().warmup()).isEqualTo(50);
        assertThat(configuration.training().beta1()).isEqualTo(0.9);
    }

    @Test
    void aPresetAskedForByNameWinsOverTheOneThatFitsTheData() {
        Configuration configuration =
                Configuration.of(Settings.read(Map.of("preset", Presets.COLOUR_32)), Presets.GREY_28);
        assertThat(configuration.network().channels()).isEqualTo(64);
    }

    static List<String> presets() {
        return Presets.names();
    }

    @ParameterizedTest
    @MethodSource("presets")
    void everyPresetIsAllowed(String preset) {
        assertThat(Configuration.of(Settings.NONE, preset).toMap()).isNotEmpty();
        assertThat(Presets.about(preset)).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "training.learnign-rate, training.learning-rate",
        "training.learningRate, training.learning-rate",
        "training.learning_rate, training.learning-rate",
        "trainig.batch, training.batch",
        "batch, training.batch",
        "sigma_max, noise.sigma-max",
        "network.multiplier, network.multipliers"
    })
    void anUnknownKeyIsRefusedWithTheNearestRightOne(String typed, String meant) {
        assertThatThrownBy(() -> Settings.of(typed, 1))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessage("unknown key '" + typed + "'; did you mean '" + meant + "'?");
    }

    @Test
    void aKeyLikeNoOtherIsRefusedWithAllOfItsSection() {
        assertThatThrownBy(() -> Settings.of("noise.colourfulness", 1))
                .hasMessage(
                        "unknown key 'noise.colourfulness'; there are: noise.sigma-max, noise.sigma-min, noise.levels");
    }

    @Test
    void anUnknownSectionIsRefused() {
        assertThatThrownBy(() -> of(Map.of("trainig", Map.of())))
                .hasMessage("unknown section 'trainig'; did you mean 'training'?");
        assertThatThrownBy(() -> of(Map.of("batch", 3)))
                .hasMessage("unknown section 'batch'; did you mean 'training.batch'?");
        assertThatThrownBy(() -> of(Map.of("training", 3))).hasMessage("training must be a group of keys; got 3");
    }

    @Test
    void aWrongTypeOrAnImpossibleValueIsRefusedWithWhatIsAllowed() {
        assertThatThrownBy(() -> Settings.of("training.batch", "many"))
                .hasMessage("training.batch must be a whole number from 1 to 65536; got the text 'many'");
        assertThatThrownBy(() -> Settings.of("training.batch", 0))
                .hasMessage("training.batch must be a whole number from 1 to 65536; got 0");
        assertThatThrownBy(() -> Settings.of("training.batch", 1.5)).hasMessageContaining("got 1.5");
        assertThatThrownBy(() -> Settings.of("training.beta1", 1))
                .hasMessage("training.beta1 must be a number from 0 to 0.999999; got 1");
        assertThatThrownBy(() -> Settings.of("training.learning-rate", Double.NaN))
                .hasMessageContaining("got NaN");
        assertThatThrownBy(() -> Settings.of("training.learning-rate", Double.POSITIVE_INFINITY))
                .hasMessage("training.learning-rate must be a number greater than 0; got Infinity");
        assertThatThrownBy(() -> Settings.of("noise.levels", "automatic"))
                .hasMessage("noise.levels must be auto or a whole number from 1 to 100000; got the text 'automatic'");
        assertThatThrownBy(() -> Settings.of("network.multipliers", List.of(1, 0)))
                .hasMessageContaining("a list of 1 to 8 numbers, each a whole number from 1 to 32")
                .hasMessageEndingWith("got [1, 0]");
        assertThatThrownBy(() -> Settings.of("model.attention", "all"))
                .hasMessage(
                        "model.attention must be a list of 0 to 8 numbers, each a whole number from 1 to 65536, such as"
                                + " [14, 7]; got the text 'all'");
        assertThatThrownBy(() -> Settings.of("data.size", "wide"))
                .hasMessage(
                        "data.size must be auto or a size such as 32 or 48x32 (rows x columns); got the text 'wide'");
        assertThatThrownBy(() -> Settings.of("data.crop", "yes"))
                .hasMessage("data.crop must be true or false; got the text 'yes'");
        assertThatThrownBy(() -> Settings.of("preset", "digit"))
                .hasMessage("unknown preset 'digit'; did you mean 'digits'?");
    }

    @Test
    void attentionIsAListOfResolutionsOneOfThemOrNone() {
        assertThat(of(Map.of()).network().attention()).isEmpty();
        assertThat(of(Map.of("model", Map.of("attention", List.of(14, 7))))
                        .network()
                        .attention())
                .containsExactly(14, 7);
        assertThat(of(Map.of("model", Map.of("attention", 16))).network().attention())
                .containsExactly(16);
        assertThat(of(Map.of("model", Map.of("attention", List.of()))).network().attention())
                .isEmpty();
    }

    @Test
    void valuesThatDoNotFitTogetherAreRefused() {
        assertThatThrownBy(() -> of(Map.of("noise", Map.of("sigma-max", 0.01))))
                .hasMessage("noise.sigma-max must be greater than noise.sigma-min = 0.01; got 0.01");
        assertThatThrownBy(() -> of(Map.of("network", Map.of("channels", 30))))
                .hasMessageStartingWith("network: channels must be a multiple of 4");
        assertThatThrownBy(() -> of(Map.of("objective", Map.of("uncertainty", true, "matching", "exact"))))
                .hasMessageContaining("objective.uncertainty needs objective.matching=annealed")
                .hasMessageContaining("got exact");
    }

    @Test
    void goesThroughJsonUnchanged() {
        Configuration configuration = of(Map.of(
                "training",
                Map.of("seed", Long.MIN_VALUE, "learning-rate", 0.1 + 0.2),
                "data",
                Map.of("size", "48x32")));
        Configuration read = Configuration.fromJson(configuration.toJson());
        assertThat(read.toMap()).isEqualTo(configuration.toMap());
        assertThat(read.data().size()).hasToString("48x32");
    }

    /** A setting that is added says {@code later = true}: this file has those of the first version, and is never changed. */
    @Test
    void aRunOfTheFirstVersionIsRead() throws IOException {
        String json;
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("first-version.json"))) {
            json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Configuration read = Configuration.fromJson(json);
        assertThat(read.network().channels()).isEqualTo(16);
        assertThat(read.noise().sigmaMax()).hasValue(17.5);
        assertThat(read.sampling().sampler().name()).isEqualTo("annealed");
        assertThat(read.parameters(AnnealedLangevin.ANNEALED).stepsPerLevel()).hasValue(3);
        assertThat(read.parameters(PredictorCorrector.KIND).snr()).isEqualTo(0.16);
        assertThat(read.objective().uncertainty()).isFalse();
        assertThat(read.training().augmentation()).isZero();
    }

    @Test
    void damagedJsonIsRefused() {
        assertThatThrownBy(() -> Configuration.fromJson("{")).isInstanceOf(BadConfigurationException.class);
        assertThatThrownBy(() -> Configuration.fromJson("{\"training\": {}}"))
                .hasMessage("the configuration lacks data.source");
    }

    @Test
    void aResumedRunMayChangeWhatItWritesButNotWhatItLearns() {
        Configuration run = of(Map.of("noise", Map.of("levels", 10)));
        Configuration longer =
                run.resumedWith(Settings.of("training.steps", 7).over(Settings.of("noise.levels", "auto")));
        assertThat(longer.training().steps()).isEqualTo(7);
        assertThat(longer.noise()).isEqualTo(run.noise());
        assertThat(run.resumedWith(Settings.of("noise.levels", 10)).toMap()).isEqualTo(run.toMap());
        assertThatThrownBy(() -> run.resumedWith(Settings.of("noise.levels", 11)))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageStartingWith("noise.levels is 10 in the run, but 11 was asked for");
        assertThatThrownBy(() -> run.resumedWith(Settings.of("preset", Presets.COLOUR_32)))
                .hasMessageStartingWith("data.flip is false in the run, but true was asked for");
    }

    @Test
    void autoNoiseLevelsComeFromTheData() {
        Images digits = new Digits(0).generate(100);
        Configuration resolved = NoiseDefaults.resolve(of(Map.of()), digits);
        double largest = LargestDistance.among(digits).value();
        assertThat(resolved.noise().sigmaMax()).hasValue(largest);
        // γ = 1.0820 for D = 784.
        assertThat(resolved.noise().levels())
                .hasValue((int) (1 + Math.round(Math.log(largest / 0.01) / Math.log(1.082))));
        assertThat(NoiseDefaults.resolve(resolved, new Digits(1).generate(5)).toMap())
                .isEqualTo(resolved.toMap());
    }

    @Test
    void imagesThatAreAllTheSameGiveNoNoiseLevels() {
        Images black = Images.of("black", 28, 28, 1, new byte[2 * 784]);
        assertThatThrownBy(() -> NoiseDefaults.resolve(of(Map.of()), black))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining("are they all the same?");
    }

    /** As checkpoints from before have them. */
    @Test
    void formerNamesOfDensitiesAreRead() {
        assertThat(of(Map.of("training", Map.of("sigmas", "ladder"))).training().sigmas())
                .isEqualTo(TrainingSettings.Sigmas.LEVELS);
        assertThat(of(Map.of("training", Map.of("sigmas", "continuous")))
                        .training()
                        .sigmas())
                .isEqualTo(TrainingSettings.Sigmas.LOG_UNIFORM);
    }

    /** A recipe says how to learn and sample; how large the network is and how long it is trained stays the data's. */
    @ParameterizedTest
    @CsvSource({"ncsn, digits", "ncsnv2, digits", "ncsn, colour32", "ncsnv2, points"})
    void aRecipeIsForAnyKindOfData(String recipe, String kind) {
        Configuration plain = Configuration.of(Settings.NONE, kind);
        Configuration run = Configuration.of(Settings.of("preset", recipe), kind);
        assertThat(run.model().parametrisation().name()).isEqualToIgnoringCase(recipe);
        assertThat(run.sampling().sampler()).isEqualTo(AnnealedLangevin.ANNEALED);
        assertThat(run.network()).isEqualTo(plain.network());
        assertThat(run.training().steps()).isEqualTo(plain.training().steps());
        assertThat(run.training().batch()).isEqualTo(plain.training().batch());
        String both = kind + "+" + recipe;
        assertThat(Configuration.of(Settings.NONE, both).toMap()).isEqualTo(run.toMap());
        assertThat(Configuration.of(Settings.of("preset", both), Presets.GREY_28)
                        .toMap())
                .isEqualTo(run.toMap());
        assertThat(Presets.about(both)).isEqualTo(Presets.about(kind) + "; " + Presets.about(recipe));
        assertThat(Presets.on(recipe, both)).isEqualTo(both);
        assertThat(Presets.on(kind, "grey28")).isEqualTo(kind);
    }

    /** Song & Ermon 2019, sections 5 and B: the numbers of the paper. */
    @Test
    void ncsnIsThePapersRecipe() {
        Configuration run = Configuration.of(Settings.of("preset", "ncsn"), Presets.GREY_28);
        assertThat(run.noiseLevels()).isEqualTo(NoiseLevels.geometric(1, 0.01, 10));
        assertThat(run.parameters(AnnealedLangevin.ANNEALED).stepsPerLevel()).hasValue(100);
        assertThat(run.parameters(AnnealedLangevin.ANNEALED).stepSize()).hasValue(2e-5);
        assertThat(run.sampling().denoise()).isFalse();
    }

    @Test
    void aRecipeIsNoKindOfData() {
        assertThatThrownBy(() -> Configuration.of(Settings.of("preset", "ncsn+digits"), Presets.GREY_28))
                .isInstanceOf(BadConfigurationException.class);
        assertThatThrownBy(() -> Settings.of("preset", "digits+ncsn3"))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining("unknown preset 'ncsn3'");
    }

    @Test
    void theDatasMeanAndDeviationAreMeasured() {
        Images digits = new Digits(0).generate(100);
        Moments moments = Moments.of(digits);
        Configuration asked = of(Map.of("model", Map.of("parametrisation", "edm")));
        Configuration measured = ModelDefaults.resolve(asked, digits);
        assertThat(measured.model().dataDeviation()).hasValue(moments.deviation());
        assertThat(measured.model().parametrisation(UNet.NCSN, UNet.NCSNV2))
                .isEqualTo(new Preconditioning(moments.mean(), moments.deviation()));
        Configuration given = ModelDefaults.resolve(asked.with("model.data-deviation", 0.5), digits);
        assertThat(given.model().parametrisation(UNet.NCSN, UNet.NCSNV2))
                .isEqualTo(new Preconditioning(moments.mean(), 0.5));
        assertThat(of(Map.of("model", Map.of("parametrisation", "ncsnv2")))
                        .model()
                        .parametrisation(UNet.NCSN, UNet.NCSNV2))
                .isSameAs(UNet.NCSNV2);
    }

    @Test
    void pointsWithoutSpreadHaveNoDeviation() {
        Points same = Points.of("same", 2, new float[] {1, 1, 1, 1});
        assertThatThrownBy(() -> ModelDefaults.resolve(of(Map.of()), same))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageStartingWith(
                        "model.data-deviation is the standard deviation of the data's numbers, but all of"
                                + " same are the same");
    }

    /** What is read from a configuration is what its settings say: the same noise levels from the same random numbers. */
    @Test
    void theDensityOfNoiseLevelsIsTheOneThatIsSet() {
        Configuration run = ModelDefaults.resolve(
                of(Map.of("noise", Map.of("sigma-max", 10, "levels", 5))).with("model.data-deviation", 0.3),
                new Digits(0).generate(2));
        NoiseLevels levels = run.noiseLevels();
        Map<String, SigmaDensity> densities = Map.of(
                "levels", SigmaDensity.uniformOver(levels),
                "log-uniform", SigmaDensity.logUniform(levels),
                "log-normal", SigmaDensity.logNormal(levels, 0.3, 0.25, 1.5),
                "cosine", SigmaDensity.cosine(levels, 0.3));
        densities.forEach((name, density) -> {
            Configuration set = run.with("training.sigmas", name)
                    .with("training.sigma-mean", 0.25)
                    .with("training.sigma-deviation", 1.5);
            assertThat(set.sigmaDensity().draw(new Random(3), 8)).isEqualTo(density.draw(new Random(3), 8));
        });
    }

    @Test
    void aStepSizeAtWhichSamplingDivergesIsRefused() {
        Configuration run = NoiseDefaults.resolve(
                of(Map.of("sampling", Map.of("sampler", "annealed", "step-size", 1))), new Digits(0).generate(20));
        assertThatThrownBy(() -> run.sampler())
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining("the chain diverges");
    }

    @Test
    void everyKeyIsDescribed() {
        assertThat(Configuration.describeKeys().lines()).hasSize(2 * Keys.ALL.size());
    }
}
