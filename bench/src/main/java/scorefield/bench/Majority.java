package scorefield.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/** Decides by agreement which of several peers are right. */
final class Majority {

    private Majority() {}

    /**
     * The largest group of peers that agree with each other, each with each. Peers that err independently do not agree. So a group of one
     * decides nothing unless there is nobody else, and two groups of the same size decide nothing either.
     *
     * @param peers at most 30
     * @return the group, in the order of the peers; empty if there is no decision
     */
    static <P> List<P> of(List<P> peers, BiPredicate<P, P> agree) {
        List<P> largest = List.of();
        boolean decided = false;
        for (int members = 1; members < 1 << peers.size(); members++) {
            List<P> group = new ArrayList<>();
            for (int i = 0; i < peers.size(); i++) {
                if ((members >> i & 1) != 0) {
                    group.add(peers.get(i));
                }
            }
            if (group.size() >= largest.size() && agreeInPairs(group, agree)) {
                decided = group.size() > largest.size();
                largest = group;
            }
        }
        return decided ? largest : List.of();
    }

    private static <P> boolean agreeInPairs(List<P> group, BiPredicate<P, P> agree) {
        for (int i = 0; i < group.size(); i++) {
            for (int j = i + 1; j < group.size(); j++) {
                if (!agree.test(group.get(i), group.get(j))) {
                    return false;
                }
            }
        }
        return true;
    }
}
