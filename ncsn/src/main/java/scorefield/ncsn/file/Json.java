package scorefield.ncsn.file;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.text.Text;

/**
 * A value in a JSON document that is read with care: every file in JSON comes through here, those that this program writes included, because
 * people edit them, disks damage them, and others send them.
 *
 * <p>What a reader asks for and does not find is a {@link BadFileException} that names the file, the value's place in it, what was expected,
 * what is there, and the remedy. Strict JSON only: NaN, comments and a name that occurs twice are refused, and so is nesting deeper than
 * {@value #DEEPEST} levels.
 */
public final class Json {

    /** Where JSON may be nested no deeper: reading needs no deep stack. */
    static final int DEEPEST = 64;

    /** A text that is longer is no file of ours; in bytes. */
    static final long LONGEST = 256L << 20;

    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,19}");
    private static final Pattern POSITION = Pattern.compile(" at line (\\d+) column (\\d+)");

    private final String place;
    private final String remedy;

    /** A map, a list, a string, a {@link Long} (digits that a long holds), a {@link Double} (any other number), a boolean or null. */
    private final @Nullable Object value;

    private Json(String place, String remedy, @Nullable Object value) {
        this.place = place;
        this.remedy = remedy;
        this.value = value;
    }

    /**
     * Reads a document in UTF-8.
     *
     * @param remedy what a person can do if the file is damaged, such as {@code remove it}
     * @throws BadFileException if it is not JSON
     * @throws IOException if reading fails
     */
    public static Json read(Path file, String remedy) throws IOException {
        return parse(bytes(file, remedy), file.toString(), remedy);
    }

    /**
     * The bytes of a regular file of at most {@link #LONGEST} bytes.
     *
     * @throws BadFileException if it is missing, something else than a file, or larger
     */
    static byte[] bytes(Path file, String remedy) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new BadFileException(file + ": is not a regular file; " + remedy);
        }
        try {
            if (Files.size(file) > LONGEST) {
                throw new BadFileException(file + ": has " + Files.size(file) + " bytes; at most " + LONGEST
                        + " are read as JSON; " + remedy);
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new BadFileException(file + ": " + IoReason.of(e), e);
        }
    }

    /**
     * Reads the lines of a file that holds a JSON document in each, in UTF-8. A last line that does not end, because the program that wrote it
     * was killed, is left out where it is not a whole document.
     *
     * @param remedy what a person can do if the file is damaged
     * @throws BadFileException if a line is not JSON
     * @throws IOException if reading fails
     */
    public static List<Json> readLines(Path file, String remedy) throws IOException {
        byte[] text = bytes(file, remedy);
        List<Json> documents = new ArrayList<>();
        int begin = 0;
        for (int number = 1; begin < text.length; number++) {
            int end = begin;
            while (end < text.length && text[end] != '\n') {
                end++;
            }
            String place = file + ", line " + number;
            byte[] line = Arrays.copyOfRange(text, begin, end);
            try {
                documents.add(parse(line, place, remedy));
            } catch (BadFileException damaged) {
                if (end < text.length) {
                    throw damaged;
                }
            }
            begin = end + 1;
        }
        return documents;
    }

    private static Json parse(byte[] utf8, String place, String remedy) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            return parse(text, place, remedy);
        } catch (CharacterCodingException e) {
            throw new BadFileException(place + ": is not a text in UTF-8; " + remedy, e);
        }
    }

    /**
     * Reads a document.
     *
     * @param place where it is from, for messages
     * @param remedy what a person can do if it is damaged
     * @throws BadFileException if it is not JSON
     */
    public static Json parse(String text, String place, String remedy) {
        try (JsonReader json = new JsonReader(new StringReader(text))) {
            json.setStrictness(Strictness.STRICT);
            json.setNestingLimit(DEEPEST);
            Object value = value(json);
            if (json.peek() != JsonToken.END_DOCUMENT) {
                throw new IllegalStateException("it goes on after its end");
            }
            return new Json(place, remedy, value);
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw new BadFileException(place + ": is not JSON: " + reason(e) + "; " + remedy, e);
        }
    }

    /** Gson's messages are for programmers; what a person needs of them is the position. */
    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        Matcher position = POSITION.matcher(message);
        String where = position.find() ? " in line " + position.group(1) + ", column " + position.group(2) : "";
        if (message.startsWith("Nesting limit")) {
            return "it is nested deeper than " + DEEPEST + " levels";
        }
        if (e instanceof EOFException) {
            return "it ends too early" + where;
        }
        return where.isEmpty() ? message : "there is a mistake" + where;
    }

    private static @Nullable Object value(JsonReader json) throws IOException {
        switch (json.peek()) {
            case BEGIN_OBJECT -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                json.beginObject();
                while (json.hasNext()) {
                    String name = json.nextName();
                    if (members.containsKey(name)) {
                        throw new IllegalStateException("the name '" + Text.shortened(name) + "' occurs twice");
                    }
                    members.put(name, value(json));
                }
                json.endObject();
                return members;
            }
            case BEGIN_ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                json.beginArray();
                while (json.hasNext()) {
                    elements.add(value(json));
                }
                json.endArray();
                return elements;
            }
            case NUMBER -> {
                return number(json.nextString());
            }
            case BOOLEAN -> {
                return json.nextBoolean();
            }
            case NULL -> {
                json.nextNull();
                return null;
            }
            default -> {
                return json.nextString();
            }
        }
    }

    private static Number number(String digits) {
        if (WHOLE.matcher(digits).matches()) {
            try {
                return Long.valueOf(digits);
            } catch (NumberFormatException beyondLong) {
                return Double.valueOf(digits);
            }
        }
        return Double.valueOf(digits);
    }

    /** The member of that name; the value must be an object that has it. */
    public Json member(String name) {
        return find(name)
                .orElseThrow(() -> new BadFileException(
                        place + (place.contains(": ") ? "" : ":") + " lacks '" + name + "'; " + remedy));
    }

    /** The member of that name, if the object has it and it is not null. */
    public Optional<Json> find(String name) {
        Object member = members().get(name);
        return member == null ? Optional.empty() : Optional.of(within(name, member));
    }

    private Map<String, @Nullable Object> members() {
        if (!(value instanceof Map<?, ?>)) {
            throw isNot("an object");
        }
        @SuppressWarnings("unchecked") // value() makes no other maps
        Map<String, @Nullable Object> members = (Map<String, @Nullable Object>) value;
        return members;
    }

    /** The members by their names, in the document's order. */
    public Map<String, Json> object() {
        Map<String, Json> all = new LinkedHashMap<>();
        members().forEach((name, member) -> all.put(name, within(name, member)));
        return all;
    }

    /** The elements of a list. */
    public List<Json> list() {
        if (!(value instanceof List<?> elements)) {
            throw isNot("a list");
        }
        List<Json> all = new ArrayList<>();
        for (Object element : elements) {
            all.add(new Json(place + "[" + all.size() + "]", remedy, element));
        }
        return all;
    }

    private Json within(String name, @Nullable Object member) {
        return new Json(place + (place.endsWith("]") || place.contains(": ") ? "." : ": ") + name, remedy, member);
    }

    /** Whether it is null. */
    public boolean isNull() {
        return value == null;
    }

    /** A string. */
    public String text() {
        if (!(value instanceof String text)) {
            throw isNot("a text");
        }
        return text;
    }

    /** A string that is the name of one of an enum's constants. */
    public <E extends Enum<E>> E constant(Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(value)) {
                return constant;
            }
        }
        throw isNot("one of " + List.of(type.getEnumConstants()));
    }

    /** A finite number that is at least {@code least}. */
    public double number(double least) {
        double number = value instanceof Number given ? given.doubleValue() : Double.NaN;
        if (!(number >= least) || Double.isInfinite(number)) {
            throw isNot("a number" + (least == -Double.MAX_VALUE ? "" : " of at least " + plain(least)));
        }
        return number;
    }

    /** A finite number. */
    public double number() {
        return number(-Double.MAX_VALUE);
    }

    /** A whole number between two bounds, both included. */
    public long whole(long least, long most) {
        if (value instanceof Long number && number >= least && number <= most) {
            return number;
        }
        throw isNot("a whole number from " + least + " to " + most);
    }

    /** The value as Java has it: a map, a list, a string, a {@link Long}, a {@link Double}, a boolean or null. */
    public @Nullable Object plain() {
        return value;
    }

    /** A failure because the value is not what it must be. */
    public BadFileException isNot(String wanted) {
        return new BadFileException(place + (place.contains(": ") ? "" : ":") + " must be " + wanted + "; it is "
                + shown() + "; " + remedy);
    }

    private String shown() {
        if (value instanceof Map) {
            return "an object";
        }
        if (value instanceof List<?> elements) {
            return "a list of " + elements.size();
        }
        return value instanceof String text
                ? "the text '" + Text.shortened(text) + "'"
                : Text.shortened(String.valueOf(value));
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    /** Where the value is: the file and the names that lead to it. */
    @Override
    public String toString() {
        return place;
    }
}
