package scorefield.ncsn.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Formats that the first bytes of a file identify, to read them or to refuse them by name. */
enum Magic {
    PNG("PNG", 0, "\u0089PNG\r\n\u001a\n"),
    JPEG("JPEG", 0, "\u00ff\u00d8\u00ff"),
    ZIP("zip", 0, "PK\u0003\u0004"),
    EMPTY_ZIP("zip", 0, "PK\u0005\u0006"),
    NPY(".npy", 0, "\u0093NUMPY"),
    GZIP("gzip", 0, "\u001f\u008b"),
    TAR("tar", 257, "ustar"),
    GIF("GIF", 0, "GIF8"),
    BMP("BMP", 0, "BM"),
    WEBP("WebP", 8, "WEBP"),
    HEIF("HEIF or AVIF", 4, "ftyp"),
    TIFF_LITTLE("TIFF", 0, "II*\0"),
    TIFF_BIG("TIFF", 0, "MM\0*"),
    PDF("PDF", 0, "%PDF"),
    UNKNOWN("unknown", 0, "");

    private final String title;
    private final int at;
    private final byte[] mark;

    Magic(String title, int at, String mark) {
        this.title = title;
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

    @Override
    public String toString() {
        return title;
    }
}
