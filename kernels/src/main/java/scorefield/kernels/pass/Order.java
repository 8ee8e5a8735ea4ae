package scorefield.kernels.pass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import scorefield.autodiff.Tensor;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Storage;

/**
 * The fourth pass: when each group runs.
 *
 * <p>Of the groups that are ready, the one runs next that leaves the least memory in use; so a weight's gradient runs as soon as it
 * can and frees the activation that it needed, and the peak stays low. Where that makes no difference, the given order holds.
 */
public final class Order {

    private Order() {}

    /**
     * @param groups in any topological order
     * @param before for a group, others that must run before it although it reads nothing of theirs
     * @param storages where each stored tensor lies; only arena storage counts
     * @param kept storages that live to the end
     */
    public static List<Fusion.Group> order(
            List<Fusion.Group> groups,
            Map<Fusion.Group, Set<Fusion.Group>> before,
            Map<Tensor, Region> storages,
            Set<Storage> kept) {
        Map<Tensor, Fusion.Group> producers = new IdentityHashMap<>();
        groups.forEach(group -> group.outputs().forEach(output -> producers.put(output, group)));
        Map<Fusion.Group, Set<Fusion.Group>> waiting = new HashMap<>();
        Map<Fusion.Group, List<Fusion.Group>> followers = new HashMap<>();
        Map<Storage, Set<Fusion.Group>> readers = new IdentityHashMap<>();
        groups.forEach(group -> followers.put(group, new ArrayList<>()));
        for (Fusion.Group group : groups) {
            Set<Fusion.Group> open = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Tensor input : group.inputs()) {
                if (producers.containsKey(input)) {
                    open.add(producers.get(input));
                    readers.computeIfAbsent(
                                    storages.get(input).storage(),
                                    s -> Collections.newSetFromMap(new IdentityHashMap<>()))
                            .add(group);
                }
            }
            open.addAll(before.getOrDefault(group, Set.of()));
            open.remove(group);
            open.forEach(other -> followers.get(other).add(group));
            waiting.put(group, open);
        }

        List<Fusion.Group> result = new ArrayList<>();
        List<Fusion.Group> ready = new ArrayList<>();
        groups.stream().filter(group -> waiting.get(group).isEmpty()).forEach(ready::add);
        Set<Storage> allocated = Collections.newSetFromMap(new IdentityHashMap<>());
        while (!ready.isEmpty()) {
            Fusion.Group best = ready.get(0);
            long least = Long.MAX_VALUE;
            for (Fusion.Group group : ready) {
                long change = change(group, storages, readers, allocated, kept);
                if (change < least) {
                    least = change;
                    best = group;
                }
            }
            ready.remove(best);
            result.add(best);
            Fusion.Group done = best;
            done.outputs().forEach(output -> allocated.add(storages.get(output).storage()));
            readers.values().forEach(set -> set.remove(done));
            for (Fusion.Group follower : followers.get(done)) {
                if (waiting.get(follower).remove(done) && waiting.get(follower).isEmpty()) {
                    ready.add(follower);
                }
            }
        }
        if (result.size() != groups.size()) {
            throw new IllegalStateException("the groups depend on each other in a circle");
        }
        return result;
    }

    /** By how many bytes the memory in use grows if a group runs now. */
    private static long change(
            Fusion.Group group,
            Map<Tensor, Region> storages,
            Map<Storage, Set<Fusion.Group>> readers,
            Set<Storage> allocated,
            Set<Storage> kept) {
        long change = 0;
        for (Tensor output : group.outputs()) {
            Storage storage = storages.get(output).storage();
            if (storage.kind() == Storage.Kind.ARENA && !allocated.contains(storage)) {
                change += storage.bytes();
            }
        }
        Set<Storage> freed = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Tensor input : group.inputs()) {
            Storage storage = storages.get(input).storage();
            Set<Fusion.Group> remaining = readers.get(storage);
            if (storage.kind() == Storage.Kind.ARENA
                    && !kept.contains(storage)
                    && remaining != null
                    && remaining.size() == 1
                    && freed.add(storage)) {
                change -= storage.bytes();
            }
        }
        return change;
    }
}
