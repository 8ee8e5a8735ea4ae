package scorefield.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {

    @TempDir
    private Path docs;

    @Test
    void aRatioIsComparedWithItsTarget() {
        assertThat(Ratio.atLeast("x", 2, 3, new double[] {1, 2.5, 9}).row())
                .isEqualTo("| x | **2.50 ×** | 1.75 × … 5.75 × | ≥ 2.00 × | ≥ 3.00 × | reached |%n".formatted());
        assertThat(Ratio.atLeast("x", 2, 3, new double[] {3}).verdict()).isEqualTo("better than the aim");
        assertThat(Ratio.atLeast("x", 2, 3, new double[] {1.9}).verdict()).isEqualTo("**not reached**");
        assertThat(Ratio.atMost("x", "×", 0.7, 0.4, new double[] {0.5}).verdict())
                .isEqualTo("reached");
        assertThat(Ratio.atMost("x", "×", 0.7, 0.4, new double[] {0.8}).verdict())
                .isEqualTo("**not reached**");
        assertThat(Ratio.atMost("x", "s", 0, 2, new double[] {2.5}).verdict()).isEqualTo("aim not reached");
        assertThat(Ratio.atMost("x", "s", 0, 2, new double[] {2.5}).row()).contains("| – | ≤ 2.00 s |");
    }

    @Test
    void geometricMeansAreRoundByRound() {
        double[] mean = Ratio.geometricMean(new double[][] {{1, 2}, {4, 8}});
        assertThat(mean[0]).isCloseTo(2, within(1e-12));
        assertThat(mean[1]).isCloseTo(4, within(1e-12));
    }

    @Test
    void aPartThatIsMeasuredAgainReplacesTheOldOne() throws IOException {
        Results results = new Results(docs);
        add(results, "memory", 1);
        add(results, "training-step", 2.5);
        add(results, "training-step", 3.5);
        String document = Files.readString(docs.resolve("performance.md"));
        assertThat(document)
                .contains("| about training-step | **3.50 ×**")
                .doesNotContain("2.50 ×")
                .contains("- processor: one", "text of memory", "`bin/bench memory`")
                .contains("OPENBLAS_NUM_THREADS=1");
        assertThat(document.indexOf("text of training-step"))
                .as("the order is the benchmark's, not that of the runs")
                .isLessThan(document.indexOf("text of memory"));
        assertThat(docs.resolve("performance/memory.json")).exists();
    }

    private static void add(Results results, String part, double ratio) throws IOException {
        results.add(
                part,
                "Title of " + part,
                Map.of("processor", "one"),
                "text of " + part,
                List.of(Ratio.atLeast("about " + part, 2, 3, new double[] {ratio})),
                Results.json(Map.of("numbers", new double[] {ratio})));
    }
}
