package scorefield.kernels.pass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import scorefield.autodiff.Tensor;
import scorefield.kernels.launch.Storage;

/**
 * The sixth pass: when each group runs.
 *
 * <p>Of the groups that are ready, the one runs next that leaves the least memory in use; so a weight's gradient runs as soon as it
 * can and frees the activation that it needed, and the peak stays low. Where that makes no difference, the given order holds.
 */
final class Scheduler implements Pass {

    private final List<Group> given;
    private final Residence residence;
    private final Map<Group, Set<Group>> waiting = new HashMap<>();
    private final Map<Group, List<Group>> followers = new HashMap<>();
    private final Map<Storage, Set<Group>> readers = new IdentityHashMap<>();
    private final Set<Storage> allocated = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Group> order = new ArrayList<>();

    /**
     * Orders groups.
     *
     * @param groups in any topological order
     * @param residence where each stored tensor lies; only the arena's storage counts
     */
    public Scheduler(List<Group> groups, Residence residence) {
        this.given = groups;
        this.residence = residence;
        findDependencies();
        List<Group> ready = new ArrayList<>(
                groups.stream().filter(group -> waiting.get(group).isEmpty()).toList());
        while (!ready.isEmpty()) {
            Group next = best(ready);
            ready.remove(next);
            run(next, ready);
        }
        if (order.size() != groups.size()) {
            throw new IllegalStateException("the groups depend on each other in a cycle");
        }
    }

    /** The groups in the order in which they run. */
    public List<Group> order() {
        return order;
    }

    private void findDependencies() {
        Map<Tensor, Group> producers = new IdentityHashMap<>();
        given.forEach(group -> group.outputs().forEach(output -> producers.put(output, group)));
        given.forEach(group -> followers.put(group, new ArrayList<>()));
        for (Group group : given) {
            Set<Group> open = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Tensor input : group.inputs()) {
                if (producers.containsKey(input)) {
                    open.add(producers.get(input));
                    readers.computeIfAbsent(storage(input), s -> Collections.newSetFromMap(new IdentityHashMap<>()))
                            .add(group);
                }
            }
            open.addAll(residence.before(group));
            open.remove(group);
            open.forEach(other -> followers.get(other).add(group));
            waiting.put(group, open);
        }
    }

    private Storage storage(Tensor stored) {
        return residence.region(stored).orElseThrow().storage();
    }

    private Group best(List<Group> ready) {
        Group best = ready.get(0);
        long least = Long.MAX_VALUE;
        for (Group group : ready) {
            long change = change(group);
            if (change < least) {
                least = change;
                best = group;
            }
        }
        return best;
    }

    private void run(Group group, List<Group> ready) {
        order.add(group);
        group.outputs().forEach(output -> allocated.add(storage(output)));
        readers.values().forEach(set -> set.remove(group));
        for (Group follower : followers.get(group)) {
            if (waiting.get(follower).remove(group) && waiting.get(follower).isEmpty()) {
                ready.add(follower);
            }
        }
    }

    /** By how many bytes the memory in use grows if a group runs now. */
    private long change(Group group) {
        long change = 0;
        for (Tensor output : group.outputs()) {
            Storage storage = storage(output);
            if (storage.kind() == Storage.Kind.ARENA && !allocated.contains(storage)) {
                change += storage.bytes();
            }
        }
        Set<Storage> freed = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Tensor input : group.inputs()) {
            Storage storage = storage(input);
            Set<Group> remaining = readers.get(storage);
            if (storage.kind() == Storage.Kind.ARENA
                    && !residence.isKept(storage)
                    && remaining != null
                    && remaining.size() == 1
                    && freed.add(storage)) {
                change -= storage.bytes();
            }
        }
        return change;
    }

    /** For people: when a group runs, if that is at another place than before. */
    Optional<String> did(Group group) {
        int before = given.indexOf(group);
        int now = order.indexOf(group);
        return before == now
                ? Optional.empty()
                : Optional.of("runs as group %d of %d instead of %d, so that less memory is in use at one time"
                        .formatted(now + 1, order.size(), before + 1));
    }

    @Override
    public String report() {
        long moved = 0;
        for (int i = 0; i < order.size(); i++) {
            moved += order.get(i) == given.get(i) ? 0 : 1;
        }
        StringBuilder text = new StringBuilder(
                "%d of %d groups run at another place than before, so that less memory is in use at one time%n"
                        .formatted(moved, order.size()));
        order.forEach(group -> text.append("%6d  %s%n".formatted(given.indexOf(group), group.node())));
        return text.toString();
    }
}
