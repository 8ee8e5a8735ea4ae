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
 * Whatever the planner makes of a program, the numbers are the reference's: simplified, fused, reordered, overlaid, updated in place,
 * differentiated once and twice.
 */
class RandomGraphTest extends RandomGraphs {

    /**
     * The seed is fixed: it is the devices that are tested here, not luck; {@link RandomGraphFuzz} tries others. Shrinking is not against the
     * clock, because it would go on in a thread of its own and still compile kernels when the devices are closed.
     */
    @Property(tries = 50, seed = "20110613", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.FULL)
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
