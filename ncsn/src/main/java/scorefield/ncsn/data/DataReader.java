package scorefield.ncsn.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import scorefield.ncsn.file.InputFile;
import scorefield.ncsn.file.IoReason;

/** Looks at what a path holds, and hands it to the reader of that format. */
final class DataReader {

    private DataReader() {}

    /** Work that reads. */
    @FunctionalInterface
    private interface Reading<T> {
        T get() throws IOException;
    }

    static Images read(Path path, ReadOptions options) {
        return reading(path, () -> {
            if (Files.isDirectory(path)) {
                if (CifarReader.recognises(path)) {
                    return CifarReader.readFolder(path, options);
                }
                CifarReader.requireNoPickles(path);
                return PictureReader.readFolder(path, options);
            }
            return readFile(path, options);
        });
    }

    /** Does some work with the files of a folder or zip of pictures; nothing with data of another format. */
    static <T> Optional<T> withPictures(Path path, Function<PictureFiles, T> work) {
        return reading(path, () -> {
            boolean folder = Files.isDirectory(path);
            if (folder ? CifarReader.recognises(path) : !isZipOfPictures(path)) {
                return Optional.empty();
            }
            if (folder) {
                CifarReader.requireNoPickles(path);
            }
            try (PictureFiles files = folder ? PictureFiles.inFolder(path) : PicturesInZip.open(path)) {
                return Optional.of(work.apply(files));
            }
        });
    }

    private static boolean isZipOfPictures(Path path) throws IOException {
        byte[] head = head(path);
        return Magic.ZIP.begins(head) && !ArrayReader.recognises(path, head);
    }

    /** Images or, of arrays N×D, points. */
    static DataSet readAny(Path path, ReadOptions options) {
        return reading(path, () -> {
            if (Files.isRegularFile(path) && ArrayReader.recognises(path, head(path))) {
                return ArrayReader.read(path, options);
            }
            if (options.range() != null) {
                throw new BadDataException(path + ": a range is for images in an array (.npy, .npz, .safetensors);"
                        + " pictures have their own; leave it out");
            }
            return read(path, options);
        });
    }

    private static <T> T reading(Path path, Reading<T> work) {
        try {
            if (Files.notExists(path)) {
                throw new BadDataException(path + ": there is no such file or folder");
            }
            return work.get();
        } catch (IOException e) {
            // In a folder, the file or subfolder that failed is worth knowing.
            String file = e instanceof FileSystemException failed && failed.getFile() != null
                    ? failed.getFile()
                    : path.toString();
            throw new BadDataException(file + ": cannot be read: " + IoReason.of(e), e);
        }
    }

    /** Whether a path is a picture that can be read. */
    static boolean isPicture(Path path) {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try {
            return Magic.of(head(path)).isPicture();
        } catch (IOException e) {
            throw new BadDataException(path + ": cannot be read: " + IoReason.of(e), e);
        }
    }

    private static Images readFile(Path path, ReadOptions options) throws IOException {
        InputFile.requireRegular(path);
        long size = Files.size(path);
        if (size == 0) {
            throw new BadDataException(path + ": is empty (0 bytes)");
        }
        byte[] head = head(path);
        if (ArrayReader.recognises(path, head)) {
            if (ArrayReader.read(path, options) instanceof Images images) {
                return images;
            }
            throw new BadDataException(path + ": holds points, but images are needed here");
        }
        if (Magic.ZIP.begins(head)) {
            return PictureReader.readZip(path, options);
        }
        if (Magic.GZIP.begins(head)) {
            byte[] inside = inflatedHead(head);
            if (Magic.TAR.begins(inside)) {
                throw new BadDataException(path + ": " + packed(Magic.TAR));
            }
            if (inside.length < 4 || Idx.looksLikeIt(inside)) {
                return IdxReader.read(path, options);
            }
            throw new BadDataException(path + ": what is gzipped in it is not an IDX file: it begins with "
                    + hex(inside) + ", not with the magic number 0x00000803 (grey images) or 0x00000804");
        }
        // A CIFAR file begins with a label and red pixels: dark ones can look like IDX's magic number.
        if (CifarReader.recognises(path, size)) {
            return CifarReader.readFile(path, options);
        }
        if (Idx.looksLikeIt(head)) {
            return IdxReader.read(path, options);
        }
        throw new BadDataException(path + ": " + unknown(head, size));
    }

    private static String unknown(byte[] head, long size) {
        Magic magic = Magic.of(head);
        if (magic.isPicture()) {
            return "is a single " + magic + " picture; give the folder or zip that holds all of them";
        }
        if (magic == Magic.EMPTY_ZIP) {
            return "is a zip with nothing in it";
        }
        if (magic.isArchive()) {
            return packed(magic);
        }
        if (magic.isPickle()) {
            return CifarReader.PYTHON;
        }
        return "is not a data set that can be read: it begins with " + hex(head)
                + (magic == Magic.UNKNOWN ? "" : " (" + magic + ")")
                + " and has " + size + " bytes"
                + "; supported are IDX files (magic number 0x00000803 or 0x00000804, may be gzipped), CIFAR-10"
                + " binary files (records of 3073 bytes, the first byte a label 0 to 9), CIFAR-100's (3074 bytes),"
                + " arrays (.npy, .npz, .safetensors), and a folder or zip of pictures (PNG, JPEG, WebP, TIFF, GIF"
                + " and BMP)";
    }

    private static String packed(Magic magic) {
        return "is " + magic.described() + "; unpack it first, and give the folder or file in it";
    }

    private static byte[] head(Path path) throws IOException {
        return InputFile.head(path, PictureFiles.LOOK);
    }

    /** As much of the beginning as the gzipped beginning gives; the reader of the format reports damage precisely. */
    private static byte[] inflatedHead(byte[] gzipped) {
        byte[] inside = new byte[PictureFiles.LOOK];
        int length = 0;
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzipped))) {
            for (int n = in.read(inside); n > 0; n = in.read(inside, length, inside.length - length)) {
                length += n;
            }
        } catch (IOException endOfTheBeginning) {
            // The beginning of a gzip file is a gzip file cut short: what came out before the cut is what is wanted.
            return Arrays.copyOf(inside, length);
        }
        return Arrays.copyOf(inside, length);
    }

    /** The first four bytes as a magic number, in hexadecimal. */
    static String hex(byte[] head) {
        if (head.length == 0) {
            return "nothing";
        }
        return "0x" + HexFormat.of().formatHex(head, 0, Math.min(4, head.length));
    }
}
