package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.DataSettings;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.Settings;

class HeldOutDataTest {

    @TempDir
    private Path folder;

    @Test
    void heldOutDataAreFoundBesideTheTrainingData() throws IOException {
        assertThat(beside("train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte"))
                .isEqualTo("t10k-images-idx3-ubyte");
        assertThat(beside("train", "test")).isEqualTo("test");
        assertThat(beside("data_batch_2.bin", "test_batch.bin")).isEqualTo("test_batch.bin");
        assertThat(beside("photos.zip", "other.zip")).isEmpty();
    }

    private String beside(String training, String there) throws IOException {
        Path own = Files.createTempDirectory(folder, "data");
        Files.createFile(own.resolve(there));
        Settings source = Settings.of("data.source", own.resolve(training).toString());
        DataSettings settings = Configuration.of(source, Presets.GREY_28).data();
        return HeldOutData.of(settings, 1, 10)
                .map(found -> String.valueOf(Path.of(found.settings().source()).getFileName()))
                .orElse("");
    }

    @Test
    void otherBuiltInDataAreNeverDrawnWithTheSameSeed() {
        long[] seeds = {0, 1, -1, 3, Long.MIN_VALUE, Long.MAX_VALUE};
        for (long runs : seeds) {
            assertThat(LongStream.of(seeds).map(which -> HeldOutData.seed(runs, which)))
                    .doesNotContain(runs);
        }
    }
}
