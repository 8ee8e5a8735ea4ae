package scorefield.ncsn.configuration;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import scorefield.ncsn.flow.FlowMethod;
import scorefield.ncsn.flow.Prior;
import scorefield.ncsn.ode.ButcherTableau;
import scorefield.ncsn.ode.Tolerance;
import scorefield.ncsn.sampler.AnnealedLangevin;
import scorefield.ncsn.sampler.ConsistentAnnealed;
import scorefield.ncsn.sampler.FlowSampler;
import scorefield.ncsn.sampler.PredictorCorrector;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;

/**
 * The ways to sample from a network. A new one is one constant here: which settings are its own, and how a sampler follows from them and
 * from the ladder of noise levels.
 *
 * <p>Where the number of network evaluations is given, each way spends it by its own rule, which its constant's text states; the levels are
 * then a geometric ladder between the largest and the smallest of the run's.
 */
public enum SamplerKind {
    /** N evaluations are N steps, the denoising step among them. */
    LANGEVIN(Set.of(Names.STEPS_PER_LEVEL, Names.STEP_SIZE)) {
        @Override
        SamplerChoice choose(NoiseLevels ladder, SamplingSettings settings) {
            OptionalInt steps = settings.evaluationsBeforeDenoising();
            NoiseLevels smallest = NoiseLevels.of(ladder.smallest());
            return langevin(
                    NoiseDefaults.plan(smallest, settings, steps.isPresent() ? steps : settings.stepsPerLevel()));
        }
    },
    /**
     * N evaluations are T steps at each of ⌊N/T⌋ levels, the denoising step apart; where T is not given, as many as leave no fewer levels
     * than the run's, and 1 at the least.
     */
    ANNEALED(Set.of(Names.SIGMA_MAX, Names.LEVELS, Names.STEPS_PER_LEVEL, Names.STEP_SIZE)) {
        @Override
        SamplerChoice choose(NoiseLevels ladder, SamplingSettings settings) {
            OptionalInt steps = settings.evaluationsBeforeDenoising();
            return langevin(
                    steps.isEmpty() || ladder.count() == 1
                            ? NoiseDefaults.plan(ladder, settings, steps.isPresent() ? steps : settings.stepsPerLevel())
                            : NoiseDefaults.plan(ladder, settings, steps.getAsInt()));
        }
    },
    /** N evaluations are N levels, the last one's being the denoising step. */
    CONSISTENT(Set.of(Names.SIGMA_MAX, Names.LEVELS, Names.ETA)) {
        @Override
        SamplerChoice choose(NoiseLevels ladder, SamplingSettings settings) {
            OptionalInt steps = settings.evaluationsBeforeDenoising();
            NoiseLevels levels = steps.isEmpty() ? several(ladder) : respaced(ladder, steps.getAsInt() + 1);
            double eta = settings.eta().orElse(ConsistentAnnealed.ancestral(levels));
            double least = 1 - 1 / levels.ratio();
            if (eta < least) {
                throw new BadConfigurationException(Names.ETA + " must be at least 1 − 1/γ = "
                        + NoiseDefaults.rounded(least) + " for " + levels + ", not " + eta
                        + ": with less, more noise is left than the next level has");
            }
            return new SamplerChoice(
                    levels.description() + String.format(Locale.ROOT, ", η = %.4g", eta) + ending(settings.denoise()),
                    (device, score, batch) ->
                            new ConsistentAnnealed(device, score, batch, levels, eta, settings.denoise()));
        }
    },
    /** N evaluations are ⌊N/(1 + M)⌋ levels, with M corrections and a prediction at each. */
    PREDICTOR_CORRECTOR(Set.of(Names.SIGMA_MAX, Names.LEVELS, Names.SNR, Names.CORRECTIONS)) {
        @Override
        SamplerChoice choose(NoiseLevels ladder, SamplingSettings settings) {
            int corrections = settings.corrections();
            OptionalInt steps = settings.evaluationsBeforeDenoising();
            NoiseLevels levels =
                    steps.isEmpty() ? several(ladder) : respaced(ladder, (steps.getAsInt() + 1) / (1 + corrections));
            return new SamplerChoice(
                    levels.description()
                            + String.format(
                                    Locale.ROOT,
                                    ", %d %s each, signal-to-noise ratio %.4g",
                                    corrections,
                                    corrections == 1 ? "correction" : "corrections",
                                    settings.snr())
                            + ending(settings.denoise()),
                    (device, score, batch) -> new PredictorCorrector(
                            device, score, batch, levels, settings.snr(), corrections, settings.denoise()));
        }
    },
    /** N evaluations are N steps, the denoising step among them. */
    ODE_EULER(Set.of(Names.SIGMA_MAX)) {
        @Override
        SamplerChoice choose(NoiseLevels ladder, SamplingSettings settings) {
            return flow(
                    ladder,
                    settings,
                    ButcherTableau.EULER,
                    settings.evaluations().orElse(FLOW_EVALUATIONS));
        }
    },
    /** N evaluations are ⌊N/2⌋ steps of two; one is left for the denoising step. */
    ODE_HEUN(Set.of(Names.SIGMA_MAX)) {
        @Override
        SamplerChoice choose(NoiseLevels ladder, SamplingSettings settings) {
            return flow(
                    ladder,
                    settings,
                    ButcherTableau.HEUN,
                    settings.evaluations().orElse(FLOW_EVALUATIONS));
        }
    },
    /** As many steps as the tolerance needs; where N evaluations are given, ⌊(N−1)/6⌋ steps without it. */
    ODE(Set.of(Names.SIGMA_MAX, Names.TOLERANCE)) {
        @Override
        SamplerChoice choose(NoiseLevels ladder, SamplingSettings settings) {
            if (settings.evaluations().isPresent()) {
                return flow(
                        ladder,
                        settings,
                        ButcherTableau.DORMAND_PRINCE,
                        settings.evaluations().getAsInt());
            }
            double tolerance = settings.tolerance();
            return flow(
                    ladder,
                    settings,
                    new FlowMethod.Adaptive(new Tolerance(tolerance, tolerance)),
                    String.format(Locale.ROOT, "steps with errors up to %.2g", tolerance));
        }
    };

