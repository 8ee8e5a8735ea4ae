package scorefield.ncsn.sampler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
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
            FlowSampler.ADAPTIVE,
            EdmSampler.KIND,
            DpmSolver.KIND);

    @Override
    public Map<String, SamplerKind<?>> byName() {
        Map<String, SamplerKind<?>> named = new LinkedHashMap<>();
        ALL.forEach(kind -> named.put(kind.name(), kind));
        return named;
    }

    /** For people, the samplers whose parameter a key is, by its full name: {@code langevin and annealed}; empty where it is no sampler's. */
    public static String owners(String key) {
        return names(kind -> kind.owns(key));
    }

    /** The names of some of them, as a list in a sentence. */
    private static String names(Predicate<SamplerKind<?>> which) {
        List<String> names = ALL.stream().filter(which).map(SamplerKind::name).toList();
        int last = names.size() - 1;
        return last < 1
                ? String.join("", names)
                : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }

    /**
     * Refuses a setting that somebody gave and that says nothing to a sampler.
     *
     * @param key its full name
     * @throws BadConfigurationException naming the samplers that it is for
     */
    public static void requireTakes(SamplerKind<?> kind, String key) {
        String takers = names(other -> other.takes(key));
        if (!takers.isEmpty() && !kind.takes(key)) {
            throw new BadConfigurationException(key + " is for " + takers + ", but the sampler is " + kind.name());
        }
    }
}
