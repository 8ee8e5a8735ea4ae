package scorefield.cli.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.IntStream;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.file.ImageGrid;
import scorefield.ncsn.file.PngWriter;
import scorefield.ncsn.metric.Neighbours;

/** Samples beside their nearest training images: columns of pairs, a sample to the left, the pairs nearest to each other first. */
final class NeighbourPicture {

    private static final int MOST_PAIRS = 48;

    /** Pairs in a row. */
    private static final int PAIRS = 6;

    private NeighbourPicture() {}

    static void write(Path path, Images samples, Images training, Neighbours neighbours) throws IOException {
        int[] nearestFirst = IntStream.range(0, samples.count())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> neighbours.distances()[i][0]))
                .limit(MOST_PAIRS)
                .mapToInt(Integer::intValue)
                .toArray();
        int dimension = samples.dimension();
        byte[] pairs = new byte[2 * nearestFirst.length * dimension];
        for (int i = 0; i < nearestFirst.length; i++) {
            int sample = nearestFirst[i];
            System.arraycopy(samples.image(sample), 0, pairs, 2 * i * dimension, dimension);
            System.arraycopy(
                    training.image(neighbours.indices()[sample][0]), 0, pairs, (2 * i + 1) * dimension, dimension);
        }
        ImageGrid grid = ImageGrid.of(2 * nearestFirst.length, samples.height(), samples.width(), samples.channels());
        PngWriter.write(
                path, grid.withColumns(2 * Math.min(PAIRS, nearestFirst.length)).draw(pairs));
    }
}
