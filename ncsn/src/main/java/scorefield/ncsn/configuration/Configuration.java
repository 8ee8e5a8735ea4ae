package scorefield.ncsn.configuration;

import com.google.gson.Gson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.network.Autoguidance;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.Parametrisation;
import scorefield.ncsn.network.UNetSettings;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.sampler.SamplerKind;
import scorefield.ncsn.sampler.Samplers;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SigmaDensity;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.setting.Key;
import scorefield.ncsn.setting.Kind;
import scorefield.ncsn.setting.Section;

/**
 * Every key with its value, and the typed settings that the program reads from them.
 *
 * <p>Values come from three places, the later ones winning: each key's default, a preset, and what a person set. A value may be
 * {@code auto} until the data are known.
 */
public final class Configuration {

    private static final Gson JSON = new Gson();

    private static final Set<String> NETWORK = Set.of("network", "model");
    private static final String CLASSES = "model.classes";

    private final Settings settings;

    private Configuration(Settings settings) {
        this.settings = settings;
        network(); // refuses what no network can be
        requireNoiseFits();
    }

    /**
     * What a person set, then the preset's settings, then the defaults.
     *
     * @param preset where none is asked for; where a recipe is, the preset whose kind of data it is for
     */
    public static Configuration of(Settings set, String preset) {
        Map<String, Object> defaults = new LinkedHashMap<>();
        Keys.ALL.values().forEach(key -> defaults.put(key.name(), key.defaultValue()));
        Settings chosen = Presets.settings(
                set.preset().map(name -> Presets.on(name, preset)).orElse(preset));
        return new Configuration(
                new Settings(set.over(chosen).over(new Settings(defaults, null)).values(), null));
    }

    /** This configuration with other values for some keys. */
    public Configuration with(Settings changed) {
        return new Configuration(new Settings(changed.over(settings).values(), null));
    }

    /** This configuration with another value for one key, by its full name. */
    public Configuration with(String name, Object value) {
        return with(Settings.of(name, value));
    }

    /**
     * The configuration with which a run of this one resumes: settings that do not change what is learned may have new values. {@code auto} leaves the
     * choice as it was made.
     *
     * @throws BadConfigurationException naming the first key that a run cannot change
     */
    public Configuration resumedWith(Settings asked) {
        Settings all =
                asked.preset().map(name -> asked.over(Presets.settings(name))).orElse(asked);
        Map<String, Object> changed = new LinkedHashMap<>();
        for (Key key : Keys.ALL.values()) {
            Object wanted = all.values().get(key.name());
            if (wanted == null || wanted.equals(value(key))) {
                continue;
            }
            if (key.adjustable()) {
                changed.put(key.name(), wanted);
            } else if (!wanted.equals(Kind.AUTO)) {
                throw new BadConfigurationException(key.name() + " is " + value(key) + " in the run, but " + wanted
                        + " was asked for: a resumed run keeps this setting; resume without it, or start a new run");
            }
        }
        return with(new Settings(changed, null));
    }

    /** The value of a key, by its full name. */
    public Object value(String name) {
        return value(Settings.key(name));
    }

    /**
     * The settings that decide which network it is, for a run that starts with this one's parameters. The number of classes is not among them:
     * it follows from the data.
     */
    public Settings ofNetwork() {
        Map<String, Object> own = new LinkedHashMap<>();
        for (Key key : Keys.ALL.values()) {
            if (NETWORK.contains(key.section()) && !key.name().equals(CLASSES)) {
                own.put(key.name(), value(key));
            }
        }
        return new Settings(own, null);
    }

    private Object value(Key key) {
        return settings.values().get(key.name());
    }

    private <R extends Record> R read(Section<R> section) {
        return section.read(settings.values());
    }

    /** What to train on. */
    public DataSettings data() {
        return read(Keys.DATA);
    }

    /** The size of the network for images. */
    public UNetSettings network() {
        return read(Keys.UNET);
    }

