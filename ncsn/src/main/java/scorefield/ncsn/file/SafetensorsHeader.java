package scorefield.ncsn.file;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file.
 *
 * @param metadata strings by name
 * @param entries the arrays, in the header's order
 */
record SafetensorsHeader(Map<String, String> metadata, List<Entry> entries) {

    static final String METADATA = "__metadata__";

    /** More than NumPy's and PyTorch's arrays can have. */
    private static final int MOST_AXES = 64;

    /** One array: bytes {@code begin} (inclusive) to {@code end} (exclusive) after the header. */
    record Entry(String name, Array.Type type, int[] shape, int length, long begin, long end) {}

    /** Parses a header. Messages do not contain the file's name. */
    static SafetensorsHeader parse(String text) {
        try (JsonReader json = new JsonReader(new StringReader(text))) {
            json.setStrictness(Strictness.STRICT);
            Map<String, String> metadata = new LinkedHashMap<>();
            Map<String, Entry> entries = new LinkedHashMap<>();
            json.beginObject();
            while (json.hasNext()) {
                String name = json.nextName();
                if (name.equals(METADATA)) {
                    parseMetadata(json, metadata);
                } else if (entries.put(name, parseEntry(json, name)) != null) {
                    throw new BadFileException("the header lists " + name + " twice");
                }
            }
            json.endObject();
            if (json.peek() != JsonToken.END_DOCUMENT) {
                throw new BadFileException("the header goes on after its end");
            }
            return new SafetensorsHeader(metadata, List.copyOf(entries.values()));
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw new BadFileException("the header is not the JSON of a safetensors file: " + firstLine(e), e);
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static void parseMetadata(JsonReader json, Map<String, String> metadata) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            if (json.peek() != JsonToken.STRING) {
                throw new BadFileException("metadata " + name + " is not a string");
            }
            if (metadata.put(name, json.nextString()) != null) {
                throw new BadFileException("the header lists metadata " + name + " twice");
            }
        }
        json.endObject();
    }

    private static Entry parseEntry(JsonReader json, String name) throws IOException {
        String dtype = "";
        List<Long> shape = null;
        List<Long> offsets = null;
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            switch (key) {
                case "dtype" -> dtype = json.nextString();
                case "shape" -> shape = parseNumbers(json, name);
                case "data_offsets" -> offsets = parseNumbers(json, name);
                default -> throw new BadFileException("array " + name + " has an unknown property " + key);
            }
        }
        json.endObject();
        if (shape == null || offsets == null || offsets.size() != 2) {
            throw new BadFileException("array " + name + " lacks its shape or its two data_offsets");
        }
        return entry(name, type(name, dtype), shape, offsets.get(0), offsets.get(1));
    }

    private static List<Long> parseNumbers(JsonReader json, String name) throws IOException {
        List<Long> numbers = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
            long number = json.nextLong();
            if (number < 0) {
                throw new BadFileException("array " + name + " has a negative number in its shape or data_offsets");
            }
            numbers.add(number);
            if (numbers.size() > MOST_AXES) {
                throw new BadFileException(
                        "array " + name + " has a shape of more than " + MOST_AXES + " axes, or as many data_offsets");
            }
        }
        json.endArray();
        return numbers;
    }

    private static Array.Type type(String name, String dtype) {
        for (Array.Type type : Array.Type.values()) {
            if (type.name().equals(dtype)) {
                return type;
            }
        }
        throw new BadFileException(
                "array " + name + " has numbers of type '" + dtype + "'; known are " + List.of(Array.Type.values()));
    }

    private static Entry entry(String name, Array.Type type, List<Long> shape, long begin, long end) {
        long length = 1;
        for (long axis : shape) {
            // A product above the limit is rejected at once, and axes are below 2³¹, so it cannot overflow.
            if (axis > Integer.MAX_VALUE || length * axis > Integer.MAX_VALUE) {
                throw new BadFileException("array " + name + " of shape " + shape + " is too large for a Java array");
            }
            length *= axis;
        }
        if (end < begin || end - begin != length * type.bytes()) {
            throw new BadFileException("array " + name + " of shape " + shape + " and type " + type + " needs "
                    + length * type.bytes() + " bytes, but its data_offsets are " + begin + " to " + end);
        }
        return new Entry(name, type, shape.stream().mapToInt(Long::intValue).toArray(), (int) length, begin, end);
    }

    /** The arrays in the order of the file; throws if they overlap or leave a gap. */
    List<Entry> inFileOrder(long dataBegin) {
        List<Entry> sorted = entries.stream()
                .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
                .toList();
        long at = 0;
        String before = "the header";
        for (Entry entry : sorted) {
            if (entry.begin() != at) {
                throw new BadFileException("array " + entry.name() + " begins at byte " + (dataBegin + entry.begin())
                        + ", but " + before + " ends at byte " + (dataBegin + at)
                        + (entry.begin() < at ? ": they overlap" : ": there is a gap between them"));
            }
            at = entry.end();
            before = entry.name();
        }
        return sorted;
    }
}
