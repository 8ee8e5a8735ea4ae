package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarReaderTest {

    private static final int RECORD = 3073;

    @TempDir
    Path folder;

    /** Records with labels 3, 4, … and random pixels. */
    private static byte[] records(long seed, int count) {
        byte[] file = TestFiles.random(seed, count * RECORD);
        for (int i = 0; i < count; i++) {
            file[i * RECORD] = (byte) (3 + i);
        }
        return file;
    }

    @Test
    void planesBecomePixels() {
        byte[] file = records(1, 2);
        Images images = Images.read(TestFiles.write(folder, "any name", file));
        assertThat(images.toString()).isEqualTo("any name: 2 images of 32×32, colour, 10 classes");
        assertThat(images.label(1)).isEqualTo(4);
        assertThat(images.classes().get(3)).isEqualTo("cat");
        for (int p = 0; p < 1024; p++) {
            for (int colour = 0; colour < 3; colour++) {
                assertThat(images.pixel(1, p / 32, p % 32, colour))
                        .isEqualTo(file[RECORD + 1 + 1024 * colour + p] & 0xff);
            }
        }
    }

    @Test
    void aFolderIsItsTrainingBatchesInOrder() {
        TestFiles.write(folder, "data_batch_2.bin", records(2, 1));
        TestFiles.write(folder, "data_batch_1.bin", records(1, 2));
        TestFiles.write(folder, "test_batch.bin", records(3, 1));
        TestFiles.write(folder, "batches.meta.txt", "airplane\n".getBytes(StandardCharsets.US_ASCII));
        Images images = Images.read(folder);
        assertThat(images.count()).isEqualTo(3);
        assertThat(images.pixel(0, 0, 0, 0)).isEqualTo(records(1, 2)[1] & 0xff);
        assertThat(images.pixel(2, 0, 0, 0)).isEqualTo(records(2, 1)[1] & 0xff);
    }

    @Test
    void aDarkBeginningIsNotTakenForAnIdxFile() {
        byte[] file = records(1, 1);
        file[0] = 0;
        file[1] = 0;
        file[2] = 8;
        file[3] = 3;
        assertThat(Images.read(TestFiles.write(folder, "x", file)).channels()).isEqualTo(3);
    }

    @Test
    void resizes() {
        Images images = Images.read(TestFiles.write(folder, "x", records(1, 2)), ReadOptions.cropAndResize(8, 16));
        assertThat(images.toString()).startsWith("x: 2 images of 8×16, colour");
    }

    @Test
    void refusesAWrongSizeInAFolder() {
        Path path = TestFiles.write(folder, "data_batch_1.bin", Arrays.copyOf(records(1, 2), 5000));
        assertThatThrownBy(() -> Images.read(folder))
                .isInstanceOf(BadDataException.class)
                .hasMessage(path + ": has 5000 bytes, but a CIFAR-10 file is records of 3073 bytes: 1 records and 1927"
                        + " bytes over");
    }

    @Test
    void refusesAWrongSizeAlone() {
        Path path = TestFiles.write(folder, "x.bin", Arrays.copyOf(records(1, 2), 5000));
        assertThatThrownBy(() -> Images.read(path))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("and has 5000 bytes")
                .hasMessageContaining("records of 3073 bytes");
    }

    @Test
    void refusesAWrongLabel() {
        byte[] file = records(1, 2);
        file[RECORD] = 77;
        Path path = TestFiles.write(folder, "data_batch_1.bin", file);
        assertThatThrownBy(() -> Images.read(folder))
                .isInstanceOf(BadDataException.class)
                .hasMessage(path + ": byte 3073 should be a CIFAR-10 label, 0 to 9, but is 77");
    }

    /** Records of CIFAR-100 with classes 97, 98, …, all of superclass 7, and random pixels. */
    private static byte[] records100(long seed, int count) {
        byte[] file = TestFiles.random(seed, count * 3074);
        for (int i = 0; i < count; i++) {
            file[i * 3074] = 7;
            file[i * 3074 + 1] = (byte) (97 + i);
        }
        return file;
    }

    @Test
    void cifar100HasTwoLabelsOfWhichTheSecondIsTheClass() {
        byte[] file = records100(1, 2);
        TestFiles.write(folder, "train.bin", file);
        TestFiles.write(folder, "test.bin", records100(2, 1));
        TestFiles.write(folder, "fine_label_names.txt", "apple\n".getBytes(StandardCharsets.US_ASCII));
        for (Images images : List.of(Images.read(folder), Images.read(folder.resolve("train.bin")))) {
            assertThat(images.toString()).endsWith(": 2 images of 32×32, colour, 100 classes");
            assertThat(images.label(1)).isEqualTo(98);
            assertThat(images.classes().get(97)).isEqualTo("wolf");
            for (int p = 0; p < 1024; p++) {
                for (int colour = 0; colour < 3; colour++) {
                    assertThat(images.pixel(1, p / 32, p % 32, colour))
                            .isEqualTo(file[3074 + 2 + 1024 * colour + p] & 0xff);
                }
            }
        }
    }

    @Test
    void namesTheVersionForPython() {
        byte[] pickle = Arrays.copyOf(new byte[] {(byte) 0x80, 4, (byte) 0x95, 0}, 30_918);
        Path batch = TestFiles.write(folder.resolve("python"), "data_batch_1", pickle);
        TestFiles.write(folder.resolve("python"), "batches.meta", Arrays.copyOf(pickle, 36));
        for (Path path : List.of(batch, batch.getParent())) {
            assertThatThrownBy(() -> Images.read(path))
                    .isInstanceOf(BadDataException.class)
                    .hasMessage(batch + ": is a Python pickle, which is not read; of CIFAR-10 and CIFAR-100, get the"
                            + " binary version (cifar-10-binary.tar.gz, with data_batch_1.bin and so on, or"
                            + " cifar-100-binary.tar.gz) and give its folder");
        }
        assertThatThrownBy(() -> PictureSurvey.of(batch.getParent(), false)).hasMessageContaining("a Python pickle");
    }

    @Test
    void refusesAWrongLabelOfCifar100() {
        byte[] file = records100(1, 2);
        file[3074] = 20;
        Path path = TestFiles.write(folder, "train.bin", file);
        assertThatThrownBy(() -> Images.read(folder))
                .isInstanceOf(BadDataException.class)
                .hasMessage(path + ": byte 3074 should be a CIFAR-100 label, 0 to 19, but is 20");
    }
}
