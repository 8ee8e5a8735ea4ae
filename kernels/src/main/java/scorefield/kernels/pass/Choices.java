package scorefield.kernels.pass;

import java.util.List;
import scorefield.kernels.launch.Variant;

/** Decides which of several ways computes a {@link Problem}. */
@FunctionalInterface
public interface Choices {

    /** The way that the program is shipped with, for every problem. */
    Choices SHIPPED = (problem, variants) -> variants.get(0);

    /** Every way, one after the other: not to compute with, but to see the launches of all of them. */
    Choices EVERY = (problem, variants) -> new Variant(
            "every one", () -> variants.forEach(variant -> variant.launches().run()));

    /** The way of one name. */
    static Choices named(String name) {
        return (problem, variants) -> variants.stream()
                .filter(variant -> variant.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no variant '" + name + "' computes "
                        + problem.key() + "; choose one of "
                        + variants.stream().map(Variant::name).toList()));
    }

    /** One of the variants. */
    Variant choose(Problem problem, List<Variant> variants);
}
