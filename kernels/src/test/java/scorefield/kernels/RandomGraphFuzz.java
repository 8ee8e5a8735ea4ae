package scorefield.kernels;

import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import scorefield.autodiff.Shape;
import scorefield.kernels.RandomGraph.Instruction;

/**
 * Ten thousand random programs, which {@code bin/fuzz graphs} runs; no part of the tests. The seed is another one each time; it is printed at the
 * end and with a failure, together with the smallest program that fails. The next run begins
 * with what failed before.
 */
class RandomGraphFuzz extends RandomGraphs {

    @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.FULL)
    void everyDeviceAgreesWithTheReference(
            @ForAll("shapes") Shape common,
            @ForAll @Size(min = 1, max = 24) List<@From("instructions") Instruction> instructions,
            @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 60) Integer> fetches,
            @ForAll @Size(max = 3) List<@IntRange(max = 60) Integer> updates,
            @ForAll long seed,
            @ForAll @IntRange(max = 2) int order) {
        agree(common, instructions, fetches, updates, seed, order);
    }
}
