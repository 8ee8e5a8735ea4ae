package scorefield.ncsn.configuration;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.ToNumberPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import scorefield.ncsn.data.ImageSize;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.UNetSettings;
import scorefield.ncsn.objective.Projection;

/**
 * Every key with its value, and the typed settings that the program reads from them.
 *
 * <p>Values come from three places, the later ones winning: each key's default, a preset, and what a person set. A value may be
 * {@code auto} until the data are known.
 */
public final class Configuration {

    private static final Gson JSON = new GsonBuilder()
            .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
            .create();

    private final Settings settings;

    private Configuration(Settings settings) {
        this.settings = settings;
        network(); // refuses what no network can be
        noise();
    }

    /** What a person set, then the preset's settings (the one asked for, else the given one), then the defaults. */
    public static Configuration of(Settings set, String preset) {
        Map<Key, Object> defaults = new LinkedHashMap<>();
        Keys.ALL.values().forEach(key -> defaults.put(key, key.standard()));
        Settings chosen = Presets.settings(set.preset().orElse(preset));
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
     * The configuration for going on with a run of this one: what does not change what is learnt may be set anew. {@code auto} leaves the
     * choice as it was made.
     *
     * @throws BadConfigurationException naming the first key that a run cannot change
     */
    public Configuration resumedWith(Settings asked) {
        Settings all =
                asked.preset().map(name -> asked.over(Presets.settings(name))).orElse(asked);
        Map<Key, Object> changed = new LinkedHashMap<>();
        for (Key key : Keys.ALL.values()) {
            Object wanted = all.values().get(key);
            if (wanted == null || wanted.equals(value(key))) {
                continue;
            }
            if (key.adjustable()) {
                changed.put(key, wanted);
            } else if (!wanted.equals(Kind.OrAuto.AUTO)) {
                throw new BadConfigurationException(key.name() + " is " + value(key) + " in the run, but " + wanted
                        + " was asked for: a run keeps it; resume without it, or start a new run");
            }
        }
        return with(new Settings(changed, null));
    }

    private Object value(Key key) {
        return settings.values().get(key);
    }

    private int whole(Key key) {
        return Math.toIntExact((Long) value(key));
    }

    private long count(Key key) {
        return (Long) value(key);
    }

    private double real(Key key) {
        return (Double) value(key);
    }

    private boolean flag(Key key) {
        return (Boolean) value(key);
    }

    public DataSettings data() {
        String size = (String) value(Keys.SIZE);
        return new DataSettings(
                (String) value(Keys.SOURCE),
                Kind.OrAuto.whole(value(Keys.COUNT)),
                size.equals(Kind.OrAuto.AUTO) ? null : ImageSize.parse(size),
                flag(Keys.CROP));
    }

    public UNetSettings network() {
        List<Integer> multipliers = ((List<?>) value(Keys.MULTIPLIERS))
                .stream().map(number -> ((Long) number).intValue()).toList();
        try {
            return new UNetSettings(whole(Keys.CHANNELS), multipliers, whole(Keys.BLOCKS));
        } catch (IllegalArgumentException e) {
            throw new BadConfigurationException("network: " + e.getMessage());
        }
    }

    public MlpSettings mlp() {
        return new MlpSettings(whole(Keys.WIDTH), whole(Keys.HIDDEN));
    }

    /** How many classes the network is told of, 0 for none; empty for as many as the data have. */
    public OptionalInt classes() {
        return Kind.OrAuto.whole(value(Keys.CLASSES));
    }

    public ObjectiveSettings objective() {
        return new ObjectiveSettings(
                Kind.OneOf.choice(ObjectiveSettings.Matching.class, value(Keys.MATCHING)),
                real(Keys.POWER),
                Kind.OneOf.choice(Projection.class, value(Keys.PROJECTION)),
                whole(Keys.PROJECTIONS),
                real(Keys.FD_EPSILON));
    }

    public NoiseSettings noise() {
        NoiseSettings noise = new NoiseSettings(
                Kind.OrAuto.real(value(Keys.SIGMA_MAX)), real(Keys.SIGMA_MIN), Kind.OrAuto.whole(value(Keys.LEVELS)));
        boolean oneLevel = !objective().matching().annealed();
        if (!oneLevel && noise.sigmaMax().isPresent() && noise.sigmaMax().getAsDouble() <= noise.sigmaMin()) {
            throw new BadConfigurationException("noise.sigma-max must be greater than noise.sigma-min = "
                    + noise.sigmaMin() + ", not " + noise.sigmaMax().getAsDouble());
        }
        return noise;
    }

    public TrainingSettings training() {
        return new TrainingSettings(
                count(Keys.TRAINING_STEPS),
                whole(Keys.BATCH),
                Kind.OneOf.choice(TrainingSettings.Sigmas.class, value(Keys.SIGMAS)),
                real(Keys.LEARNING_RATE),
                count(Keys.WARMUP),
                real(Keys.BETA1),
                real(Keys.BETA2),
                real(Keys.EPSILON),
                real(Keys.CLIP),
                real(Keys.AVERAGE),
                count(Keys.SEED),
                real(Keys.CLASS_DROPOUT));
    }

    public SamplingSettings sampling() {
        return new SamplingSettings(
                Kind.OneOf.choice(SamplerKind.class, value(Keys.SAMPLER)),
                Kind.OrAuto.whole(value(Keys.EVALUATIONS)),
                Kind.OrAuto.whole(value(Keys.STEPS_PER_LEVEL)),
                Kind.OrAuto.real(value(Keys.STEP_SIZE)),
                Kind.OrAuto.real(value(Keys.ETA)),
                real(Keys.SNR),
                whole(Keys.CORRECTIONS),
                real(Keys.TOLERANCE),
                flag(Keys.DENOISE),
                whole(Keys.IMAGES));
    }

    public OutputSettings output() {
        return new OutputSettings(
                count(Keys.LOG_EVERY),
                count(Keys.CHECKPOINT_EVERY),
                count(Keys.PREVIEW_EVERY),
                whole(Keys.PREVIEW_IMAGES),
                whole(Keys.PREVIEW_LEVELS));
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

    public String toJson() {
        return JSON.toJson(toMap());
    }

    /**
     * The inverse of {@link #toJson}.
     *
     * @throws BadConfigurationException if the text is not JSON, a key is missing, unknown, or has a value that is not allowed
     */
    public static Configuration fromJson(String json) {
        Map<?, ?> nested;
        try {
            nested = JSON.fromJson(json, Map.class);
        } catch (JsonParseException e) {
            throw new BadConfigurationException("the configuration is not JSON: " + e.getMessage());
        }
        if (nested == null) {
            throw new BadConfigurationException("the configuration is empty");
        }
        Map<Key, Object> defaults = new LinkedHashMap<>();
        Keys.LATER.forEach(key -> defaults.put(key, key.standard()));
        Settings settings = Settings.read(nested).over(new Settings(defaults, null));
        for (Key key : Keys.ALL.values()) {
            if (!settings.values().containsKey(key)) {
                throw new BadConfigurationException("the configuration lacks " + key.name());
            }
        }
        return new Configuration(settings);
    }

    /** What a key means, in one line for people. */
    public static String meaning(String name) {
        return Settings.key(name).meaning();
    }

    /** One entry for each key: its name and default, what it means, what it takes. */
    public static String describeKeys() {
        StringBuilder text = new StringBuilder();
        for (Key key : Keys.ALL.values()) {
            text.append("  %s = %s%n      %s (%s)%n"
                    .formatted(
                            key.name(),
                            key.standard(),
                            key.meaning(),
                            key.kind().allowed()));
        }
        return text.toString();
    }
}
