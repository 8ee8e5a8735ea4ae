package scorefield.cli.option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.cli.console.UserException;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.SamplingSettings;
import scorefield.ncsn.sampler.SamplerKind;
import scorefield.ncsn.sampler.Samplers;
import scorefield.ncsn.setting.Key;

/** The options that choose a sampler and its parameters. Those of single samplers follow from what the samplers declare. */
public final class SamplerOptions {

    @Option(
            names = "--evaluations",
            paramLabel = "N",
            split = ",",
            description = "The number of network evaluations for each batch; noise levels (spaced geometrically) and"
                    + " steps follow from it. Without it, it follows from them. For `sample --compare`, several"
                    + " numbers: 25,50,100.")
    private List<Integer> evaluations = List.of();

    @Option(
            names = "--sigma-max",
            paramLabel = "S",
            description = "The first noise level. Without it, the largest that the run was trained on.")
    private @Nullable Double sigmaMax;

    @Option(
            names = "--levels",
            paramLabel = "L",
            description = "How many noise levels. Without it, as many as the run was trained on.")
    private @Nullable Integer levels;

    @Option(
            names = "--autoguidance",
            paramLabel = "W",
            description =
                    "How strongly an early state of the network guides, if the run has kept one; each evaluation then takes"
                            + " two networks. 0: not. Without it, the run's sampling.autoguidance.")
    private @Nullable Double autoguidance;

    @Option(
            names = "--autoguidance-min",
            paramLabel = "S",
            description = "The smallest noise level with autoguidance. Without it, the run's.")
    private @Nullable Double autoguidanceMin;

    @Option(
            names = "--autoguidance-max",
            paramLabel = "S",
            description = "The largest noise level with autoguidance. Without it, the run's.")
    private @Nullable Double autoguidanceMax;

    @Option(names = "--no-denoise", description = "Leave out the last step, x + sigma-min^2 * score.")
    private boolean noDenoise;

    private final OptionSpec sampler = samplerOption();

    /** The options of the samplers' own parameters. */
    private final Map<Key, OptionSpec> own = ownOptions();

    private static OptionSpec samplerOption() {
        List<String> description = new ArrayList<>();
        description.add("The sampler. Without it, the run's sampling.sampler. One of:");
        Samplers.ALL.forEach(kind -> description.add("- " + kind.name() + ": " + kind.description()));
        return OptionSpec.builder("--sampler")
                .paramLabel("NAME")
                .type(String.class)
                .completionCandidates(
                        Samplers.ALL.stream().map(SamplerKind::name).toList())
                .description(description.toArray(String[]::new))
                .build();
    }

    private static Map<Key, OptionSpec> ownOptions() {
        Map<String, Key> keys = new LinkedHashMap<>();
        for (SamplerKind<?> kind : Samplers.ALL) {
            kind.parameters().keys().forEach(key -> keys.putIfAbsent(key.name(), key));
        }
        Map<Key, OptionSpec> options = new LinkedHashMap<>();
        keys.values().forEach(key -> options.put(key, ownOption(key)));
        return options;
    }

    private static OptionSpec ownOption(Key key) {
        String meaning = Configuration.meaning(key.name());
        return OptionSpec.builder("--" + key.shortName())
                .paramLabel("VALUE")
                .type(String.class)
                .description(Character.toUpperCase(meaning.charAt(0)) + meaning.substring(1)
                        + ". Without it, the run's " + key.name() + ".")
                .build();
    }

    /** Adds the options that are not fields to the command. */
    @Spec(Spec.Target.SELF)
    void declare(CommandSpec mixin) {
        mixin.addOption(sampler);
        own.values().forEach(mixin::addOption);
    }

    /**
     * Adds what was typed to the settings, and refuses what the sampler has no use for.
     *
     * @param run the run's configuration, whose sampler it is where none was typed
     */
    public void addTo(TypedOptions asked, Configuration run) {
        if (evaluations.size() > 1) {
            throw new UserException(
                    "--evaluations must be one number; got " + evaluations + "; several are for --compare");
        }
        for (int number : evaluations) {
            // Before what follows from it: what is wrong with the number is then said of the option.
            asked.add("--evaluations", "sampling.evaluations", number);
            asked.add("--evaluations", SamplingSettings.spending(number));
        }
        asked.add("--sampler", "sampling.sampler", sampler.getValue());
        addCommonTo(asked);
        SamplerKind<?> kind = run.with(asked.settings()).sampling().sampler();
        addTaken(asked, kind, "--sigma-max", "noise.sigma-max", sigmaMax);
        addTaken(asked, kind, "--levels", "noise.levels", levels);
        own.forEach((key, option) -> addTaken(asked, kind, option.longestName(), key.name(), value(option)));
        if (!evaluations.isEmpty()) {
            requireNothingReplaced(kind);
        }
    }

    /** What the number of evaluations decides cannot be given as well. */
    private void requireNothingReplaced(SamplerKind<?> kind) {
        if (levels != null) {
            throw new UserException(
                    "--levels: the number of noise levels follows from --evaluations; give one of the two");
        }
        own.forEach((key, option) -> {
            if (option.getValue() != null && kind.replaced().contains(key.shortName())) {
                throw new UserException(option.longestName() + ": the number of steps of " + kind.name()
                        + " follows from --evaluations; give one of the two");
            }
        });
    }

    /**
     * The numbers of evaluations with which all samplers are compared; options that are for one sampler are refused.
     *
     * @param standard where none were typed
     */
    public List<Integer> compared(List<Integer> standard) {
        refuse("--sampler", sampler.getValue());
        refuse("--sigma-max", sigmaMax);
        refuse("--levels", levels);
        own.forEach((key, option) -> {
            if (followsFromEvaluations(key)) {
                refuse(option.longestName(), option.getValue());
            }
        });
        return evaluations.isEmpty() ? standard : evaluations;
    }

    private static boolean followsFromEvaluations(Key key) {
        return key.canBeAuto()
                || Samplers.ALL.stream().anyMatch(kind -> kind.replaced().contains(key.shortName()));
    }

    private static void refuse(String option, @Nullable Object value) {
        if (value != null) {
            throw new UserException(option + ": --compare takes every sampler, with levels and steps that follow from"
                    + " --evaluations; leave one of the two out");
        }
    }

    /** Adds to the settings what the compared samplers share. */
    public void addSharedTo(TypedOptions asked) {
        own.forEach((key, option) -> {
            if (!followsFromEvaluations(key)) {
                asked.add(option.longestName(), key.name(), value(option));
            }
        });
        addCommonTo(asked);
    }

    private void addCommonTo(TypedOptions asked) {
        asked.add("--autoguidance", "sampling.autoguidance", autoguidance);
        asked.add("--autoguidance-min", "sampling.autoguidance-min", autoguidanceMin);
        asked.add("--autoguidance-max", "sampling.autoguidance-max", autoguidanceMax);
        asked.add("--no-denoise", "sampling.denoise", noDenoise ? false : null);
    }

    private static void addTaken(
            TypedOptions asked, SamplerKind<?> kind, String option, String key, @Nullable Object value) {
        asked.add(option, key, value);
        if (value != null) {
            Samplers.requireTakes(kind, key);
        }
    }

    private static @Nullable Object value(OptionSpec option) {
        String typed = option.getValue();
        return typed == null ? null : SettingsOptions.value(option.longestName() + "=" + typed, typed);
    }
}