    /** The size of the network for points. */
    public MlpSettings mlp() {
        return read(Keys.MLP);
    }

    /** What the network is conditioned on. */
    public ModelSettings model() {
        return read(Keys.MODEL);
    }

    /** What to minimise. */
    public ObjectiveSettings objective() {
        return read(Keys.OBJECTIVE);
    }

    /** The noise schedule. */
    public NoiseSettings noise() {
        return read(Keys.NOISE);
    }

    /** How to train. */
    public TrainingSettings training() {
        return read(Keys.TRAINING);
    }

    /** How the device computes. */
    public DeviceSettings device() {
        return read(Keys.DEVICE);
    }

    /** How to sample, whatever the sampler. */
    public SamplingSettings sampling() {
        return read(Keys.SAMPLING);
    }

    /** What a training run writes, and when. */
    public OutputSettings output() {
        return read(Keys.OUTPUT);
    }

    /** What is set of a sampler's own parameters. */
    public <P extends Record> P parameters(SamplerKind<P> kind) {
        return read(kind.parameters());
    }

    /** The noise levels of the noise schedule; those that are {@code auto} must be {@linkplain NoiseDefaults#resolve resolved}. */
    public NoiseLevels noiseLevels() {
        NoiseSettings noise = noise();
        try {
            return NoiseLevels.geometric(
                    noise.sigmaMax().orElseThrow(),
                    noise.sigmaMin(),
                    noise.levels().orElseThrow());
        } catch (IllegalArgumentException e) {
            throw new BadConfigurationException("noise.levels: " + e.getMessage());
        }
    }

    /** How training draws noise levels: an objective at one level has that one only. What is {@code auto} must be resolved. */
    public SigmaDensity sigmaDensity() {
        if (!objective().matching().annealed()) {
            return SigmaDensity.uniformOver(noiseLevels());
        }
        return training().density(noiseLevels(), model().dataDeviation());
    }

    /** What training minimises; what is {@code auto} must be resolved. */
    public Objective trainingObjective() {
        return objective().objective(model().dataDeviation());
    }

    /**
     * The sampler that is set, through the {@link #noiseLevels}.
     *
     * @throws BadConfigurationException naming the setting that does not fit
     */
    public SamplerChoice sampler() {
        return sampler(sampling().sampler());
    }

    private <P extends Record> SamplerChoice sampler(SamplerKind<P> kind) {
        SamplingSettings sampling = sampling();
        Autoguidance guidance = guidance();
        OptionalInt evaluations = sampling.evaluations();
        if (guidance.active() && evaluations.isPresent()) {
            if (evaluations.getAsInt() < 4) {
                throw new BadConfigurationException(
                        "sampling.evaluations must be at least 4 with sampling.autoguidance,"
                                + " which evaluates two networks at a time; got " + evaluations.getAsInt());
            }
            evaluations = OptionalInt.of(evaluations.getAsInt() / guidance.networks());
        }
        try {
            return kind.choose(noiseLevels(), evaluations, sampling.denoise(), parameters(kind))
                    .guidedBy(guidance);
        } catch (BadConfigurationException e) {
            throw guidance.active() && evaluations.isPresent()
                    ? new BadConfigurationException(e.getMessage() + " (with sampling.autoguidance, "
                            + sampling.evaluations().getAsInt() + " network evaluations give "
                            + evaluations.getAsInt() + " scores)")
                    : e;
        }
    }

    private Autoguidance guidance() {
        Autoguidance guidance = sampling().guidance();
        if (guidance.active() && training().guide() == 0) {
            throw new BadConfigurationException("sampling.autoguidance needs a guide, but the training keeps none:"
                    + " training.guide is 0; set training.guide=0.2 for a new run, or leave out sampling.autoguidance");
        }
        return guidance;
    }

