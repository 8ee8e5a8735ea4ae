package scorefield.ncsn.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import scorefield.ncsn.file.InputFile;

/**
 * Reads CIFAR-10 binary files: records of one label byte and 3072 pixel bytes, first the 1024 red ones, then green, then
 * blue (A. Krizhevsky, "The CIFAR-10 dataset", "Binary version").
 */
final class CifarReader {

    static final int CIFAR_100_RECORD = 3074;

    /** What is said of CIFAR's version for Python. */
    static final String PYTHON = "is a Python pickle, which is not read; of CIFAR-10, get the binary version"
            + " (cifar-10-binary.tar.gz, with data_batch_1.bin and so on) and give its folder";

    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int RECORD = 1 + 3 * PLANE;
    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private CifarReader() {}

    /** A folder as CIFAR-10 is handed out: the training files in it are read, its test file is left alone. */
    static boolean recognises(Path folder) throws IOException {
        return !batches(folder).isEmpty();
    }

    /** The format has no magic number: the size must be whole records, and every record must begin with a label. */
    static boolean recognises(Path file, long size) throws IOException {
        if (size % RECORD != 0) {
            return false;
        }
        try (InputStream in = InputFile.open(file)) {
            byte[] record = new byte[RECORD];
            // Of a file that is too large anyway, the beginning.
            for (long left = Math.min(size, Images.MOST_BYTES) / RECORD; left > 0; left--) {
                if (in.readNBytes(record, 0, RECORD) < RECORD || (record[0] & 0xff) >= CLASSES.size()) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Refuses a folder with CIFAR-10 as Python's objects, or with CIFAR-100, as they are handed out.
     *
     * @throws BadDataException naming the version that is read
     */
    static void requireNoOtherVersion(Path folder) throws IOException {
        for (String name : List.of("data_batch_1", "batches.meta", "test_batch", "train", "test", "meta")) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)
                    && Magic.of(InputFile.head(file, PictureFiles.LOOK)).isPickle()) {
                throw new BadDataException(file + ": " + PYTHON);
            }
        }
        for (String name : List.of("train.bin", "test.bin")) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file) && Files.size(file) > 0 && Files.size(file) % CIFAR_100_RECORD == 0) {
                throw new BadDataException(file + ": has " + Files.size(file) / CIFAR_100_RECORD
                        + " records of " + CIFAR_100_RECORD + " bytes: CIFAR-100 is not read; CIFAR-10's binary version"
                        + " is (data_batch_1.bin and so on)");
            }
        }
    }

    static Images readFile(Path file, ReadOptions options) throws IOException {
        return read(file.getFileName().toString(), List.of(file), options);
    }

    static Images readFolder(Path folder, ReadOptions options) throws IOException {
        return read(folder.toAbsolutePath().normalize().getFileName().toString(), batches(folder), options);
    }

    private static List<Path> batches(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "data_batch_*.bin")) {
            found.forEach(files::add);
        }
        files.sort(null);
        return files;
    }

    private static Images read(String name, List<Path> files, ReadOptions options) throws IOException {
        long total = 0;
        for (Path file : files) {
            InputFile.requireRegular(file);
            long size = Files.size(file);
            if (size == 0 || size % RECORD != 0) {
                throw new BadDataException(file + ": has " + size + " bytes, but a CIFAR-10 file is records of "
                        + RECORD + " bytes: " + size / RECORD + " records and " + size % RECORD + " bytes over");
            }
            total += size / RECORD;
        }
        Images.requireRoom(name, total, SIDE, SIDE, 3);
        int n = (int) total;
        byte[] pixels = new byte[n * 3 * PLANE];
        int[] labels = new int[n];
        int i = 0;
        for (Path file : files) {
            byte[] records = Files.readAllBytes(file);
            for (int at = 0; at + RECORD <= records.length; at += RECORD, i++) {
                labels[i] = records[at] & 0xff;
                if (labels[i] >= CLASSES.size()) {
                    throw new BadDataException(
                            file + ": byte " + at + " should be a CIFAR-10 label, 0 to 9, but is " + labels[i]);
                }
                interleave(records, at + 1, pixels, i * 3 * PLANE);
            }
        }
        byte[] fitted = Resampler.fitAll(name, pixels, n, SIDE, SIDE, 3, options);
        return new Images(name, options.heightFrom(SIDE), options.widthFrom(SIDE), 3, fitted, labels, CLASSES);
    }

    /** Three planes of one colour each become pixels of three colours each. */
    private static void interleave(byte[] planes, int from, byte[] pixels, int to) {
        for (int p = 0; p < PLANE; p++) {
            for (int colour = 0; colour < 3; colour++) {
                pixels[to + 3 * p + colour] = planes[from + colour * PLANE + p];
            }
        }
    }
}
