package scorefield.ncsn.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {

    @TempDir
    Path folder;

    @Property(tries = 60)
    void whatIsWrittenIsRead(@ForAll("shapes") int[] shape, @ForAll float number) throws IOException {
        int length = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] floats = new float[length];
        double[] doubles = new double[length];
        for (int i = 0; i < length; i++) {
            floats[i] = number * i;
            doubles[i] = Math.PI * number * i;
        }
        Path path = Files.createTempFile("roundtrip", ".npy");
        try {
            Npy.write(path, Array.of(floats, shape));
            assertThat(Npy.read(path)).isEqualTo(Array.of(floats, shape));
            Npy.write(path, Array.of(doubles, shape));
            assertThat(Npy.read(path)).isEqualTo(Array.of(doubles, shape));
            assertThat((Files.size(path) - 8L * length) % 64).isZero();
        } finally {
            Files.delete(path);
        }
    }

    @Provide
    Arbitrary<int[]> shapes() {
        return Arbitraries.integers().between(0, 6).array(int[].class).ofMaxSize(4);
    }

    @Test
    void writesTheHeaderThatNumpyExpects() throws IOException {
        Npy.write(folder.resolve("x"), Array.of(new float[6], 2, 3));
        byte[] file = Files.readAllBytes(folder.resolve("x"));
        assertThat(file).hasSize(128 + 24);
        assertThat(file[0] & 0xff).isEqualTo(0x93);
        assertThat(new String(file, 1, 5, StandardCharsets.US_ASCII)).isEqualTo("NUMPY");
        assertThat(file[127]).isEqualTo((byte) '\n');
        assertThat(new String(file, 10, 117, StandardCharsets.US_ASCII).strip())
                .isEqualTo("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3,), }");
    }

    @Test
    void readsAllVersions() throws IOException {
        for (int version = 1; version <= 3; version++) {
            Path path = file(
                    version,
                    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n",
                    0,
                    0,
                    0x80,
                    0x3f,
                    0,
                    0,
                    0,
                    0);
            assertThat(Npy.read(path).floats()).containsExactly(1f, 0f);
        }
    }

    @Test
    void readsDoublesAsFloats() throws IOException {
        Npy.write(folder.resolve("x"), Array.of(new double[] {0.5, 0.1}, 1, 2));
        assertThat(Npy.readFinite(folder.resolve("x"))).isEqualTo(Array.of(new float[] {0.5f, 0.1f}, 1, 2));
        Npy.write(folder.resolve("x"), Array.of(new float[] {0.5f}));
        assertThat(Npy.readFinite(folder.resolve("x"))).isEqualTo(Array.of(new float[] {0.5f}));
    }

    @Test
    void refusesOtherArrays() throws IOException {
        refused(
                file(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", new int[16]),
                "holds an array in Fortran order; save it with numpy.ascontiguousarray");
        refused(
                file(1, "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", new int[4]),
                "holds big-endian numbers ('>f4')");
        refused(
                file(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }", new int[2]),
                "holds numbers of the type '<f2'; float32, float64, int32, int64 and uint8 are read: save it with"
                        + " astype('float32')");
        refused(
                file(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", new int[4]),
                "holds numbers of the type [('a', '<f4')]");
    }

    @Test
    void refusesDamage() throws IOException {
        refused(
                Files.write(folder.resolve("x"), "PK is not numpy".getBytes(StandardCharsets.US_ASCII)),
                "is not a .npy file");
        refused(Files.write(folder.resolve("x"), new byte[3]), "is not a .npy file");
        refused(file(9, "{}"), "is a .npy file of version 9 (byte 6); 1 to 3 are read");
        refused(file(1, "{'descr': '<f4', 'shape': (1,), }"), "has no fortran_order in its header");
        refused(file(1, "{'descr': '<f4', 'fortran_order': False, }"), "has no shape in its header");
        refused(file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (a,), }"), "has an impossible shape");
        refused(
                file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (99999, 99999), }"),
                "shape [99999, 99999], which is too large");
        Path path = folder.resolve("y");
        Npy.write(path, Array.of(new float[6], 2, 3));
        byte[] whole = Files.readAllBytes(path);
        refused(
                Files.write(path, Arrays.copyOf(whole, 140)),
                "of shape [2, 3] that should end at byte 152, but the file is cut short at byte 140");
        refused(Files.write(path, Arrays.copyOf(whole, 160)), "the file goes on to byte 160");
        refused(Files.write(path, Arrays.copyOf(whole, 60)), "is cut short in the header: it ends at byte 60");
        refused(folder.resolve("missing"), "there is no such file or folder");
        refused(folder, "is a folder");
        refused(Path.of("/dev/zero"), "is not a regular file");
    }

    @Test
    @Timeout(10)
    void refusesAHostileHeaderAtOnce() throws IOException {
        String begin = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
        for (String shape : List.of(
                "-1,", "2147483648,", "99999999999999999999,", "1.5,", "0x10,", ",", ", ,", "4294967295, 1", " 1 2")) {
            refused(
                    file(2, begin + shape + "), }", 0, 0, 0, 0),
                    "has an impossible shape in its header: (" + shape.strip() + ")");
        }
        refused(file(2, begin + "65536, 65536, 65536, 65536, 65536), }"), "which is too large");
        refused(
                file(2, begin + "2147483647, 2147483647, 2147483647, 0), }", 1),
                "of shape [2147483647, 2147483647, 2147483647, 0], which is too large");
        refused(file(2, begin + "1,".repeat(65) + "), }", 0, 0, 0, 0), "has an impossible shape");
        refused(file(2, begin + "(".repeat(60_000)), "has a header of 60051 bytes");
        refused(file(2, begin + "(".repeat(9_000)), "has no shape in its header");
        refused(file(2, "{'descr':" + " ".repeat(9_000)), "has no descr in its header");
        refused(file(2, "'descr':  ,".repeat(900)), "has no descr in its header");
        refused(file(2, "'shape': (".repeat(900)), "has no descr in its header");
        refused(
                file(2, begin.replace("<f4", "x".repeat(5_000)) + "1,), }"),
                "holds numbers of the type '" + "x".repeat(60) + "…");
    }

    /** Wherever it is cut, and whichever byte of the header is another, it is read or refused, and nothing else. */
    @Test
    void everyCutAndEveryOtherByteIsReadOrRefused() throws IOException {
        Path path = folder.resolve("whole");
        Npy.write(path, Array.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length++) {
            refused(Files.write(path, Arrays.copyOf(whole, length)), "");
        }
        for (int at = 0; at < 70; at++) {
            for (int other : new int[] {0, '(', ')', ',', '\'', '9', '-', 0x7f, 0x80, 0xff}) {
                byte[] altered = whole.clone();
                altered[at] = (byte) other;
                Files.write(path, altered);
                try {
                    assertThat(Npy.read(path).length()).isEqualTo(6);
                } catch (BadFileException e) {
                    assertThat(e.getMessage()).startsWith(path + ": ");
                }
            }
        }
    }

    @Test
    void integersAndBytesAreWrittenAndReadAndNotTakenForFloats() throws IOException {
        Path path = folder.resolve("x");
        for (Array array : List.of(
                Array.of(new int[] {1, -2, 1 << 30}, 3),
                Array.of(new long[] {1L << 40, -1}, 2, 1),
                Array.of(new byte[] {0, (byte) 255}, 2))) {
            Npy.write(path, array);
            assertThat(Npy.read(path)).isEqualTo(array);
            assertThatThrownBy(() -> Npy.readFinite(path))
                    .isInstanceOf(BadFileException.class)
                    .hasMessage(path + ": holds numbers of the type " + array.type()
                            + "; float32 and float64 are read here: save it with astype('float32')");
        }
    }

    private Path file(int version, String header, int... data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer file = ByteBuffer.allocate((version == 1 ? 10 : 12) + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) version)
                .put((byte) 0);
        if (version == 1) {
            file.putShort((short) text.length);
        } else {
            file.putInt(text.length);
        }
        file.put(text);
        for (int value : data) {
            file.put((byte) value);
        }
        return Files.write(folder.resolve("file"), file.array());
    }

    private static void refused(Path path, String message) {
        assertThatThrownBy(() -> Npy.read(path))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(path + ": ")
                .hasMessageContaining(message);
    }
}