    /**
     * The same for a quick look during training: through other noise levels, with parameters that suit them, and in as many evaluations as
     * follow from both.
     *
     * @param levels how many noise levels
     */
    public SamplerChoice previewSampler(int levels) {
        Configuration quick = with(SamplingSettings.automatic()).with("noise.levels", levels);
        return quick.previewSampler(quick.sampling().sampler());
    }

    private <P extends Record> SamplerChoice previewSampler(SamplerKind<P> kind) {
        return kind.choosePreview(noiseLevels(), sampling().denoise(), parameters(kind));
    }

    private void requireNoiseFits() {
        NoiseSettings noise = noise();
        boolean oneLevel = !objective().matching().annealed();
        if (!oneLevel && noise.sigmaMax().isPresent() && noise.sigmaMax().getAsDouble() <= noise.sigmaMin()) {
            throw new BadConfigurationException("noise.sigma-max must be greater than noise.sigma-min = "
                    + noise.sigmaMin() + "; got " + noise.sigmaMax().getAsDouble());
        }
    }

    /**
     * Refuses a configuration in which something that a run decides is still left to the program.
     *
     * @throws BadConfigurationException naming the key
     */
    public void requireResolved() {
        List<String> decided = new ArrayList<>(List.of("model.classes", "noise.sigma-max", "noise.levels"));
        boolean scaled = model().parametrisation() == Parametrisation.Kind.EDM
                || objective().weight() != ObjectiveSettings.Weight.POWER
                || training().sigmas() == TrainingSettings.Sigmas.LOG_NORMAL
                || training().sigmas() == TrainingSettings.Sigmas.COSINE;
        if (scaled) {
            decided.addAll(List.of("model.data-mean", "model.data-deviation"));
        }
        for (String name : decided) {
            if (Kind.AUTO.equals(settings.values().get(name))) {
                throw new BadConfigurationException(name + " must be a number in a run; it is " + Kind.AUTO);
            }
        }
    }

    /** Sections with their keys, as they are written to JSON and YAML. */
    public Map<String, Map<String, Object>> toMap() {
        Map<String, Map<String, Object>> nested = new LinkedHashMap<>();
        Keys.ALL
                .values()
                .forEach(key -> nested.computeIfAbsent(key.section(), section -> new LinkedHashMap<>())
                        .put(key.shortName(), value(key)));
        return nested;
    }

    /** All settings as JSON, by section and key, as a checkpoint stores them; {@link #fromJson} reads them. */
    public String toJson() {
        return JSON.toJson(toMap());
    }

    /**
     * The inverse of {@link #toJson}.
     *
     * @throws BadConfigurationException if the text is not JSON, a key is missing, unknown, or has a value that is not allowed
     */
    public static Configuration fromJson(String json) {
        Object nested;
        try {
            nested = Json.parse(json, "the configuration", "use a checkpoint that was not altered")
                    .plain();
        } catch (BadFileException e) {
            throw new BadConfigurationException(String.valueOf(e.getMessage()));
        }
        if (!(nested instanceof Map<?, ?> sections)) {
            throw new BadConfigurationException("the configuration must be sections of keys");
        }
        Settings settings = Settings.read(sections).completedIfWhole();
        for (Key key : Keys.ALL.values()) {
            if (!Keys.needNotBeKnown(key) && !settings.values().containsKey(key.name())) {
                throw new BadConfigurationException("the configuration lacks " + key.name());
            }
        }
        return new Configuration(settings);
    }

    /** What a key means, in one line for people. */
    public static String meaning(String name) {
        String description = Settings.key(name).setting().description();
        String owners = Samplers.owners(name);
        return owners.isEmpty() ? description : "for " + owners + ": " + description;
    }

    /** One entry for each key: its name and default, what it means, what it takes. */
    public static String describeKeys() {
        StringBuilder text = new StringBuilder();
        for (Key key : Keys.ALL.values()) {
            text.append("  %s = %s%n      %s (%s)%n"
                    .formatted(
                            key.name(),
                            key.defaultValue(),
                            meaning(key.name()),
                            key.kind().allowed()));
        }
        return text.toString();
    }
}
