package scorefield.cli.explore.argument;

import scorefield.ncsn.sampler.LangevinDynamics;
import scorefield.ncsn.schedule.SamplingPlan;

/** How chains move: a step at a level of a plan. */
enum Dynamics {
    /** Uphill on log p_σ at the smallest level, without noise. */
    FOLLOW {
        @Override
        void step(LangevinDynamics chains, SamplingPlan plan, int level) {
            chains.follow(plan.levels().smallest(), plan.stepSize());
        }
    },
    /** Langevin dynamics at the smallest level. */
    LANGEVIN {
        @Override
        void step(LangevinDynamics chains, SamplingPlan plan, int level) {
            chains.step(plan.levels().smallest(), plan.stepSize());
        }
    },
    /** Annealed Langevin dynamics, from level to level. */
    ANNEALED {
        @Override
        void step(LangevinDynamics chains, SamplingPlan plan, int level) {
            chains.step(plan.levels().sigma(level), plan.alpha(level));
        }
    };

    abstract void step(LangevinDynamics chains, SamplingPlan plan, int level);

    /** σ at which the score is taken. */
    double sigma(SamplingPlan plan, int level) {
        return this == ANNEALED ? plan.levels().sigma(level) : plan.levels().smallest();
    }
}
