package scorefield.ncsn.sampler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.setting.Choices;

/** The samplers that can be chosen by name. A new one is one line here. */
public final class Samplers implements Choices<SamplerKind<?>> {

    /** All of them, in the order in which people see them. */
    public static final List<SamplerKind<?>> ALL = List.of(
            AnnealedLangevin.LANGEVIN,
            AnnealedLangevin.ANNEALED,
            ConsistentAnnealed.KIND,
            PredictorCorrector.KIND,
            FlowSampler.EULER,
            FlowSampler.HEUN,
            FlowSampler.ADAPTIVE);

    @Override
    public Map<String, SamplerKind<?>> byName() {
        Map<String, SamplerKind<?>> named = new LinkedHashMap<>();
        ALL.forEach(kind -> named.put(kind.name(), kind));
        return named;
    }

    /** The names of those of whose parameters a key, by its full name, is one. */
    public static List<String> owners(String key) {
        return ALL.stream()
                .filter(kind -> kind.owns(key))
                .map(SamplerKind::name)
                .toList();
    }

    /**
     * Refuses a setting that somebody gave and that says nothing to a sampler.
     *
     * @param key its full name
     * @throws BadConfigurationException naming the samplers that it is for
     */
    public static void requireTakes(SamplerKind<?> kind, String key) {
        List<String> takers = ALL.stream()
                .filter(other -> other.takes(key))
                .map(SamplerKind::name)
                .toList();
        if (!takers.isEmpty() && !kind.takes(key)) {
            throw new BadConfigurationException(
                    key + " is for " + String.join(" and ", takers) + ", but the sampler is " + kind.name());
        }
    }
}
