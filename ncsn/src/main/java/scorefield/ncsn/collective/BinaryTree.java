package scorefield.ncsn.collective;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The order in which the vectors of several shards are summed: a full binary tree, whose leaves are the shards.
 *
 * <pre>
 * ((v₀ + v₁) + (v₂ + v₃)) + ((v₄ + v₅) + (v₆ + v₇))
 * </pre>
 *
 * <p>Sums of floating-point numbers depend on their order. This order depends on the number of shards alone, so the sum has the same bits
 * whoever computes which part of it: a rank sums the largest subtrees that its shards make up, and what is left is the top of the tree.
 *
 * @param leaves how many shards, a power of two
 */
public record BinaryTree(int leaves) {

    /** Checks that the number of leaves is a power of two. */
    public BinaryTree {
        if (Integer.bitCount(leaves) != 1) {
            throw new IllegalArgumentException("the number of leaves must be a power of two; got " + leaves);
        }
    }

    /**
     * A subtree.
     *
     * @param level 0 for a leaf; the subtree has 2^level leaves
     * @param index its place among the subtrees of its level: its leaves begin at index·2^level
     */
    public record Node(int level, int index) {

        /** A leaf. */
        public static Node leaf(int index) {
            return new Node(0, index);
        }

        private boolean isLeftOf(Node other) {
            return level == other.level && index % 2 == 0 && other.index == index + 1;
        }

        private Node parent() {
            return new Node(level + 1, index / 2);
        }
    }

    /**
     * Follows a sum whose terms, neighbouring subtrees, come one after the other from left to right: it says when the last two of those that are
     * still apart are to be added.
     */
    public static final class Order {

        private final Deque<Node> apart = new ArrayDeque<>();

        /**
         * Adds a term.
         *
         * @return how often the last two that are apart are now added to one
         */
        public int add(Node term) {
            Node last = term;
            int additions = 0;
            while (!apart.isEmpty() && apart.peekLast().isLeftOf(last)) {
                apart.removeLast();
                last = last.parent();
                additions++;
            }
            apart.addLast(last);
            return additions;
        }

        /** How many terms there are, those that were added to one counted once. */
        public int apart() {
            return apart.size();
        }

        /** The terms that are apart, from left to right. */
        public List<Node> nodes() {
            return List.copyOf(apart);
        }
    }

    /** The first leaf of a rank; its last one is before the next rank's first. The numbers of leaves differ by at most one. */
    public int first(int rank, int ranks) {
        return (int) ((long) leaves * rank / ranks);
    }

    /** The largest subtrees that some neighbouring leaves make up, from left to right. */
    public static List<Node> nodes(int from, int to) {
        Order order = new Order();
        for (int leaf = from; leaf < to; leaf++) {
            order.add(Node.leaf(leaf));
        }
        return order.nodes();
    }

    /** The subtrees that a rank sums, from left to right. */
    public List<Node> ofRank(int rank, int ranks) {
        return nodes(first(rank, ranks), first(rank + 1, ranks));
    }

    /** The most terms that are apart while some neighbouring leaves are added: so much memory a sum needs, in vectors. */
    public static int mostApart(int from, int to) {
        Order order = new Order();
        int most = 0;
        for (int leaf = from; leaf < to; leaf++) {
            most = Math.max(most, order.apart() + 1);
            order.add(Node.leaf(leaf));
        }
        return most;
    }

    /**
     * The sum of all leaves.
     *
     * @param nodes neighbouring subtrees, from left to right, that have all leaves
     * @param vectors the sum of each; changed
     * @return one of the vectors
     */
    public float[] sum(List<Node> nodes, List<float[]> vectors) {
        Order order = new Order();
        List<float[]> apart = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            apart.add(vectors.get(i));
            for (int additions = order.add(nodes.get(i)); additions > 0; additions--) {
                float[] right = apart.remove(apart.size() - 1);
                float[] left = apart.get(apart.size() - 1);
                for (int k = 0; k < left.length; k++) {
                    left[k] += right[k];
                }
            }
        }
        if (apart.size() != 1 || 1 << order.nodes().get(0).level() != leaves) {
            throw new IllegalArgumentException(
                    "the subtrees " + nodes + " are not the whole tree of " + leaves + " leaves");
        }
        return apart.get(0);
    }
}
