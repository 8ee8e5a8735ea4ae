package scorefield.ncsn.study;

import scorefield.ncsn.sampler.LangevinDynamics;

/**
 * One step of all chains: {@link LangevinDynamics#step}, or {@link LangevinDynamics#follow}, which is the same without
 * noise.
 */
@FunctionalInterface
interface Move {

    /**
     * Moves all chains once.
     *
     * @param level σ
     * @param size α
     */
    void apply(LangevinDynamics chains, double level, double size);
}
