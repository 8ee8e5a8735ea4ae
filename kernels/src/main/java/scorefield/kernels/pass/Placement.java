package scorefield.kernels.pass;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Storage;

/**
 * The fifth pass: one arena in which every storage has a place for as long as it lives, and places are shared by those that never live
 * at the same time.
 *
 * <p>The largest storage is placed first, each at the lowest offset where nothing that lives at the same time lies (the greedy by size
 * of Pisarchyk &amp; Lee 2020, arXiv 2001.03288). A device limits a single allocation, so the arena is one slab or several.
 */
public final class Placement {

    /** Every place starts at a multiple of so many bytes: a cache line of a CPU, a memory transaction of a GPU. */
    private static final int ALIGNMENT = 256;

    /** Where a storage lies. */
    public record Place(int slab, long byteOffset) {}

    private record Life(Storage storage, int first, int last) {
        boolean overlaps(Life other) {
            return first <= other.last && other.first <= last;
        }
    }

    private final Map<Storage, Place> places = new IdentityHashMap<>();
    private final List<Long> slabs = new ArrayList<>();
    private long lowerBound;
    private int fullest;

    private Placement() {}

    /**
     * @param launches in order
     * @param kept storages that are read after the last launch
     * @param largestSlab the most that can be allocated at once, in bytes
     */
    public static Placement place(List<Launch> launches, Set<Storage> kept, long largestSlab) {
        Map<Storage, int[]> spans = new IdentityHashMap<>();
        List<Storage> order = new ArrayList<>();
        for (int i = 0; i < launches.size(); i++) {
            for (Launch.Argument argument : launches.get(i).arguments()) {
                if (argument instanceof Launch.Memory memory
                        && memory.region().storage().kind() == Storage.Kind.ARENA) {
                    Storage storage = memory.region().storage();
                    if (!spans.containsKey(storage)) {
                        spans.put(storage, new int[] {i, i});
                        order.add(storage);
                    }
                    spans.get(storage)[1] = kept.contains(storage) ? launches.size() : i;
                }
            }
        }
        Placement placement = new Placement();
        List<Life> lives = new ArrayList<>(order.stream()
                .map(storage -> new Life(storage, spans.get(storage)[0], spans.get(storage)[1]))
                .toList());
        for (int i = 0; i <= launches.size(); i++) {
            int now = i;
            long live = lives.stream()
                    .filter(life -> life.first <= now && now <= life.last)
                    .mapToLong(life -> life.storage.bytes())
                    .sum();
            if (live > placement.lowerBound) {
                placement.lowerBound = live;
                placement.fullest = i;
            }
        }
        lives.sort(Comparator.comparingLong((Life life) -> -life.storage.bytes()));
        List<List<Life>> occupants = new ArrayList<>();
        for (Life life : lives) {
            placement.place(life, occupants, largestSlab);
        }
        return placement;
    }

    /** Each storage in a slab of its own, of exactly its size. */
    public static Placement apart(List<Launch> launches) {
        Placement placement = new Placement();
        for (Launch launch : launches) {
            for (Launch.Argument argument : launch.arguments()) {
                if (argument instanceof Launch.Memory memory
                        && memory.region().storage().kind() == Storage.Kind.ARENA) {
                    placement.places.computeIfAbsent(memory.region().storage(), storage -> {
                        placement.slabs.add(storage.bytes());
                        placement.lowerBound += storage.bytes();
                        return new Place(placement.slabs.size() - 1, 0);
                    });
                }
            }
        }
        return placement;
    }

    private void place(Life life, List<List<Life>> occupants, long largestSlab) {
        long bytes = (life.storage.bytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        for (int slab = 0; ; slab++) {
            if (slab == occupants.size()) {
                occupants.add(new ArrayList<>());
                slabs.add(0L);
            }
            long offset = lowestGap(life, occupants.get(slab), bytes);
            // A storage larger than the limit gets a slab of its own, and the device has the last word on it.
            if (offset + bytes <= largestSlab || offset == 0) {
                places.put(life.storage, new Place(slab, offset));
                occupants.get(slab).add(life);
                slabs.set(slab, Math.max(slabs.get(slab), offset + bytes));
                return;
            }
        }
    }

    private long lowestGap(Life life, List<Life> occupants, long bytes) {
        List<Life> neighbours =
                new ArrayList<>(occupants.stream().filter(life::overlaps).toList());
        neighbours.sort(Comparator.comparingLong(
                (Life other) -> places.get(other.storage).byteOffset()));
        long offset = 0;
        for (Life other : neighbours) {
            long start = places.get(other.storage).byteOffset();
            if (offset + bytes <= start) {
                break;
            }
            long end = start + (other.storage.bytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            offset = Math.max(offset, end);
        }
        return offset;
    }

    /** Where a storage lies; null for one that is not in the arena. */
    @Nullable
    public Place of(Storage storage) {
        return places.get(storage);
    }

    /** The size of each slab, in bytes. */
    public List<Long> slabs() {
        return slabs;
    }

    /** The arena's size, in bytes. */
    public long bytes() {
        return slabs.stream().mapToLong(Long::longValue).sum();
    }

    /** The most that lives at one time, in bytes: no placement can be smaller, with these launches in this order. */
    public long lowerBound() {
        return lowerBound;
    }

    /** The first launch during which that much lives; the number of launches if it is what is kept after the last one. */
    public int fullest() {
        return fullest;
    }
}