    /** Where nobody says, for methods with a given number of steps: beyond, true scores' samples do not get better to the eye. */
    private static final int FLOW_EVALUATIONS = 50;

    /** The settings that are some samplers' own, by their full names. */
    private static final class Names {
        static final String SIGMA_MAX = "noise.sigma-max";
        static final String LEVELS = "noise.levels";
        static final String STEPS_PER_LEVEL = "sampling.steps-per-level";
        static final String STEP_SIZE = "sampling.step-size";
        static final String ETA = "sampling.eta";
        static final String SNR = "sampling.snr";
        static final String CORRECTIONS = "sampling.corrections";
        static final String TOLERANCE = "sampling.tolerance";
    }

    private final Set<String> own;

    SamplerKind(Set<String> own) {
        this.own = own;
    }

    /** The sampler that some settings describe. */
    abstract SamplerChoice choose(NoiseLevels ladder, SamplingSettings settings);

    /**
     * The sampler that a configuration describes.
     *
     * @param configuration with its noise levels resolved
     * @throws BadConfigurationException naming the setting that does not fit
     */
    public static SamplerChoice of(Configuration configuration) {
        SamplingSettings settings = configuration.sampling();
        return settings.sampler().choose(NoiseDefaults.ladder(configuration), settings);
    }

    /**
     * Settings for another number of evaluations than a run's: what suited that number is left to the program.
     *
     * @param evaluations N
     */
    public static Settings spending(int evaluations) {
        return Settings.of("sampling.evaluations", evaluations)
                .over(Settings.of(Names.STEPS_PER_LEVEL, Kind.OrAuto.AUTO))
                .over(Settings.of(Names.STEP_SIZE, Kind.OrAuto.AUTO))
                .over(Settings.of(Names.ETA, Kind.OrAuto.AUTO));
    }

    /** As it is typed: {@code predictor-corrector}. */
    public String label() {
        return Kind.OneOf.label(this);
    }

    /** Every way's name, as it is typed. */
    public static List<String> names() {
        return Arrays.stream(values()).map(SamplerKind::label).toList();
    }

    /**
     * Insists that a setting that somebody gave says something to this sampler.
     *
     * @param setting its full name
     * @throws BadConfigurationException naming the samplers that it is for
     */
    public void requireTakes(String setting) {
        List<String> takers = Arrays.stream(values())
                .filter(kind -> kind.own.contains(setting))
                .map(SamplerKind::label)
                .toList();
        if (!takers.isEmpty() && !own.contains(setting)) {
            throw new BadConfigurationException(
                    setting + " is for " + String.join(" and ", takers) + ", but the sampler is " + label());
        }
    }

    private static SamplerChoice langevin(SamplingPlan plan) {
        return new SamplerChoice(
                plan.description(), (device, score, batch) -> new AnnealedLangevin(device, score, batch, plan));
    }

    SamplerChoice flow(NoiseLevels ladder, SamplingSettings settings, ButcherTableau tableau, int evaluations) {
        FlowMethod.Fixed method;
        try {
            method = FlowMethod.Fixed.of(tableau, evaluations, settings.denoise());
        } catch (IllegalArgumentException e) {
            throw new BadConfigurationException(
                    "sampling.evaluations is too few for " + label() + ": " + e.getMessage());
        }
        return flow(
                ladder,
                settings,
                method,
                method.steps() + (method.steps() == 1 ? " step by " : " steps by ") + tableau.name() + "'s method");
    }

    SamplerChoice flow(NoiseLevels ladder, SamplingSettings settings, FlowMethod method, String how) {
        NoiseLevels levels = several(ladder);
        return new SamplerChoice(
                String.format(Locale.ROOT, "%s from σ = %.4g to %.4g", how, levels.largest(), levels.smallest())
                        + ending(settings.denoise()),
                (device, score, batch) -> new FlowSampler(
                        device, score, batch, levels, Prior.of(batch, levels.largest()), method, settings.denoise()));
    }

    private static String ending(boolean denoise) {
        return denoise ? "" : ", no denoising step";
    }

    /** The ladder's ends, with so many levels. */
    NoiseLevels respaced(NoiseLevels ladder, int count) {
        several(ladder);
        if (count < 2) {
            throw new BadConfigurationException("sampling.evaluations is too few for " + label() + ": they make "
                    + count + " noise levels, and 2 are the least");
        }
        return NoiseLevels.geometric(ladder.largest(), ladder.smallest(), count);
    }

    NoiseLevels several(NoiseLevels ladder) {
        if (ladder.count() == 1) {
            throw new BadConfigurationException("sampling.sampler: " + label()
                    + " goes from one noise level to the next, but there is only one, σ = " + ladder.largest()
                    + "; take langevin");
        }
        return ladder;
    }
}
