package scorefield.ncsn.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.data.Range;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.file.Npy;
import scorefield.ncsn.setting.BadConfigurationException;

class EvaluatedSamplesTest {

    @TempDir
    private Path folder;

    private static final int COUNT = 30;

    private static float[] digits() {
        Images digits = new Digits(1, 8, 8).generate(COUNT);
        float[] numbers = new float[COUNT * 64];
        for (int i = 0; i < COUNT; i++) {
            byte[] image = digits.image(i);
            for (int k = 0; k < 64; k++) {
                numbers[i * 64 + k] = (Byte.toUnsignedInt(image[k]) + 0.5f) / 256;
            }
        }
        return numbers;
    }

    private DataSet read(float[] numbers, String range) throws IOException {
        Path file = folder.resolve("x.npy");
        Npy.write(file, Array.of(numbers, COUNT, 8, 8, 1));
        return EvaluatedSamples.read(file, range.isEmpty() ? Optional.empty() : Optional.of(Range.parse(range)))
                .samples();
    }

    private static float[] scaled(float[] numbers, double low, double high) {
        float[] scaled = numbers.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (low + (high - low) * scaled[i]);
        }
        return scaled;
    }

    @Test
    void numbersInAnotherRangeAreRefusedOrConverted() throws IOException {
        float[] unit = digits();
        byte[] bytes = ((Images) read(unit, "")).image(3);
        assertThat(((Images) read(unit, "0,1")).image(3)).isEqualTo(bytes);
        for (double[] range : new double[][] {{-1, 1}, {0, 255}, {-0.5, 0.5}, {0, 2}, {-128, 127}, {100, 101}}) {
            float[] other = scaled(unit, range[0], range[1]);
            assertThatThrownBy(() -> read(other, ""))
                    .isInstanceOf(BadDataException.class)
                    .hasMessageStartingWith(folder.resolve("x.npy") + ": holds numbers from ")
                    .hasMessageContaining(
                            " % of them outside of 0 to 1; save them in [0, 1] or as uint8, or, for evaluate, say in which"
                                    + " range black to white is, such as --range -1,1");
            String said = range[0] + "," + range[1];
            assertThat(((Images) read(other, said)).image(3)).as(said).isEqualTo(bytes);
        }
        assertThatThrownBy(() -> read(scaled(unit, 0, 255), "-1,1")).hasMessageContaining("outside of -1 to 1");
    }

    /** Noise is left in samples. */
    @Test
    void samplesThatLieALittleOutsideAreSamples() throws IOException {
        float[] noisy = digits();
        Random random = new Random(1);
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] += (float) (0.015 * random.nextGaussian());
        }
        noisy[0] = -0.4f;
        assertThat(read(noisy, "").count()).isEqualTo(COUNT);
        noisy[0] = -0.6f;
        assertThatThrownBy(() -> read(noisy, "")).hasMessageContaining("holds numbers from -0.6 to ");
    }

    @Test
    void numbersThatAreNotFiniteAreRefused() throws IOException {
        Path file = folder.resolve("x.npy");
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1e300}) {
            double[] numbers = new double[24];
            numbers[17] = bad;
            Npy.write(file, Array.of(numbers, 2, 3, 4));
            assertThatThrownBy(() -> EvaluatedSamples.read(file, Optional.empty()))
                    .isInstanceOf(BadFileException.class)
                    .hasMessage(file + ": holds " + (float) bad
                            + " at index [1, 1, 1]; all numbers must be finite as float32");
        }
    }

    @Test
    void aRangeIsForImagesInAnArray() throws IOException {
        Path file = folder.resolve("points.npy");
        Npy.write(file, Array.of(new float[] {-5, 7, 900, 3}, 2, 2));
        assertThat(EvaluatedSamples.read(file, Optional.empty()).samples().count())
                .isEqualTo(2);
        assertThatThrownBy(() -> EvaluatedSamples.read(file, Optional.of(Range.UNIT)))
                .isInstanceOf(BadDataException.class)
                .hasMessageEndingWith("holds points; a range is for images; leave it out");
        Npy.write(file, Array.of(new byte[12], 3, 2, 2, 1));
        assertThatThrownBy(() -> EvaluatedSamples.read(file, Optional.of(Range.UNIT)))
                .hasMessageEndingWith("a range is for numbers; leave it out");
        for (String bad : new String[] {"", "1", "1,0", "0,0", "nan,1", "0,inf", "0,1,2", "a,b", "0;1", "-1e999,1"}) {
            assertThatThrownBy(() -> Range.parse(bad)).as(bad).isInstanceOf(BadConfigurationException.class);
        }
    }

    @Test
    void aReferenceWhoseSamplesAreMostlyEqualIsRefused() {
        double[][] equal = new double[40][2];
        Points points = Points.of("equal", equal);
        assertThatThrownBy(() -> SampleEvaluation.requireComparable(points, reference(points)))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(
                        "the reference equal must have different samples: most pairs of its 40 samples are equal");
        for (int i = 0; i < 25; i++) {
            equal[i][1] = i;
        }
        Points enough = Points.of("enough", equal);
        SampleEvaluation.requireComparable(enough, reference(enough));
        byte[] grey = new byte[40 * 16];
        Arrays.fill(grey, (byte) 77);
        Images images = Images.of("grey", 4, 4, 1, grey);
        assertThatThrownBy(() -> SampleEvaluation.requireComparable(images, reference(images)))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("most pairs of its 40 samples are equal");
    }

    private static ReferenceData reference(DataSet data) {
        return new ReferenceData(data, data, "given");
    }
}
