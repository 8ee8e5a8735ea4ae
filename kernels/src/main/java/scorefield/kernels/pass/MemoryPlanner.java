package scorefield.kernels.pass;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Storage;
import scorefield.kernels.pass.MemoryPlan.Lifetime;
import scorefield.kernels.pass.MemoryPlan.Place;

/**
 * The last pass: one arena in which every storage has a place for its lifetime, and places are shared by those whose lifetimes do not
 * overlap.
 *
 * <p>The largest storage is placed first, each at the lowest offset where nothing that lives at the same time lies (the greedy by size
 * of Pisarchyk &amp; Lee 2020, arXiv 2001.03288). A device limits a single allocation, so the arena is one slab or several.
 */
final class MemoryPlanner implements Pass {

    /** Every place starts at a multiple of so many bytes: a cache line of a CPU, a memory transaction of a GPU. */
    private static final int ALIGNMENT = 256;

    private final List<Launch> launches;
    private final long largestSlab;
    private final Map<Storage, Place> places = new IdentityHashMap<>();
    private final List<Long> slabs = new ArrayList<>();
    private final List<List<Lifetime>> occupants = new ArrayList<>();
    private final MemoryPlan plan;

    /**
     * Places the arena's storages.
     *
     * @param launches in order
     * @param isKept whether a storage is read after the last launch
     * @param largestSlab the most that can be allocated at once, in bytes
     */
    public MemoryPlanner(List<Launch> launches, Predicate<Storage> isKept, long largestSlab) {
        this.launches = launches;
        this.largestSlab = largestSlab;
        List<Lifetime> lifetimes = lifetimes(isKept);
        long lowerBound = 0;
        int fullest = 0;
        for (int i = 0; i <= launches.size(); i++) {
            int now = i;
            long live = lifetimes.stream()
                    .filter(lifetime -> lifetime.contains(now))
                    .mapToLong(lifetime -> lifetime.storage().bytes())
                    .sum();
            if (live > lowerBound) {
                lowerBound = live;
                fullest = i;
            }
        }
        lifetimes.stream()
                .sorted(Comparator.comparingLong(
                        (Lifetime lifetime) -> -lifetime.storage().bytes()))
                .forEach(this::place);
        plan = new MemoryPlan(places, lifetimes, slabs, lowerBound, fullest);
    }

    /** Where each storage lies. */
    public MemoryPlan plan() {
        return plan;
    }

    /** Each storage in a slab of its own, of exactly its size. */
    static MemoryPlan apart(List<Lifetime> lifetimes) {
        Map<Storage, Place> places = new IdentityHashMap<>();
        List<Long> slabs = new ArrayList<>();
        for (Lifetime lifetime : lifetimes) {
            places.put(lifetime.storage(), new Place(slabs.size(), 0));
            slabs.add(lifetime.storage().bytes());
        }
        return new MemoryPlan(
                places,
                lifetimes,
                slabs,
                slabs.stream().mapToLong(Long::longValue).sum(),
                0);
    }

    /** The arena's storages that a launch reads or writes. */
    private static Stream<Storage> arena(Launch launch) {
        return launch.arguments().stream()
                .filter(Launch.Memory.class::isInstance)
                .map(argument -> ((Launch.Memory) argument).region().storage())
                .filter(storage -> storage.kind() == Storage.Kind.ARENA);
    }

    private List<Lifetime> lifetimes(Predicate<Storage> isKept) {
        Map<Storage, Integer> first = new IdentityHashMap<>();
        Map<Storage, Integer> last = new IdentityHashMap<>();
        List<Storage> order = new ArrayList<>();
        for (int i = 0; i < launches.size(); i++) {
            int now = i;
            arena(launches.get(i)).forEach(storage -> {
                if (first.putIfAbsent(storage, now) == null) {
                    order.add(storage);
                }
                last.put(storage, isKept.test(storage) ? launches.size() : now);
            });
        }
        return order.stream()
                .map(storage -> new Lifetime(storage, first.get(storage), last.get(storage)))
                .toList();
    }

    private void place(Lifetime lifetime) {
        long bytes = aligned(lifetime.storage().bytes());
        for (int slab = 0; ; slab++) {
            if (slab == occupants.size()) {
                occupants.add(new ArrayList<>());
                slabs.add(0L);
            }
            long offset = lowestGap(lifetime, occupants.get(slab), bytes);
            // A storage larger than the limit gets a slab of its own, and the device has the last word on it.
            if (offset + bytes <= largestSlab || offset == 0) {
                places.put(lifetime.storage(), new Place(slab, offset));
                occupants.get(slab).add(lifetime);
                slabs.set(slab, Math.max(slabs.get(slab), offset + bytes));
                return;
            }
        }
    }

    private long lowestGap(Lifetime lifetime, List<Lifetime> others, long bytes) {
        List<Lifetime> neighbours = others.stream()
                .filter(lifetime::overlaps)
                .sorted(Comparator.comparingLong(
                        (Lifetime other) -> places.get(other.storage()).byteOffset()))
                .toList();
        long offset = 0;
        for (Lifetime other : neighbours) {
            long start = places.get(other.storage()).byteOffset();
            if (offset + bytes <= start) {
                break;
            }
            offset = Math.max(offset, start + aligned(other.storage().bytes()));
        }
        return offset;
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    @Override
    public String report() {
        return plan.summary(launches.size());
    }
}
