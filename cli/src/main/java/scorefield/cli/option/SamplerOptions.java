package scorefield.cli.option;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import scorefield.cli.console.UserException;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.SamplerKind;

/** The options that choose a sampler and its parameters. */
public final class SamplerOptions {

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description =
                    "The way from noise to samples: ${COMPLETION-CANDIDATES}. Without it, the run's sampling.sampler.")
    private @Nullable String sampler;

    @Option(
            names = "--evaluations",
            paramLabel = "N",
            split = ",",
            description =
                    "Network evaluations that a batch may take: noise levels (spaced geometrically) and steps follow"
                            + " from it. Without it, it follows from them. Where samplers are compared, several: 25,50,100.")
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
            names = "--steps-per-level",
            paramLabel = "T",
            description = "For langevin and annealed: steps at each noise level.")
    private @Nullable Integer stepsPerLevel;

    @Option(
            names = "--step-size",
            paramLabel = "E",
            description =
                    "For langevin and annealed: epsilon, the step at the last level. Without it, the best one by NCSNv2's"
                            + " technique 4.")
    private @Nullable Double stepSize;

    @Option(
            names = "--eta",
            paramLabel = "E",
            description =
                    "For consistent: from 1 - 1/gamma (no new noise) to 1 (all of it new). Without it, 1 - 1/gamma^2.")
    private @Nullable Double eta;

    @Option(
            names = "--snr",
            paramLabel = "R",
            description = "For predictor-corrector: the signal-to-noise ratio of a corrector's step.")
    private @Nullable Double snr;

    @Option(
            names = "--corrections",
            paramLabel = "M",
            description = "For predictor-corrector: the corrector's steps at each noise level.")
    private @Nullable Integer corrections;

    @Option(
            names = "--tolerance",
            paramLabel = "E",
            description =
                    "For ode: how large a step's error may be, relative and in the data's units. Without it, 0.01.")
    private @Nullable Double tolerance;

    @Option(names = "--no-denoise", description = "Leave out the last step, x + sigma-min^2 * score.")
    private boolean noDenoise;

    /**
     * Adds what was typed to the settings, and refuses what the sampler has no use for.
     *
     * @param run the run's configuration, whose sampler it is where none was typed
     */
    public void addTo(TypedOptions asked, Configuration run) {
        if (evaluations.size() > 1) {
            throw new UserException("--evaluations: one number, not " + evaluations + "; several are for --compare");
        }
        for (int number : evaluations) {
            // Before what follows from it: what is wrong with the number is then said of the option.
            asked.add("--evaluations", "sampling.evaluations", number);
            asked.add("--evaluations", SamplerKind.spending(number));
        }
        asked.add("--sampler", "sampling.sampler", sampler);
        asked.add("--no-denoise", "sampling.denoise", noDenoise ? false : null);
        SamplerKind kind = run.with(asked.settings()).sampling().sampler();
        addOwn(asked, kind, "--sigma-max", "noise.sigma-max", sigmaMax);
        addOwn(asked, kind, "--levels", "noise.levels", levels);
        addOwn(asked, kind, "--steps-per-level", "sampling.steps-per-level", stepsPerLevel);
        addOwn(asked, kind, "--step-size", "sampling.step-size", stepSize);
        addOwn(asked, kind, "--eta", "sampling.eta", eta);
        addOwn(asked, kind, "--snr", "sampling.snr", snr);
        addOwn(asked, kind, "--corrections", "sampling.corrections", corrections);
        addOwn(asked, kind, "--tolerance", "sampling.tolerance", tolerance);
        if (!evaluations.isEmpty() && levels != null) {
            throw new UserException("--levels: how many there are follows from --evaluations; give one of the two");
        }
        if (!evaluations.isEmpty() && tolerance != null) {
            throw new UserException(
                    "--tolerance: with it the ode sampler takes as many steps as it needs; leave out --tolerance"
                            + " or --evaluations");
        }
        if (!evaluations.isEmpty() && stepsPerLevel != null && kind == SamplerKind.LANGEVIN) {
            throw new UserException(
                    "--steps-per-level: how many there are follows from --evaluations; give one of the two");
        }
    }

    /**
     * The numbers of evaluations with which all samplers are compared; options that are for one sampler are refused.
     *
     * @param standard where none were typed
     */
    public List<Integer> compared(List<Integer> standard) {
        refuse("--sampler", sampler);
        refuse("--sigma-max", sigmaMax);
        refuse("--levels", levels);
        refuse("--tolerance", tolerance);
        refuse("--steps-per-level", stepsPerLevel);
        refuse("--step-size", stepSize);
        refuse("--eta", eta);
        return evaluations.isEmpty() ? standard : evaluations;
    }

    private static void refuse(String option, @Nullable Object value) {
        if (value != null) {
            throw new UserException(option + ": --compare takes every sampler, with levels and steps that follow from"
                    + " --evaluations; leave one of the two out");
        }
    }

    /** Adds to the settings what the compared samplers share. */
    public void addSharedTo(TypedOptions asked) {
        asked.add("--snr", "sampling.snr", snr);
        asked.add("--corrections", "sampling.corrections", corrections);
        asked.add("--no-denoise", "sampling.denoise", noDenoise ? false : null);
    }

    private static void addOwn(
            TypedOptions asked, SamplerKind kind, String option, String key, @Nullable Object value) {
        asked.add(option, key, value);
        if (value != null) {
            kind.requireTakes(key);
        }
    }

    /** The samplers' names, for the help. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return SamplerKind.names().iterator();
        }
    }
}
