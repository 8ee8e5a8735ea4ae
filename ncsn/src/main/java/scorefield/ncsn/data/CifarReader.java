package scorefield.ncsn.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import scorefield.ncsn.file.InputFile;

/**
 * Reads CIFAR-10 and CIFAR-100 binary files: records of a label byte (CIFAR-100: two, of a superclass and of the class) and 3072 pixel
 * bytes, first the 1024 red ones, then green, then blue (A. Krizhevsky, "The CIFAR-10 dataset", "Binary version").
 */
final class CifarReader {

    /** What is said of CIFAR's version for Python. */
    static final String PYTHON =
            "is a Python pickle, which is not read; of CIFAR-10 and CIFAR-100, get the binary version"
                    + " (cifar-10-binary.tar.gz, with data_batch_1.bin and so on, or cifar-100-binary.tar.gz) and give its folder";

    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;

    /** The two sets. */
    private enum Kind {
        CIFAR_10("CIFAR-10", "data_batch_*.bin", List.of(10), CifarClasses.OF_10),
        CIFAR_100("CIFAR-100", "train.bin", List.of(20, 100), CifarClasses.OF_100);

        private final String title;
        /** The training files in a folder as it is handed out. */
        private final String training;
        /** How many values each label byte has; the last is the class. */
        private final List<Integer> labels;

        private final List<String> classes;

        Kind(String title, String training, List<Integer> labels, List<String> classes) {
            this.title = title;
            this.training = training;
            this.labels = labels;
            this.classes = classes;
        }

        int record() {
            return labels.size() + 3 * PLANE;
        }

        /** The first label byte of a record that is none; −1 where all are. */
        int wrongLabel(byte[] records, int at) {
            for (int k = 0; k < labels.size(); k++) {
                if ((records[at + k] & 0xff) >= labels.get(k)) {
                    return k;
                }
            }
            return -1;
        }

        /** The training files of a folder, in order. */
        List<Path> files(Path folder) throws IOException {
            List<Path> files = new ArrayList<>();
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, training)) {
                found.forEach(files::add);
            }
            files.sort(null);
            return files;
        }

        /** The format has no magic number: the size must be whole records, and every record must begin with labels. */
        boolean recognises(Path file, long size) throws IOException {
            if (size == 0 || size % record() != 0) {
                return false;
            }
            try (InputStream in = new BufferedInputStream(InputFile.open(file))) {
                // Of a file that is too large anyway, the beginning.
                for (long left = Math.min(size, Images.MOST_BYTES) / record(); left > 0; left--) {
                    byte[] record = in.readNBytes(record());
                    if (record.length < record() || wrongLabel(record, 0) >= 0) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    private CifarReader() {}

    /** A folder as CIFAR is handed out: the training files in it are read, its test file is left alone. */
    static boolean recognises(Path folder) throws IOException {
        return ofFolder(folder).isPresent();
    }

    private static Optional<Kind> ofFolder(Path folder) throws IOException {
        for (Kind kind : Kind.values()) {
            if (!kind.files(folder).isEmpty()) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** Whether a file consists of records of one of the sets. */
    static boolean recognises(Path file, long size) throws IOException {
        return ofFile(file, size).isPresent();
    }

    private static Optional<Kind> ofFile(Path file, long size) throws IOException {
        for (Kind kind : Kind.values()) {
            if (kind.recognises(file, size)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /**
     * Refuses a folder with one of the sets as Python's objects, as they are handed out.
     *
     * @throws BadDataException naming the version that is read
     */
    static void requireNoPickles(Path folder) throws IOException {
        for (String name : List.of("data_batch_1", "batches.meta", "test_batch", "train", "test", "meta")) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)
                    && Magic.of(InputFile.head(file, PictureFiles.LOOK)).isPickle()) {
                throw new BadDataException(file + ": " + PYTHON);
            }
        }
    }

    static Images readFile(Path file, ReadOptions options) throws IOException {
        Kind kind = ofFile(file, Files.size(file)).orElseThrow();
        return read(kind, file.getFileName().toString(), List.of(file), options);
    }

    static Images readFolder(Path folder, ReadOptions options) throws IOException {
        Kind kind = ofFolder(folder).orElseThrow();
        String name = folder.toAbsolutePath().normalize().getFileName().toString();
        return read(kind, name, kind.files(folder), options);
    }

    private static Images read(Kind kind, String name, List<Path> files, ReadOptions options) throws IOException {
        int record = kind.record();
        long total = 0;
        for (Path file : files) {
            InputFile.requireRegular(file);
            long size = Files.size(file);
            if (size == 0 || size % record != 0) {
                throw new BadDataException(file + ": has " + size + " bytes, but a " + kind.title
                        + " file is records of " + record + " bytes: " + size / record + " records and "
                        + size % record + " bytes over");
            }
            total += size / record;
        }
        Images.requireRoom(name, total, SIDE, SIDE, 3);
        int n = (int) total;
        byte[] pixels = new byte[n * 3 * PLANE];
        int[] labels = new int[n];
        int own = kind.labels.size();
        int i = 0;
        for (Path file : files) {
            byte[] records = Files.readAllBytes(file);
            for (int at = 0; at + record <= records.length; at += record, i++) {
                int wrong = kind.wrongLabel(records, at);
                if (wrong >= 0) {
                    throw new BadDataException(file + ": byte " + (at + wrong) + " should be a " + kind.title
                            + " label, 0 to " + (kind.labels.get(wrong) - 1) + ", but is "
                            + (records[at + wrong] & 0xff));
                }
                labels[i] = records[at + own - 1] & 0xff;
                interleave(records, at + own, pixels, i * 3 * PLANE);
            }
        }
        byte[] fitted = Resampler.fitAll(name, pixels, n, SIDE, SIDE, 3, options);
        return new Images(name, options.heightFrom(SIDE), options.widthFrom(SIDE), 3, fitted, labels, kind.classes);
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
