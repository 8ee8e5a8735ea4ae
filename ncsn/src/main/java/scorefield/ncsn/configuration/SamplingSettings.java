package scorefield.ncsn.configuration;

import java.util.OptionalInt;
import scorefield.ncsn.network.Autoguidance;
import scorefield.ncsn.sampler.SamplerKind;
import scorefield.ncsn.sampler.Samplers;
import scorefield.ncsn.setting.Kind;
import scorefield.ncsn.setting.Setting;

/**
 * How to sample, whatever the sampler. What one sampler has to choose is declared by itself, see {@link SamplerKind#parameters}.
 *
 * @param sampler which one
 * @param evaluations how many evaluations of the network a batch may take, at most; empty where the noise schedule and the sampler's
 *     parameters decide
 * @param denoise whether to end with the denoising step
 * @param autoguidance w, how strongly the run's {@linkplain TrainingSettings#guide guide} guides; 0 for not
 * @param autoguidanceMin the smallest noise level at which it does
 * @param autoguidanceMax the largest
 * @param images how many samples
 */
public record SamplingSettings(
        @Setting(
                defaultValue = "annealed",
                choices = Samplers.class,
                later = true,
                description = "the algorithm that turns noise into samples")
        SamplerKind<?> sampler,

        @Setting(
                defaultValue = "auto",
                min = 2,
                max = 10_000_000,
                later = true,
                description = "the number of network evaluations for each batch; noise levels and steps follow from it;"
                        + " auto: it follows from them")
        OptionalInt evaluations,

        @Setting(defaultValue = "true", description = "end with the denoising step x + σ_L²·score")
        boolean denoise,

        @Setting(
                defaultValue = "0",
                min = 0,
                max = 100,
                later = true,
                description =
                        "w: the score is s + w·(s - that of the guide), an early state of the network that training.guide kept;"
                                + " each score takes two network evaluations; 0: no autoguidance")
        double autoguidance,

        @Setting(
                defaultValue = "0.03",
                min = 0,
                max = 1e6,
                later = true,
                description = "the smallest noise level with autoguidance")
        double autoguidanceMin,

        @Setting(
                defaultValue = "1",
                min = 0,
                max = 1e6,
                later = true,
                description = "the largest noise level with autoguidance")
        double autoguidanceMax,

        @Setting(defaultValue = "64", min = 1, max = 10_000_000, description = "images in samples.png")
        int images) {

    /** Refuses noise levels in the wrong order. */
    public SamplingSettings {
        if (autoguidanceMax < autoguidanceMin) {
            throw new IllegalArgumentException("sampling.autoguidance-max must be at least sampling.autoguidance-min = "
                    + autoguidanceMin + "; got " + autoguidanceMax);
        }
    }

    /** What becomes of a network's score before the sampler takes it. */
    public Autoguidance guidance() {
        return new Autoguidance(autoguidance, autoguidanceMin, autoguidanceMax);
    }

    /**
     * Leaves to the program what it can choose of every sampler's parameters: what suits one number of noise levels or of evaluations need not
     * suit another.
     */
    public static Settings automatic() {
        Settings automatic = Settings.NONE;
        for (SamplerKind<?> kind : Samplers.ALL) {
            for (var key : kind.parameters().keys()) {
                if (key.canBeAuto()) {
                    automatic = automatic.over(Settings.of(key.name(), Kind.AUTO));
                }
            }
        }
        return automatic;
    }

    /**
     * Settings for another number of evaluations than a run's.
     *
     * @param evaluations N
     */
    public static Settings spending(int evaluations) {
        return Settings.of("sampling.evaluations", evaluations).over(automatic());
    }
}
