package scorefield.ncsn.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.collective.BinaryTree.Node;

class BinaryTreeTest {

    private static List<float[]> leaves(int count, long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, count)
                .mapToObj(leaf -> {
                    float[] vector = new float[3];
                    for (int k = 0; k < vector.length; k++) {
                        vector[k] = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(40)));
                    }
                    return vector;
                })
                .toList();
    }

    private static List<Node> nodes(int count) {
        return IntStream.range(0, count).mapToObj(Node::leaf).toList();
    }

    private static List<float[]> copies(List<float[]> vectors) {
        return vectors.stream().map(float[]::clone).toList();
    }

    /** Of neighbouring leaves: the vectors of the largest subtrees, as a rank computes them. */
    private static List<float[]> partial(List<float[]> leaves, int from, int to) {
        List<float[]> sums = new ArrayList<>();
        for (Node node : BinaryTree.nodes(from, to)) {
            int size = 1 << node.level();
            int first = node.index() * size;
            sums.add(new BinaryTree(size).sum(nodes(size), copies(leaves.subList(first, first + size))));
        }
        return sums;
    }

    @Test
    void theSumIsThatOfNeighboursOfNeighbours() {
        List<float[]> v = leaves(8, 1);
        float[] sum = new BinaryTree(8).sum(nodes(8), copies(v));
        for (int k = 0; k < 3; k++) {
            float left = (v.get(0)[k] + v.get(1)[k]) + (v.get(2)[k] + v.get(3)[k]);
            float right = (v.get(4)[k] + v.get(5)[k]) + (v.get(6)[k] + v.get(7)[k]);
            assertThat(sum[k]).isEqualTo(left + right);
        }
    }

    /** However the shards are split over the ranks, also unevenly, and whatever their numbers are. */
    @Property
    void anySplitSumsToTheSameBits(
            @ForAll @IntRange(max = 6) int logarithm,
            @ForAll @IntRange(min = 1, max = 64) int ranks,
            @ForAll long seed) {
        int count = 1 << logarithm;
        BinaryTree tree = new BinaryTree(count);
        List<float[]> leaves = leaves(count, seed);
        float[] alone = tree.sum(nodes(count), copies(leaves));
        Random random = new Random(seed);
        List<Integer> cuts = IntStream.generate(() -> random.nextInt(count + 1))
                .limit(ranks - 1L)
                .sorted()
                .boxed()
                .toList();
        List<Node> nodes = new ArrayList<>();
        List<float[]> vectors = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            int from = rank == 0 ? 0 : cuts.get(rank - 1);
            int to = rank == ranks - 1 ? count : cuts.get(rank);
            nodes.addAll(BinaryTree.nodes(from, to));
            vectors.addAll(partial(leaves, from, to));
        }
        assertThat(tree.sum(nodes, vectors)).containsExactly(alone);
    }

    @Property
    void ranksHaveAllLeavesInEqualShares(
            @ForAll @IntRange(max = 10) int logarithm, @ForAll @IntRange(min = 1, max = 1024) int ranks) {
        BinaryTree tree = new BinaryTree(1 << logarithm);
        assertThat(tree.first(0, ranks)).isZero();
        assertThat(tree.first(ranks, ranks)).isEqualTo(tree.leaves());
        int share = tree.leaves() / ranks;
        for (int rank = 0; rank < ranks; rank++) {
            assertThat(tree.first(rank + 1, ranks) - tree.first(rank, ranks)).isBetween(share, share + 1);
        }
    }

    @Test
    void aRankOfAPowerOfTwoHasOneSubtree() {
        assertThat(new BinaryTree(8).ofRank(1, 4)).containsExactly(new Node(1, 1));
        assertThat(new BinaryTree(8).ofRank(1, 3)).containsExactly(new Node(1, 1), Node.leaf(4));
        assertThat(BinaryTree.mostApart(0, 8)).isEqualTo(4); // the last leaf waits for three larger subtrees
        assertThat(BinaryTree.mostApart(0, 1)).isEqualTo(1);
    }

    @Test
    void whatIsNotAWholeTreeIsRefused() {
        assertThatThrownBy(() -> new BinaryTree(6)).hasMessage("the number of leaves must be a power of two; got 6");
        BinaryTree tree = new BinaryTree(4);
        assertThatThrownBy(() -> tree.sum(nodes(3), leaves(3, 1))).hasMessageContaining("are not the whole tree of 4");
        assertThatThrownBy(() -> tree.sum(nodes(2), leaves(2, 1))).hasMessageContaining("are not the whole tree of 4");
    }
}
