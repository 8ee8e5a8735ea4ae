package scorefield.ncsn.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a safetensors file, and validates everything in it before use. */
final class SafetensorsReader {

    /** The limit of the reference implementation. */
    private static final long LONGEST_HEADER = 100_000_000;

    private static final int BUFFER = 1 << 20;

    private SafetensorsReader() {}

    static Safetensors read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new BadFileException(path + ": is a folder, not a safetensors file");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new BadFileException(path + ": is not a regular file");
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(path, file);
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw new BadFileException(path + ": " + IoReason.of(e), e);
        }
    }

    private static Safetensors read(Path path, FileChannel file) throws IOException {
        byte[] headerBytes = header(path, file);
        long dataBegin = (long) Long.BYTES + headerBytes.length;
        SafetensorsHeader header;
        List<SafetensorsHeader.Entry> inFileOrder;
        try {
            header = SafetensorsHeader.parse(new String(headerBytes, StandardCharsets.UTF_8));
            inFileOrder = header.inFileOrder(dataBegin);
        } catch (BadFileException e) {
            throw new BadFileException(path + ": " + e.getMessage(), e);
        }
        long end = dataBegin
                + (inFileOrder.isEmpty()
                        ? 0
                        : inFileOrder.get(inFileOrder.size() - 1).end());
        if (file.size() != end) {
            throw new BadFileException(
                    path + ": according to its header, its arrays end at byte " + end + ", but the file "
                            + (file.size() < end ? "is cut short at byte " : "goes on to byte ") + file.size());
        }

        MessageDigest digest = Sha256.digest();
        Map<String, String> metadata = new LinkedHashMap<>(header.metadata());
        String checksum = metadata.remove(Safetensors.CHECKSUM);
        digestBeginning(path, headerBytes, checksum, digest);
        Map<String, Array> read = new HashMap<>();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        for (SafetensorsHeader.Entry entry : inFileOrder) {
            Array array = Array.zeros(entry.type(), entry.length(), entry.shape());
            int most = BUFFER / entry.type().bytes();
            for (int from = 0; from < array.length(); from += most) {
                int count = Math.min(most, array.length() - from);
                readFully(path, file, buffer.clear().limit(count * entry.type().bytes()));
                digest.update(buffer.duplicate());
                array.get(buffer, from, count);
            }
            read.put(entry.name(), array);
        }
        if (checksum != null) {
            String found = Sha256.hex(digest.digest());
            if (!found.equals(checksum)) {
                throw new BadFileException(path + ": is damaged or was altered: its checksum is " + found
                        + ", but it was written with " + checksum);
            }
        }
        Map<String, Array> arrays = new LinkedHashMap<>();
        header.entries().forEach(entry -> arrays.put(entry.name(), read.get(entry.name())));
        return Safetensors.of(metadata, arrays, checksum != null);
    }

    private static byte[] header(Path path, FileChannel file) throws IOException {
        long size = file.size();
        if (size < Long.BYTES + 2) {
            throw new BadFileException(path + ": is cut short or not a safetensors file: it has " + size
                    + " bytes, fewer than the shortest header");
        }
        ByteBuffer lengthBytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(path, file, lengthBytes);
        long length = lengthBytes.getLong();
        if (length < 2 || length > LONGEST_HEADER) {
            throw new BadFileException(path + ": is not a safetensors file: byte 0 gives its header's length as "
                    + Long.toUnsignedString(length) + ", which is not between 2 and " + LONGEST_HEADER);
        }
        if (length > size - Long.BYTES) {
            throw new BadFileException(path + ": is cut short: according to byte 0, its header ends at byte "
                    + (Long.BYTES + length) + ", but the file ends at byte " + size);
        }
        ByteBuffer header = ByteBuffer.allocate((int) length);
        readFully(path, file, header);
        if (header.get(0) != '{') {
            throw new BadFileException(path + ": is not a safetensors file: byte 8 is 0x"
                    + Integer.toHexString(header.get(0) & 0xff) + " and not the { that a header begins with");
        }
        return header.array();
    }

    /** Digests the length and the header with zeros in place of the checksum. */
    private static void digestBeginning(Path path, byte[] header, @Nullable String checksum, MessageDigest digest) {
        byte[] zeroed = header.clone();
        if (checksum != null) {
            int at = Checksum.positionIn(header);
            if (at < 0 || checksum.length() != Checksum.DIGITS) {
                throw new BadFileException(path + ": is damaged or was altered: its checksum, metadata "
                        + Safetensors.CHECKSUM + ", is not " + Checksum.DIGITS + " digits as they were written");
            }
            Arrays.fill(zeroed, at, at + Checksum.DIGITS, (byte) '0');
        }
        digest.update(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .flip());
        digest.update(zeroed);
    }

    private static void readFully(Path path, FileChannel file, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (file.read(buffer) < 0) {
                throw new BadFileException(
                        path + ": became shorter while it was read: it ends at byte " + file.position());
            }
        }
        buffer.flip();
    }
}
