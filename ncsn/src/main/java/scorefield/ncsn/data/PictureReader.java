package scorefield.ncsn.data;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.file.InputFile;
import scorefield.ncsn.file.IoReason;

/**
 * Reads a folder or zip of pictures. Pictures are decoded on all cores, a batch at a time; whatever thread finishes
 * first, the order is that of the paths. All files that cannot be read are named together.
 */
final class PictureReader {

    /** Large enough to keep all cores busy, small enough that pictures of different sizes are reported soon. */
    private static final int BATCH = 1024;

    private PictureReader() {}

    static Images readFolder(Path folder, ReadOptions options) throws IOException {
        try (PictureFiles files = PictureFiles.inFolder(folder)) {
            return new Reading(files, options).images();
        }
    }

    static Images readZip(Path zip, ReadOptions options) throws IOException {
        try (PictureFiles files = PicturesInZip.open(zip)) {
            return new Reading(files, options).images();
        }
    }

    /** One picture, as a data set. */
    static Images readFile(Path path, ReadOptions options) {
        Picture picture = picture(path, options);
        String title = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        return new Images(
                title, picture.height(), picture.width(), picture.channels(), picture.pixels(), null, List.of());
    }

    /** One picture. */
    static Picture picture(Path path, ReadOptions options) {
        try {
            InputFile.requireRegular(path);
            PictureFiles alone = new PictureFiles.InFolder(
                    path.toAbsolutePath().getParent(),
                    List.of(path.getFileName().toString()));
            return PictureDecoder.decode(path.toString(), alone.read(0), options);
        } catch (NoSuchFileException e) {
            throw new BadDataException(path + ": there is no such file", e);
        } catch (IOException e) {
            throw new BadDataException(path + ": cannot be read: " + IoReason.of(e), e);
        }
    }

    /** The reading of one folder or zip. */
    private static final class Reading {

        private final PictureFiles files;
        private final ReadOptions options;
        private final UnreadableFiles unreadable;
        private final @Nullable Picture[] pictures;

        /** The first picture that could be read. */
        private int first = -1;

        Reading(PictureFiles files, ReadOptions options) {
            this.files = files;
            this.options = options;
            this.unreadable = new UnreadableFiles(files);
            this.pictures = new Picture[files.names().size()];
        }

        Images images() {
            if (pictures.length == 0) {
                throw new BadDataException(
                        files.origin() + ": there are no pictures in it (PNG, JPEG, WebP, TIFF, GIF" + " or BMP)");
            }
            // The first one alone: from its size follows whether there is room for all.
            for (int from = 0; from < pictures.length; from += from == 0 ? 1 : BATCH) {
                decode(from, Math.min(pictures.length, from == 0 ? 1 : from + BATCH));
            }
            if (!options.skipDamaged() || first < 0) {
                unreadable.requireNone();
            }
            return assembled();
        }

        private void decode(int from, int to) {
            IntStream.range(from, to)
                    .parallel()
                    .forEach(i -> pictures[i] = unreadable.orElseNull(
                            i, () -> PictureDecoder.decode(files.title(i), files.read(i), options)));
            for (int i = from; i < to; i++) {
                Picture picture = pictures[i];
                if (picture == null) {
                    continue;
                }
                if (first < 0) {
                    first = i;
                    Images.requireRoom(
                            files.origin().toString(), pictures.length, picture.height(), picture.width(), 1);
                }
                requireSizeOfFirst(i, picture, pictures[first]);
            }
            if (unreadable.count() > 0 && !options.skipDamaged()) {
                IntStream.range(from, to).forEach(i -> pictures[i] = null); // the rest is only looked at
                first = -1;
            }
        }

        private void requireSizeOfFirst(int i, Picture picture, Picture one) {
            if (picture.height() != one.height() || picture.width() != one.width()) {
                throw new BadDataException(files.origin() + ": pictures differ in size: "
                        + files.names().get(first) + " is "
                        + one.height() + "×" + one.width() + " pixels, "
                        + files.names().get(i) + " is "
                        + picture.height() + "×" + picture.width()
                        + " pixels; give one size for all, for example data.size=" + one.height() + "x"
                        + one.width() + " (rows x columns), with data.crop=true to cut rather than stretch");
            }
        }

        private Images assembled() {
            int[] read = IntStream.range(0, pictures.length)
                    .filter(i -> pictures[i] != null)
                    .toArray();
            int height = pictures[first].height();
            int width = pictures[first].width();
            int channels = IntStream.of(read).anyMatch(i -> pictures[i].channels() == 3) ? 3 : 1;
            Images.requireRoom(files.origin().toString(), read.length, height, width, channels);
            int dimension = height * width * channels;
            byte[] bytes = new byte[read.length * dimension];
            for (int i = 0; i < read.length; i++) {
                pictures[read[i]].write(channels, bytes, i * dimension);
                pictures[read[i]] = null;
            }
            List<String> names = IntStream.of(read).mapToObj(files.names()::get).toList();
            Optional<FolderClasses> classes = FolderClasses.of(files.origin().toString(), names);
            Images images = new Images(
                    String.valueOf(files.origin().toAbsolutePath().normalize().getFileName()),
                    height,
                    width,
                    channels,
                    bytes,
                    classes.map(FolderClasses::labels).orElse(null),
                    classes.map(FolderClasses::classes).orElse(List.of()));
            return images.withFiles(names)
                    .withNotes(unreadable.count() == 0 ? List.of() : List.of("left out: " + unreadable.described()));
        }
    }
}
