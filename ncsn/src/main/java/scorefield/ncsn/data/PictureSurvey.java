package scorefield.ncsn.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.file.IoReason;

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

        @Override
        public String toString() {
            return height + "×" + width;
        }
    }

    /**
     * Surveys a folder or zip of pictures; empty for data of another format.
     *
     * @throws BadDataException if there is nothing at that path, or a file in it is no picture
     */
    public static Optional<PictureSurvey> of(Path path) {
        return DataReader.withPictures(path, PictureSurvey::of);
    }

    /**
     * Only the names, for which no file is opened; none for data of another format.
     *
     * @throws BadDataException if there is nothing at that path
     */
    public static List<String> names(Path path) {
        return DataReader.withPictures(path, PictureFiles::names).orElse(List.of());
    }

    private static PictureSurvey of(PictureFiles files) {
        List<String> names = files.names();
        Pixels[] sizes = new Pixels[names.size()];
        @Nullable BadDataException[] failures = new BadDataException[names.size()];
        IntStream.range(0, sizes.length).parallel().forEach(i -> {
            String title = files.origin() + "/" + names.get(i);
            try {
                sizes[i] = PictureDecoder.size(title, files.read(names.get(i)));
            } catch (IOException e) {
                failures[i] = new BadDataException(title + ": cannot be read: " + IoReason.of(e), e);
            } catch (BadDataException e) {
                failures[i] = e;
            }
        });
        for (BadDataException failure : failures) {
            if (failure != null) {
                throw failure;
            }
        }
        return new PictureSurvey(names, List.of(sizes));
    }
}
