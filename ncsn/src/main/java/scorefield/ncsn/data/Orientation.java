package scorefield.ncsn.data;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.imaging.png.PngChunk;
import com.drew.imaging.png.PngChunkReader;
import com.drew.imaging.png.PngChunkType;
import com.drew.imaging.png.PngProcessingException;
import com.drew.imaging.riff.RiffHandler;
import com.drew.imaging.riff.RiffProcessingException;
import com.drew.imaging.riff.RiffReader;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.StreamReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * How a camera was held, as its pictures note it (EXIF 2.32, section 4.6.4, tag 0x0112): which sides of the scene the first row and the first
 * column of the stored picture are.
 *
 * @param value 1 (as stored) to 8
 */
record Orientation(int value) {

    private static final Orientation AS_STORED = new Orientation(1);

    /** The orientation that a picture notes; as stored where it notes none, or an unknown one. */
    static Orientation of(Magic magic, byte[] file) {
        Metadata metadata = new Metadata();
        try {
            switch (magic) {
                case JPEG ->
                    metadata =
                            JpegMetadataReader.readMetadata(new ByteArrayInputStream(file), List.of(new ExifReader()));
                case PNG -> readPng(file, metadata);
                case WEBP ->
                    new RiffReader()
                            .processRiff(new StreamReader(new ByteArrayInputStream(file)), new ExifOfWebP(metadata));
                case TIFF_LITTLE, TIFF_BIG -> new ExifReader().extract(new ByteArrayReader(file), metadata);
                default -> {
                    return AS_STORED;
                }
            }
        } catch (JpegProcessingException
                | PngProcessingException
                | RiffProcessingException
                | IOException
                | RuntimeException damaged) {
            // Whether the picture itself is intact, its decoder says. A damaged note is none.
            return AS_STORED;
        }
        ExifIFD0Directory notes = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
        Integer noted = notes == null ? null : notes.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
        return noted == null || noted < 1 || noted > 8 ? AS_STORED : new Orientation(noted);
    }

    /** Only the chunk of EXIF data: text in other chunks is compressed, and may become huge. */
    private static void readPng(byte[] file, Metadata metadata) throws PngProcessingException, IOException {
        Iterable<PngChunk> chunks = new PngChunkReader()
                .extract(new StreamReader(new ByteArrayInputStream(file)), Set.of(PngChunkType.eXIf));
        for (PngChunk chunk : chunks) {
            new ExifReader().extract(new ByteArrayReader(chunk.getBytes()), metadata);
        }
    }

    /** Takes the EXIF chunk of a WebP file and no other. */
    private record ExifOfWebP(Metadata metadata) implements RiffHandler {

        @Override
        public boolean shouldAcceptRiffIdentifier(String identifier) {
            return identifier.equals("WEBP");
        }

        @Override
        public boolean shouldAcceptChunk(String fourCc) {
            return fourCc.equals("EXIF");
        }

        @Override
        public boolean shouldAcceptList(String fourCc) {
            return false;
        }

        @Override
        public void processChunk(String fourCc, byte[] payload) {
            // Some writers put JPEG's prefix before the data.
            int from = payload.length > 6 && payload[0] == 'E' && payload[1] == 'x' ? 6 : 0;
            new ExifReader().extract(new ByteArrayReader(payload, from), metadata);
        }

        @Override
        public void addError(String errorMessage) {
            // Damage to other chunks is not looked for here.
        }
    }

    /** Whether rows of the stored picture are columns of the scene. */
    boolean isTransposed() {
        return value >= 5;
    }

    /** The size of the scene. */
    PictureSurvey.Pixels turned(PictureSurvey.Pixels stored) {
        return isTransposed() ? new PictureSurvey.Pixels(stored.width(), stored.height()) : stored;
    }

    /** The scene. */
    Picture turned(Picture stored) {
        if (equals(AS_STORED)) {
            return stored;
        }
        int height = isTransposed() ? stored.width() : stored.height();
        int width = isTransposed() ? stored.height() : stored.width();
        int channels = stored.channels();
        byte[] from = stored.pixels();
        byte[] to = new byte[from.length];
        // Of the stored picture, whether the first row is the scene's bottom or right side, and likewise the first
        // column.
        boolean upsideDown = value == 3 || value == 4 || value == 6 || value == 7;
        boolean mirrored = value == 2 || value == 3 || value == 7 || value == 8;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int row = isTransposed() ? x : y;
                int column = isTransposed() ? y : x;
                row = upsideDown ? stored.height() - 1 - row : row;
                column = mirrored ? stored.width() - 1 - column : column;
                System.arraycopy(
                        from, (row * stored.width() + column) * channels, to, (y * width + x) * channels, channels);
            }
        }
        return new Picture(height, width, channels, to);
    }
}
