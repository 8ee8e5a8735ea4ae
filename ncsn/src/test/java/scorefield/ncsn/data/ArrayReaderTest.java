package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.file.Npy;
import scorefield.ncsn.file.Npz;
import scorefield.ncsn.file.Safetensors;

/** Samples in arrays of NumPy and safetensors. */
class ArrayReaderTest {

    @TempDir
    Path folder;

    private static final byte[] BYTES = TestFiles.random(1, 2 * 4 * 6 * 3);

    private Path npy(Array array) throws IOException {
        Path path = folder.resolve("x.npy");
        Npy.write(path, array);
        return path;
    }

    private Path npz(Map<String, Array> arrays) throws IOException {
        Path path = folder.resolve("x.npz");
        Npz.write(path, arrays);
        return path;
    }

    @Test
    void bytesAreTakenAsTheyAre() throws IOException {
        Images images = Images.read(npy(Array.of(BYTES, 2, 4, 6, 3)));
        assertThat(images.toString()).isEqualTo("x.npy: 2 images of 4×6, colour");
        assertThat(images.bytes()).isEqualTo(BYTES);
        assertThat(Images.read(npy(Array.of(BYTES, 6, 4, 6))).toString()).isEqualTo("x.npy: 6 images of 4×6, grey");
    }

    @Test
    void numbersBecomeTheBytesThatTheyStandFor() throws IOException {
        double[] numbers = new double[BYTES.length];
        float[] floats = new float[BYTES.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (BYTES[i] & 0xff) / 255.0;
            floats[i] = (float) numbers[i];
        }
        assertThat(Images.read(npy(Array.of(numbers, 2, 4, 6, 3))).bytes()).isEqualTo(BYTES);
        assertThat(Images.read(npy(Array.of(floats, 2, 4, 6, 3))).bytes()).isEqualTo(BYTES);
        // A sample may overshoot a little, and one in a hundred more; it is clamped, as a picture of it would be.
        floats[0] = 1.2f;
        floats[1] = -0.04f;
        byte[] clamped = Images.read(npy(Array.of(floats, 2, 4, 6, 3))).bytes();
        assertThat(clamped[0]).isEqualTo((byte) 255);
        assertThat(clamped[1]).isEqualTo((byte) 0);
    }

    @Test
    void integersBesideTheImagesAreTheirLabelsWhateverTheNames() throws IOException {
        Map<String, Array> arrays = new LinkedHashMap<>();
        arrays.put("arr_1", Array.of(new long[] {3, 1}, 2));
        arrays.put("arr_0", Array.of(BYTES, 2, 4, 6, 3));
        Images images = Images.read(npz(arrays));
        assertThat(images.toString()).isEqualTo("x.npz: 2 images of 4×6, colour, 4 classes");
        assertThat(images.labels()).containsExactly(3, 1);
        assertThat(images.classes()).containsExactly("0", "1", "2", "3");
        Path safetensors = folder.resolve("x.safetensors");
        Safetensors.of(Map.of(), arrays).write(safetensors);
        assertThat(Images.read(safetensors).labels()).containsExactly(3, 1);
        assertThat(Images.read(safetensors).bytes()).isEqualTo(BYTES);
    }

    @Test
    void imagesAreResizedAndPointsAreNot() throws IOException {
        Path images = npy(Array.of(BYTES, 2, 4, 6, 3));
        assertThat(Images.read(images, ReadOptions.cropAndResize(2, 2)).sample().dims())
                .containsExactly(2, 2, 3);
        Path points = npy(Array.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
        DataSet read = DataSets.open(points.toString(), OptionalInt.of(2), ReadOptions.AS_IS, 0);
        assertThat(read).isInstanceOf(Points.class);
        assertThat(read.count()).isEqualTo(2);
        assertThat(((Points) read).coordinates()).containsExactly(1, 2, 3, 4);
        refused(points, "holds points, but images are needed here");
        assertThatThrownBy(() -> DataSets.open(points.toString(), OptionalInt.of(4), ReadOptions.AS_IS, 0))
                .hasMessageContaining("there are only 3 points in ");
    }

    @Test
    void refusesWhatAreNoImages() throws IOException {
        refused(
                npy(Array.of(new float[24], 2, 3, 2, 2)),
                "holds an array of shape [2, 3, 2, 2], but images N×H×W×C have 1 or 3 channels, which come last: save"
                        + " it with numpy.moveaxis(x, 1, -1)");
        refused(npy(Array.of(new float[5], 5)), "holds an array of shape [5], but samples are images");
        refused(
                npy(Array.of(new int[12], 1, 2, 2, 3)),
                "type I32, but images are uint8, or float32 or float64 in [0, 1]");
        float[] numbers = new float[12];
        numbers[3] = -1;
        refused(
                npy(Array.of(numbers, 1, 2, 2, 3)),
                "holds numbers from -1 to 0, 8.333 % of them outside of 0 to 1; save them in [0, 1] or as uint8");
        numbers[3] = Float.NaN;
        Path notFinite = npy(Array.of(numbers, 1, 2, 2, 3));
        assertThatThrownBy(() -> Images.read(notFinite))
                .isInstanceOf(BadFileException.class)
                .hasMessage(notFinite + ": holds NaN at index [0, 0, 1, 0]; all numbers must be finite as float32");
        refused(npy(Array.of(new float[0], 0, 2, 2, 3)), "of shape [0, 2, 2, 3], but samples are images");
    }

    @Test
    void refusesLabelsThatNoClassHas() throws IOException {
        for (long label : new long[] {-1, 100_000, 1L << 40}) {
            Map<String, Array> arrays = new LinkedHashMap<>();
            arrays.put("x", Array.of(BYTES, 2, 4, 6, 3));
            arrays.put("y", Array.of(new long[] {0, label}, 2));
            refused(npz(arrays), "labels must be 0 to 99999; there is the label " + label);
        }
    }

    @Test
    void refusesADamagedNpz() throws IOException {
        Path path = npz(Map.of("x", Array.of(BYTES, 2, 4, 6, 3)));
        byte[] whole = Files.readAllBytes(path);
        Files.write(path, Arrays.copyOf(whole, whole.length - 30));
        assertThatThrownBy(() -> Images.read(path))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("x.npz: is a damaged zip, or one cut short");
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("a.npy", "no array".getBytes(StandardCharsets.US_ASCII));
        TestFiles.write(folder, "x.npz", TestFiles.zip(files));
        assertThatThrownBy(() -> Images.read(path)).hasMessageContaining("x.npz/a.npy: is not a .npy file");
    }

    private static void refused(Path path, String message) {
        assertThatThrownBy(() -> Images.read(path))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(path + ": ")
                .hasMessageContaining(message);
    }
}
