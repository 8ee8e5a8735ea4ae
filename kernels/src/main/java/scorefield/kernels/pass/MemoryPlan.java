package scorefield.kernels.pass;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import scorefield.kernels.launch.Storage;

/**
 * Where each storage lies in the arena, and when.
 *
 * @param places by storage, compared by identity
 * @param lifetimes of all storages in the arena, in the order in which they begin
 * @param slabs the size of each slab, in bytes
 * @param lowerBound the most that lives at one time, in bytes: no plan can be smaller, with these launches in this order
 * @param fullest the first launch during which that much lives; the number of launches if it is what is kept after the last one
 */
public record MemoryPlan(
        Map<Storage, Place> places, List<Lifetime> lifetimes, List<Long> slabs, long lowerBound, int fullest) {

    /** Where a storage lies. */
    public record Place(int slab, long byteOffset) {}

    /**
     * When a storage holds numbers that are still wanted.
     *
     * @param storage in the arena
     * @param first the launch that first writes it
     * @param last the last launch that uses it; the number of launches where it is read after the last one
     */
    public record Lifetime(Storage storage, int first, int last) {

        /** Whether both hold numbers during some launch. */
        boolean overlaps(Lifetime other) {
            return first <= other.last && other.first <= last;
        }

        /** Whether the storage holds numbers during a launch. */
        boolean contains(int launch) {
            return first <= launch && launch <= last;
        }
    }

    /** Where a storage lies; null for one that is not in the arena. */
    public @Nullable Place of(Storage storage) {
        return places.get(storage);
    }

    /** The arena's size, in bytes. */
    public long bytes() {
        return slabs.stream().mapToLong(Long::longValue).sum();
    }

    /** For people: what the arena's size is made of, given the number of launches. */
    String summary(int launches) {
        StringBuilder text =
                new StringBuilder("arena: %,d bytes in %d slab%s; tensor@slab:byte is where a tensor lies in it%n"
                        .formatted(bytes(), slabs.size(), slabs.size() == 1 ? "" : "s"));
        if (bytes() > 0) {
            text.append("       %,d of them are in use at one time, %s: in this order no plan needs less%n"
                    .formatted(lowerBound, fullest < launches ? "during launch " + fullest : "after the last launch"));
            text.append("       %,d are lost in gaps (%.2f %%)%n"
                    .formatted(bytes() - lowerBound, 100.0 * (bytes() - lowerBound) / bytes()));
        }
        return text.toString();
    }
}
