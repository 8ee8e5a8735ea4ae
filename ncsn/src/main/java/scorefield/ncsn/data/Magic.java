package scorefield.ncsn.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Formats that the first bytes of a file identify, to read them or to refuse them by name. */
enum Magic {
    PNG("PNG", Use.PICTURE, 0, "\u0089PNG\r\n\u001a\n"),
    JPEG("JPEG", Use.PICTURE, 0, "\u00ff\u00d8\u00ff"),
    GIF("GIF", Use.PICTURE, 0, "GIF8"),
    BMP("BMP", Use.PICTURE, 0, "BM"),
    WEBP("WebP", Use.PICTURE, 8, "WEBP"),
    TIFF_LITTLE("TIFF", Use.PICTURE, 0, "II*\0"),
    TIFF_BIG("TIFF", Use.PICTURE, 0, "MM\0*"),
    ZIP("zip", Use.ARCHIVE, 0, "PK\u0003\u0004"),
    EMPTY_ZIP("zip", Use.ARCHIVE, 0, "PK\u0005\u0006"),
    GZIP("gzip", Use.ARCHIVE, 0, "\u001f\u008b"),
    TAR("tar", Use.ARCHIVE, 257, "ustar"),
    SEVEN_ZIP("7z", Use.ARCHIVE, 0, "7z\u00bc\u00af\u0027\u001c"),
    RAR("RAR", Use.ARCHIVE, 0, "Rar!\u001a\u0007"),
    XZ("xz", Use.ARCHIVE, 0, "\u00fd7zXZ\0"),
    BZIP2("bzip2", Use.ARCHIVE, 0, "BZh"),
    ZSTANDARD("Zstandard", Use.ARCHIVE, 0, "\u0028\u00b5\u002f\u00fd"),
    QUICKTIME("QuickTime video", Use.NONE, 4, "ftypqt  "),
    HEIC("HEIF", Use.NONE, 4, "ftyphe"),
    HEIF("HEIF", Use.NONE, 4, "ftypmif1"),
    HEIF_SEQUENCE("HEIF", Use.NONE, 4, "ftypmsf1"),
    AVIF("AVIF", Use.NONE, 4, "ftypavi"),
    MP4("MP4 video", Use.NONE, 4, "ftyp"),
    OLD_QUICKTIME("QuickTime video", Use.NONE, 4, "moov"),
    OLD_QUICKTIME_DATA("QuickTime video", Use.NONE, 4, "mdat"),
    OLD_QUICKTIME_WIDE("QuickTime video", Use.NONE, 4, "wide"),
    AVI("AVI video", Use.NONE, 8, "AVI "),
    JPEG_XL("JPEG XL", Use.NONE, 4, "JXL "),
    JPEG_2000("JPEG 2000", Use.NONE, 4, "jP  "),
    PSD("Photoshop", Use.NONE, 0, "8BPS"),
    PDF("PDF", Use.NONE, 0, "%PDF"),
    NPY("NumPy array", Use.NONE, 0, "\u0093NUMPY"),
    HDF5("HDF5", Use.NONE, 0, "\u0089HDF"),
    PICKLE_2("Python pickle", Use.NONE, 0, "\u0080\u0002"),
    PICKLE_3("Python pickle", Use.NONE, 0, "\u0080\u0003"),
    PICKLE_4("Python pickle", Use.NONE, 0, "\u0080\u0004"),
    PICKLE_5("Python pickle", Use.NONE, 0, "\u0080\u0005"),
    UNKNOWN("unknown", Use.NONE, 0, "");

    /** What a reader of data does with a format. */
    private enum Use {
        PICTURE,
        ARCHIVE,
        NONE
    }

    private final String title;
    private final Use use;
    private final int at;
    private final byte[] mark;

    Magic(String title, Use use, int at, String mark) {
        this.title = title;
        this.use = use;
        this.at = at;
        this.mark = mark.getBytes(StandardCharsets.ISO_8859_1);
    }

    static Magic of(byte[] head) {
        for (Magic magic : values()) {
            if (magic.begins(head)) {
                return magic;
            }
        }
        return UNKNOWN;
    }

    boolean begins(byte[] head) {
        return head.length >= at + mark.length && Arrays.equals(head, at, at + mark.length, mark, 0, mark.length);
    }

    /** Whether pictures of this format are read. */
    boolean isPicture() {
        return use == Use.PICTURE;
    }

    /** Whether it holds other files. */
    boolean isArchive() {
        return use == Use.ARCHIVE;
    }

    /** Whether it is Python's serialisation of objects, of any version. */
    boolean isPickle() {
        return title.equals(PICKLE_2.title);
    }

    /** With an article, such as {@code a tar archive}. */
    String described() {
        return (title.matches("(AVI|HEIF|MP4|RAR|xz|HDF5|AVIF).*") ? "an " : "a ")
                + title
                + (isArchive() ? " archive" : isPicture() ? " picture" : "");
    }

    @Override
    public String toString() {
        return title;
    }
}
