package scorefield.ncsn.configuration;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.objective.DenoisingScoreMatching;
import scorefield.ncsn.objective.ExactScoreMatching;
import scorefield.ncsn.objective.FiniteDifferenceSliced;
import scorefield.ncsn.objective.LossWeight;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.objective.Perturbed;
import scorefield.ncsn.objective.Projection;
import scorefield.ncsn.objective.SlicedScoreMatching;
import scorefield.ncsn.objective.Weighted;
import scorefield.ncsn.setting.Kind;
import scorefield.ncsn.setting.Setting;

/**
 * What to minimise.
 *
 * @param matching the way to match the score
 * @param weight the weight of a noise level in annealed denoising
 * @param uncertainty whether {@link scorefield.ncsn.objective.Uncertainty} is learned beside it
 * @param power p in the weight σ^p of a noise level, where there are several
 * @param projection how the directions of sliced objectives are distributed
 * @param projections how many directions for each sample
 * @param epsilon the finite difference's step, as a fraction of σ
 */
public record ObjectiveSettings(
        @Setting(
                defaultValue = "annealed",
                description =
                        "how the score is matched; all but the annealed ones learn the noise level noise.sigma-min only")
        Matching matching,

        @Setting(
                defaultValue = "power",
                later = true,
                description =
                        "weight of a noise level in annealed denoising: power: σ^p of the score's squared error; edm: 1 for the"
                                + " squared error of the edm parametrisation's layers; soft-min-snr: 4/(σ² + σ_d²) of the"
                                + " denoiser's squared error")
        Weight weight,

        @Setting(
                defaultValue = "false",
                later = true,
                description =
                        "in annealed denoising, also learn a weight 1/e^u(σ) that makes the losses of all noise levels equally large;"
                                + " the loss that is shown is without it")
        boolean uncertainty,

        @Setting(
                defaultValue = "2",
                min = -8,
                max = 8,
                description =
                        "p in a noise level's weight σ^p in the annealed objectives, where objective.weight is power")
        double power,

        @Setting(
                defaultValue = "rademacher",
                description = "how the random directions of the sliced objectives are distributed")
        Projection projection,

        @Setting(
                defaultValue = "1",
                min = 1,
                max = 10_000,
                description = "random directions for each sample in the sliced objectives")
        int projections,

        @Setting(
                defaultValue = "0.05",
                above = 0,
                description = "the length of fd-sliced's finite-difference step, as a fraction of σ")
        double epsilon) {

    /** Refuses learned uncertainty where the loss may be negative. */
    public ObjectiveSettings {
        if (uncertainty && matching != Matching.ANNEALED) {
            throw new IllegalArgumentException(
                    "objective.uncertainty needs objective.matching=annealed, whose loss is never negative; got "
                            + matching.label());
        }
    }

    /** The weights of noise levels, see {@link LossWeight}. */
    public enum Weight {
        /** λ(σ) = σ^p of the score's error. */
        POWER,
        /** EDM's. */
        EDM,
        /** Min-SNR with a smooth bound. */
        SOFT_MIN_SNR
    }

    /** The ways to match a score, all for data perturbed with noise. */
    public enum Matching {
        /** Denoising, at all noise levels. */
        ANNEALED(true),
        /** Sliced, variance-reduced, at all noise levels. */
        ANNEALED_SLICED(true),
        /** Denoising, at one noise level. */
        DENOISING(false),
        /** By the trace of the Jacobian. */
        EXACT(false),
        /** Sliced. */
        SLICED(false),
        /** Sliced, variance-reduced. */
        SLICED_VR(false),
        /** Sliced, by finite differences. */
        FD_SLICED(false);

        private final boolean annealed;

        Matching(boolean annealed) {
            this.annealed = annealed;
        }

        /** Whether it learns all noise levels, or the smallest only. */
        public boolean annealed() {
            return annealed;
        }

        /** As it is typed: {@code sliced-vr}. */
        public String label() {
            return Kind.label(this);
        }
    }

    /** Every way's name, as it is typed. */
    public static List<String> names() {
        return Arrays.stream(Matching.values()).map(Matching::label).toList();
    }

    /**
     * The objective.
     *
     * @param dataDeviation σ_d; needed by the weights that depend on it
     */
    Objective objective(OptionalDouble dataDeviation) {
        return switch (matching) {
            case ANNEALED -> new AnnealedDenoising(lossWeight(dataDeviation));
            case ANNEALED_SLICED ->
                new Weighted(new Perturbed(new SlicedScoreMatching(projection, projections, true)), power);
            case DENOISING -> new DenoisingScoreMatching(false);
            case EXACT -> new Perturbed(new ExactScoreMatching());
            case SLICED -> new Perturbed(new SlicedScoreMatching(projection, projections, false));
            case SLICED_VR -> new Perturbed(new SlicedScoreMatching(projection, projections, true));
            case FD_SLICED -> new Perturbed(new FiniteDifferenceSliced(projection, projections, epsilon));
        };
    }

    private LossWeight lossWeight(OptionalDouble dataDeviation) {
        return switch (weight) {
            case POWER -> LossWeight.power(power);
            case EDM -> LossWeight.edm(dataDeviation.orElseThrow());
            case SOFT_MIN_SNR -> LossWeight.softMinSnr(dataDeviation.orElseThrow());
        };
    }
}
