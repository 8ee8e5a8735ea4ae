package scorefield.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowthTest {

    @Test
    void aSectionHasATableAndFigures(@TempDir Path docs) throws IOException {
        Files.createDirectory(docs.resolve("performance"));
        StringBuilder text = new StringBuilder();
        Growth.Series ours = new Growth.Series(
                "ours",
                Steps.TRAINING,
                Growth.Axis.BATCH,
                List.of(new Growth.Point(1, 10, 100_000_000), new Growth.Point(4, 20, 400_000_000)),
                "not measured from 8 on");
        Growth.Series other =
                new Growth.Series("other", Steps.SAMPLING, Growth.Axis.BATCH, List.of(new Growth.Point(1, 7, 0)), "");
        Growth.section(text, docs, Growth.Axis.BATCH, List.of(ours, other));
        assertThat(text)
                .contains("| batch | ours, training: images/s | peak MB | other, sampling: images/s |")
                .contains("| 1 | 10.0 | 100 | 7.0 |", "| 4 | 20.0 | 400 | – |", "| 8 | – | – | – |")
                .contains("| exponent | time of a step: 0.50 | 1.00 | – |")
                .contains("- ours: not measured from 8 on");
        for (String picture : List.of("growth-batch.png", "growth-batch-memory.png")) {
            assertThat(text).contains("(performance/" + picture + ")");
            assertThat(ImageIO.read(docs.resolve("performance").resolve(picture).toFile()))
                    .isNotNull();
        }
    }

    @Test
    void theExponentIsOfTheTimeOfAStep() {
        // Images per second that grow with the square root of the batch: a step's time grows so, too.
        Growth.Series batches = new Growth.Series(
                "peer",
                Steps.TRAINING,
                Growth.Axis.BATCH,
                List.of(new Growth.Point(1, 10, 100), new Growth.Point(4, 20, 400), new Growth.Point(16, 40, 1600)),
                "");
        assertThat(batches.timeExponent().orElseThrow()).isCloseTo(0.5, within(1e-12));
        assertThat(batches.memoryExponent().orElseThrow()).isCloseTo(1, within(1e-12));
        // The number of images stays the same.
        Growth.Series sizes = new Growth.Series(
                "peer",
                Steps.SAMPLING,
                Growth.Axis.SIZE,
                List.of(new Growth.Point(16, 8, 0), new Growth.Point(32, 2, 0)),
                "");
        assertThat(sizes.timeExponent().orElseThrow()).isCloseTo(2, within(1e-12));
        assertThat(sizes.memoryExponent()).isEmpty();
        Growth.Series one =
                new Growth.Series("peer", Steps.TRAINING, Growth.Axis.SIZE, List.of(new Growth.Point(16, 8, 7)), "");
        assertThat(one.timeExponent()).isEmpty();
    }
}
