package scorefield.ncsn.evaluation;

import java.util.List;
import java.util.Optional;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.SamplingSettings;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.sampler.SamplerKind;
import scorefield.ncsn.sampler.Samplers;
import scorefield.ncsn.setting.BadConfigurationException;

/**
 * One sampler with one number of network evaluations, in a comparison.
 *
 * @param kind the sampler
 * @param allowed how many evaluations it may take for each sample
 * @param choice its choices; empty where so few evaluations are not enough for it
 * @param refusal why there is no choice; empty where there is one
 */
public record Contender(SamplerKind<?> kind, int allowed, Optional<SamplerChoice> choice, String refusal) {

    /** A sampler for a run's network. */
    public static Contender of(Configuration run, SamplerKind<?> kind, int allowed) {
        Configuration asked =
                run.with(SamplingSettings.spending(allowed).over(Settings.of("sampling.sampler", kind.name())));
        try {
            return new Contender(kind, allowed, Optional.of(asked.sampler()), "");
        } catch (BadConfigurationException e) {
            return new Contender(kind, allowed, Optional.empty(), e.getMessage());
        }
    }

    /** Every sampler with the same number of evaluations, in the order in which people see them. */
    public static List<Contender> all(Configuration run, int allowed) {
        return Samplers.ALL.stream()
                .<Contender>map(kind -> of(run, kind, allowed))
                .toList();
    }

    /** The choices, for people. */
    public String description() {
        return choice.map(SamplerChoice::description).orElse("");
    }
}
