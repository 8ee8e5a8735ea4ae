package scorefield.ncsn.sampler;

import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.setting.Key;
import scorefield.ncsn.setting.Section;

/**
 * A sampler that can be chosen by name, as its class declares it: its parameters, what it takes from the noise schedule, and how it follows
 * from both. {@link Samplers} lists all of them; from there follow the settings, the options of the command line, and comparisons.
 *
 * @param name as it is typed: {@code predictor-corrector}
 * @param description a phrase for people: what it does, and how it spends N evaluations of the network
 * @param use what it takes from the noise schedule
 * @param parameters its own, as keys {@code sampling.…}; two samplers may share a key if both declare it alike
 * @param replaced the short names of those parameters that a number of evaluations decides in their place
 * @param preview what a quick look during training changes in the parameters
 * @param builder makes the sampler's choices
 * @param <P> the record of its parameters
 */
public record SamplerKind<P extends Record>(
        String name,
        String description,
        Use use,
        Section<P> parameters,
        Set<String> replaced,
        UnaryOperator<P> preview,
        Builder<P> builder) {

    /** What a sampler takes from the noise schedule. */
    public enum Use {
        /** The smallest noise level only. */
        SMALLEST_LEVEL,
        /** The largest noise level and the smallest. */
        RANGE,
        /** Every noise level. */
        LEVELS;

        /** The keys of the noise schedule with which a person changes how such a sampler works. */
        public Set<String> keys() {
            return switch (this) {
                case SMALLEST_LEVEL -> Set.of();
                case RANGE -> Set.of("noise.sigma-max");
                case LEVELS -> Set.of("noise.sigma-max", "noise.levels");
            };
        }
    }

    /** Makes a sampler's choices. */
    @FunctionalInterface
    public interface Builder<P> {

        /**
         * The sampler that was asked for.
         *
         * @throws scorefield.ncsn.setting.BadConfigurationException naming the setting that does not fit
         */
        SamplerChoice build(SamplingRequest request, P parameters);
    }

    /**
     * A sampler whose parameters are all of use however many evaluations it is given, and the same in previews.
     *
     * @param parameters the record that declares them
     */
    public SamplerKind(String name, String description, Use use, Class<P> parameters, Builder<P> builder) {
        this(
                name,
                description,
                use,
                Section.adjustable("sampling", parameters),
                Set.of(),
                UnaryOperator.identity(),
                builder);
    }

    /**
     * The same sampler, with parameters that have no meaning where the number of evaluations is given.
     *
     * @param shortNames such as {@code tolerance}
     */
    public SamplerKind<P> evaluationsReplace(String... shortNames) {
        return new SamplerKind<>(name, description, use, parameters, Set.of(shortNames), preview, builder);
    }

    /** The same sampler, which changes its parameters for a quick look during training. */
    public SamplerKind<P> previewedWith(UnaryOperator<P> change) {
        return new SamplerKind<>(name, description, use, parameters, replaced, change, builder);
    }

    /** Whether a key, by its full name, is one of its parameters. */
    public boolean owns(String key) {
        return parameters.keys().stream().map(Key::name).anyMatch(key::equals);
    }

    /** Whether a key, by its full name, says anything to this sampler: one of its parameters, or of the noise schedule. */
    public boolean takes(String key) {
        return owns(key) || use.keys().contains(key);
    }

    /**
     * The sampler with all its choices made.
     *
     * @param levels of the noise schedule that the network was trained on
     * @param evaluations how many a batch may take, at most; empty where the noise levels and the parameters decide
     * @param denoise whether to end with the denoising step x + σ_L²·s(x, σ_L)
     * @throws scorefield.ncsn.setting.BadConfigurationException naming the setting that does not fit
     */
    public SamplerChoice choose(NoiseLevels levels, OptionalInt evaluations, boolean denoise, P own) {
        return builder.build(new SamplingRequest(name, levels, evaluations, denoise), own);
    }

    /** The sampler for a quick look during training: with as many evaluations as its parameters for {@link #preview}s ask for. */
    public SamplerChoice choosePreview(NoiseLevels levels, boolean denoise, P own) {
        return choose(levels, OptionalInt.empty(), denoise, preview.apply(own));
    }

    /** The sampler with as many evaluations as its parameters ask for, and the denoising step at the end. */
    public SamplerChoice choose(NoiseLevels levels, P own) {
        return choose(levels, OptionalInt.empty(), true, own);
    }
}
