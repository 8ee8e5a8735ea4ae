package scorefield.ncsn.configuration;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import scorefield.ncsn.network.Parametrisation;
import scorefield.ncsn.network.Preconditioning;
import scorefield.ncsn.setting.Setting;

/**
 * What networks of any kind have in common.
 *
 * @param classes how many classes, 0 for an unconditional network; empty for as many as the data have
 * @param parametrisation how the layers compute a score
 * @param dataMean μ, the mean of all the data's numbers; empty where it is to be measured
 * @param dataDeviation σ_d, their standard deviation; empty where it is to be measured
 */
public record ModelSettings(
        @Setting(
                defaultValue = "0",
                min = 0,
                max = 100_000,
                later = true,
                description =
                        "for images with labels: how many classes the network is conditioned on; 0: none, an unconditional"
                                + " network; auto: as many as the data have")
        OptionalInt classes,

        @Setting(
                defaultValue = "ncsnv2",
                later = true,
                description =
                        "how the layers F compute a score: ncsn: score = F; ncsnv2: score = F/σ; edm: F is preconditioned inside a"
                                + " denoiser, with the data's mean and deviation")
        Parametrisation.Kind parametrisation,

        @Setting(
                defaultValue = "auto",
                later = true,
                description = "mean of all the data's numbers, for the edm parametrisation; auto: measured")
        OptionalDouble dataMean,

        @Setting(
                defaultValue = "auto",
                above = 0,
                later = true,
                description =
                        "standard deviation σ_d of all the data's numbers, for the edm parametrisation, loss weights and densities"
                                + " of σ; auto: measured")
        OptionalDouble dataDeviation) {

    /**
     * The parametrisation; what it needs of the data must be {@linkplain ModelDefaults#resolve resolved}.
     *
     * @param ncsn what {@code ncsn} means for the kind of network
     * @param ncsnv2 what {@code ncsnv2} means for the kind of network
     */
    public Parametrisation parametrisation(Parametrisation ncsn, Parametrisation ncsnv2) {
        return switch (parametrisation) {
            case NCSN -> ncsn;
            case NCSNV2 -> ncsnv2;
            case EDM -> new Preconditioning(dataMean.orElseThrow(), dataDeviation.orElseThrow());
        };
    }
}
