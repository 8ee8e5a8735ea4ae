package scorefield.ncsn.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The pictures of a folder or zip, in the order in which they are read, and how large each is: from the beginnings of their files, without
 * decoding them, so that a size for all can be chosen before memory is asked for.
 *
 * @param names paths within the folder or zip
 * @param sizes of the pictures, in pixels
 */
public record PictureSurvey(List<String> names, List<Pixels> sizes) {

    /**
     * A picture's size, which may be more than what images here can have.
     *
     * @param height rows
     * @param width columns
     */
    public record Pixels(int height, int width) {

        /** How many there are. */
        public long count() {
            return (long) height * width;
        }

        @Override
        public String toString() {
            return height + "×" + width;
        }
    }

    /**
     * Surveys a folder or zip of pictures; empty for data of another format.
     *
     * @param skipDamaged whether files that cannot be read are left out
     * @throws BadDataException if there is nothing at that path, or, unless they are left out, naming the files that cannot be read
     */
    public static Optional<PictureSurvey> of(Path path, boolean skipDamaged) {
        return DataReader.withPictures(path, files -> of(files, skipDamaged));
    }

    private static PictureSurvey of(PictureFiles files, boolean skipDamaged) {
        List<String> names = files.names();
        @Nullable Pixels[] sizes = new Pixels[names.size()];
        UnreadableFiles unreadable = new UnreadableFiles(files);
        IntStream.range(0, sizes.length)
                .parallel()
                .forEach(i ->
                        sizes[i] = unreadable.orElseNull(i, () -> PictureDecoder.size(files.title(i), files.read(i))));
        if (!skipDamaged) {
            unreadable.requireNone();
        }
        return new PictureSurvey(
                IntStream.range(0, sizes.length)
                        .filter(i -> sizes[i] != null)
                        .mapToObj(names::get)
                        .toList(),
                Arrays.stream(sizes).filter(Objects::nonNull).toList());
    }
}
