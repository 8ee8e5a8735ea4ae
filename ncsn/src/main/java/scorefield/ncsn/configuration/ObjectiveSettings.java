package scorefield.ncsn.configuration;

import java.util.Arrays;
import java.util.List;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.objective.DenoisingScoreMatching;
import scorefield.ncsn.objective.ExactScoreMatching;
import scorefield.ncsn.objective.FiniteDifferenceSliced;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.objective.Perturbed;
import scorefield.ncsn.objective.Projection;
import scorefield.ncsn.objective.SlicedScoreMatching;
import scorefield.ncsn.objective.Weighted;

/**
 * What to minimise.
 *
 * @param matching the way to match the score
 * @param power p in the weight σ^p of a noise level, where there are several
 * @param projection how the directions of sliced objectives are distributed
 * @param projections how many directions for each sample
 * @param epsilon the finite difference's step, as a fraction of σ
 */
public record ObjectiveSettings(
        Matching matching, double power, Projection projection, int projections, double epsilon) {

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
            return Kind.OneOf.label(this);
        }
    }

    /** Every way's name, as it is typed. */
    public static List<String> names() {
        return Arrays.stream(Matching.values()).map(Matching::label).toList();
    }

    /** The objective. */
    public Objective objective() {
        return switch (matching) {
            case ANNEALED -> new AnnealedDenoising(power);
            case ANNEALED_SLICED ->
                new Weighted(new Perturbed(new SlicedScoreMatching(projection, projections, true)), power);
            case DENOISING -> new DenoisingScoreMatching(false);
            case EXACT -> new Perturbed(new ExactScoreMatching());
            case SLICED -> new Perturbed(new SlicedScoreMatching(projection, projections, false));
            case SLICED_VR -> new Perturbed(new SlicedScoreMatching(projection, projections, true));
            case FD_SLICED -> new Perturbed(new FiniteDifferenceSliced(projection, projections, epsilon));
        };
    }
}
