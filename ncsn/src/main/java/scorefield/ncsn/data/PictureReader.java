package scorefield.ncsn.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.file.IoReason;

/**
 * Reads a folder or zip of pictures. Pictures are decoded on all cores, a batch at a time; whatever thread finishes
 * first, the order is that of the paths, and the first bad picture in that order is the one that is named.
 */
final class PictureReader {

    /** Large enough to keep all cores busy, small enough that a bad picture is reported soon. */
    private static final int BATCH = 1024;

    private PictureReader() {}

    static Images readFolder(Path folder, ReadOptions options) throws IOException {
        try (PictureFiles files = PictureFiles.inFolder(folder)) {
            return read(files, options);
        }
    }

    static Images readZip(Path zip, ReadOptions options) throws IOException {
        try (PictureFiles files = PictureFiles.inZip(zip)) {
            return read(files, options);
        }
    }

    /** One picture. */
    static Images readFile(Path path, ReadOptions options) {
        try {
            Picture picture = PictureDecoder.decode(path.toString(), Files.readAllBytes(path))
                    .fitted(options);
            String title = path.toAbsolutePath().normalize().getFileName().toString();
            return new Images(
                    title, picture.height(), picture.width(), picture.channels(), picture.pixels(), null, List.of());
        } catch (NoSuchFileException e) {
            throw new BadDataException(path + ": there is no such file", e);
        } catch (IOException e) {
            throw new BadDataException(path + ": cannot be read: " + IoReason.of(e), e);
        }
    }

    private static Images read(PictureFiles files, ReadOptions options) {
        List<String> names = files.names();
        if (names.isEmpty()) {
            throw new BadDataException(files.origin() + ": there are no pictures (PNG or JPEG) in it");
        }
        Picture[] pictures = new Picture[names.size()];
        // The first one alone: from its size follows whether there is room for all.
        decode(files, options, pictures, 0, 1);
        Images.requireRoom(files.origin().toString(), pictures.length, pictures[0].height(), pictures[0].width(), 1);
        for (int from = 1; from < pictures.length; from += BATCH) {
            decode(files, options, pictures, from, Math.min(pictures.length, from + BATCH));
        }
        return assemble(files.origin(), names, pictures);
    }

    private static void decode(PictureFiles files, ReadOptions options, Picture[] pictures, int from, int to) {
        @Nullable BadDataException[] failures = new BadDataException[to - from];
        IntStream.range(from, to).parallel().forEach(i -> {
            try {
                pictures[i] = decode(files, files.names().get(i), options);
            } catch (BadDataException e) {
                failures[i - from] = e;
            }
        });
        for (int i = from; i < to; i++) {
            BadDataException failure = failures[i - from];
            if (failure != null) {
                throw failure;
            }
            if (pictures[i].height() != pictures[0].height() || pictures[i].width() != pictures[0].width()) {
                throw new BadDataException(files.origin() + ": pictures differ in size: "
                        + files.names().get(0) + " is "
                        + pictures[0].height() + "×" + pictures[0].width() + " pixels, "
                        + files.names().get(i) + " is "
                        + pictures[i].height() + "×" + pictures[i].width()
                        + " pixels; give one size for all, for example data.size=" + pictures[0].height() + "x"
                        + pictures[0].width() + " (rows x columns), with data.crop=true to cut rather than stretch");
            }
        }
    }

    private static Picture decode(PictureFiles files, String name, ReadOptions options) {
        String title = files.origin() + "/" + name;
        try {
            return PictureDecoder.decode(title, files.read(name)).fitted(options);
        } catch (IOException e) {
            throw new BadDataException(title + ": cannot be read: " + IoReason.of(e), e);
        }
    }

    private static Images assemble(Path origin, List<String> names, Picture[] pictures) {
        int height = pictures[0].height();
        int width = pictures[0].width();
        int channels = IntStream.range(0, pictures.length).anyMatch(i -> pictures[i].channels() == 3) ? 3 : 1;
        Images.requireRoom(origin.toString(), pictures.length, height, width, channels);
        int dimension = height * width * channels;
        byte[] bytes = new byte[pictures.length * dimension];
        for (int i = 0; i < pictures.length; i++) {
            if (channels == 1) {
                System.arraycopy(pictures[i].pixels(), 0, bytes, i * dimension, dimension);
            } else {
                pictures[i].writeColour(bytes, i * dimension);
            }
        }
        List<String> folders = names.stream().map(PictureReader::parent).toList();
        List<String> classes = new ArrayList<>(new TreeSet<>(folders));
        String title = origin.toAbsolutePath().normalize().getFileName().toString();
        if (classes.size() < 2 || classes.contains("")) {
            return new Images(title, height, width, channels, bytes, null, List.of());
        }
        int[] labels = folders.stream()
                .mapToInt(folder -> Collections.binarySearch(classes, folder))
                .toArray();
        return new Images(title, height, width, channels, bytes, labels, classes);
    }

    /** The name of the folder that a picture lies in; empty at the top. */
    private static String parent(String path) {
        int end = path.lastIndexOf('/');
        return end < 0 ? "" : path.substring(path.lastIndexOf('/', end - 1) + 1, end);
    }
}
