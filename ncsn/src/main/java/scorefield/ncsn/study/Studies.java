package scorefield.ncsn.study;

import java.util.List;

/** Every study, in the order of the argument. A new study needs one line here. */
public final class Studies {

    /** All studies. */
    public static final List<Study> ALL = List.of(
            new FisherStudy(),
            new TraceCostStudy(),
            new DenoisingLimitStudy(),
            new FollowTheScoreStudy(),
            new LangevinStepStudy(),
            new LowDensityStudy(),
            new MixtureWeightsStudy(),
            new ManifoldStudy(),
            new NoiseTradeOffStudy(),
            new WeightingStudy(),
            new NoiseLevelsStudy(),
            new ObjectivesStudy(),
            new RecipeStudy());

    private Studies() {}
}
