package scorefield.ncsn.configuration;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.ImageSize;

/**
 * Which values a {@link Key} takes. Values are what YAML and JSON have: text, numbers, true and false, lists.
 *
 * <p>Reading a value brings it into one form (whole numbers as {@link Long}, other numbers as {@link Double}), so that equal settings are
 * equal objects wherever they came from.
 */
sealed interface Kind {

    /** For people: what is allowed, such as {@code a whole number from 1 to 100}. */
    String allowed();

    /** The value in its one form, or nothing where it is not allowed. */
    Optional<Object> read(@Nullable Object given);

    /** A whole number between two bounds, both included. */
    record Whole(long least, long most) implements Kind {

        @Override
        public String allowed() {
            return "a whole number from " + least + " to " + most;
        }

        @Override
        public Optional<Object> read(@Nullable Object given) {
            boolean whole = given instanceof Integer || given instanceof Long;
            if (!whole) {
                return Optional.empty();
            }
            long number = ((Number) given).longValue();
            return number >= least && number <= most ? Optional.of(number) : Optional.empty();
        }
    }

    /** A number greater than one bound (or equal to it, where that is allowed), and at most another. */
    record Real(double least, boolean leastToo, double most) implements Kind {

        @Override
        public String allowed() {
            return "a number " + (leastToo ? "from " : "greater than ") + plain(least)
                    + (most < Double.MAX_VALUE ? (leastToo ? " to " : " and at most ") + plain(most) : "");
        }

        private static String plain(double number) {
            return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
        }

        @Override
        public Optional<Object> read(@Nullable Object given) {
            if (!(given instanceof Number real)) {
                return Optional.empty();
            }
            double number = real.doubleValue();
            boolean inside = (leastToo ? number >= least : number > least) && number <= most;
            return inside ? Optional.of(number) : Optional.empty();
        }
    }

    /** True or false. */
    record Flag() implements Kind {

        @Override
        public String allowed() {
            return "true or false";
        }

        @Override
        public Optional<Object> read(@Nullable Object given) {
            return given instanceof Boolean ? Optional.of(given) : Optional.empty();
        }
    }

    /** Text, not empty. */
    record Text(String example) implements Kind {

        @Override
        public String allowed() {
            return "text such as " + example;
        }

        @Override
        public Optional<Object> read(@Nullable Object given) {
            return given instanceof String text && !text.isBlank() ? Optional.of(text) : Optional.empty();
        }
    }

    /** One of an enum's constants, typed in small letters with hyphens. */
    record OneOf(Class<? extends Enum<?>> choices) implements Kind {

        /** {@code SLICED_VR} as it is typed: {@code sliced-vr}. */
        static String label(Enum<?> choice) {
            return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The constant that is typed so. */
        static <E extends Enum<E>> E choice(Class<E> choices, Object label) {
            return Enum.valueOf(
                    choices, label.toString().toUpperCase(Locale.ROOT).replace('-', '_'));
        }

        private List<String> labels() {
            return Arrays.stream(choices.getEnumConstants()).map(OneOf::label).toList();
        }

        @Override
        public String allowed() {
            return "one of " + String.join(", ", labels());
        }

        @Override
        public Optional<Object> read(@Nullable Object given) {
            return given instanceof String text && labels().contains(text) ? Optional.of(text) : Optional.empty();
        }
    }

    /** Height and width of an image, as text {@code HxW}, or one number for a square. */
    record Size() implements Kind {

        @Override
        public String allowed() {
            return "a size such as 32 or 48x32 (rows x columns)";
        }

        @Override
        public Optional<Object> read(@Nullable Object given) {
            if (!(given instanceof String) && !(given instanceof Integer) && !(given instanceof Long)) {
                return Optional.empty();
            }
            try {
                return Optional.of(ImageSize.parse(given.toString()).toString());
            } catch (BadDataException notASize) {
                return Optional.empty(); // the key's own message says what is allowed
            }
        }
    }

    /** A list of whole numbers. */
    record Wholes(Whole each, int longest) implements Kind {

        @Override
        public String allowed() {
            return "a list of 1 to " + longest + " numbers, each " + each.allowed() + ", such as [1, 2, 2]";
        }

        @Override
        public Optional<Object> read(@Nullable Object given) {
            if (!(given instanceof List<?> list) || list.isEmpty() || list.size() > longest) {
                return Optional.empty();
            }
            List<Object> numbers =
                    list.stream().map(each::read).flatMap(Optional::stream).toList();
            return numbers.size() == list.size() ? Optional.of(numbers) : Optional.empty();
        }
    }

    /** The word {@code auto}, to let the program choose, or a value. */
    record OrAuto(Kind value) implements Kind {

        static final String AUTO = "auto";

        @Override
        public String allowed() {
            return AUTO + " or " + value.allowed();
        }

        @Override
        public Optional<Object> read(@Nullable Object given) {
            return AUTO.equals(given) ? Optional.of(AUTO) : value.read(given);
        }

        static OptionalDouble real(Object value) {
            return value.equals(AUTO) ? OptionalDouble.empty() : OptionalDouble.of((Double) value);
        }

        static OptionalInt whole(Object value) {
            return value.equals(AUTO) ? OptionalInt.empty() : OptionalInt.of(((Long) value).intValue());
        }
    }

    /** What a value is called in an error. */
    static String describe(@Nullable Object value) {
        if (value == null) {
            return "nothing";
        }
        if (value instanceof String) {
            return "the text '" + value + "'";
        }
        if (value instanceof Map) {
            return "a group of keys";
        }
        return value.toString();
    }
}
