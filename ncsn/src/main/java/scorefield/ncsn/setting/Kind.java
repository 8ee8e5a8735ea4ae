package scorefield.ncsn.setting;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which values a {@link Key} takes, and what a record's component makes of them. Values are what YAML and JSON have: text, numbers, true and
 * false, lists.
 *
 * <p>Reading a value brings it into one form (whole numbers as {@link Long}, other numbers as {@link Double}), so that equal settings are
 * equal objects wherever they came from.
 */
public sealed interface Kind {

    /** For people: what is allowed, such as {@code a whole number from 1 to 100}. */
    String allowed();

    /** The value in its one form, or nothing where it is not allowed. */
    Optional<Object> read(@Nullable Object given);

    /** What the component holds for a value in its one form. */
    @Nullable
    Object component(Object value);

    /** With which a person leaves the choice to the program. */
    String AUTO = "auto";

    /** A whole number between two bounds, both included. */
    record Whole(long least, long most, LongFunction<Object> boxed) implements Kind {

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

        @Override
        public Object component(Object value) {
            return boxed.apply((Long) value);
        }
    }

    /** A number greater than one bound, also when it is rounded to a float, (or equal to it, where that is allowed), and at most another. */
    record Real(double least, boolean leastToo, double most) implements Kind {

        @Override
        public String allowed() {
            return "a number " + (leastToo ? "from " : "greater than ") + plain(least)
                    + (most < Float.MAX_VALUE ? (leastToo ? " to " : " and at most ") + plain(most) : "");
        }

        private static String plain(double number) {
            return Math.abs(number) < 1e15 && number == Math.rint(number)
                    ? Long.toString((long) number)
                    : Double.toString(number);
        }

        @Override
        public Optional<Object> read(@Nullable Object given) {
            if (!(given instanceof Number real)) {
                return Optional.empty();
            }
            double number = real.doubleValue();
            boolean inside = (leastToo ? number >= least : (float) number > least) && number <= most;
            return inside ? Optional.of(number) : Optional.empty();
        }

        @Override
        public Object component(Object value) {
            return value;
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

        @Override
        public Object component(Object value) {
            return value;
        }
    }

    /** Text, not empty. */
    record Text(String form) implements Kind {

        @Override
        public String allowed() {
            return form;
        }

        @Override
        public Optional<Object> read(@Nullable Object given) {
            return given instanceof String text && !text.isBlank() ? Optional.of(text) : Optional.empty();
        }

        @Override
        public Object component(Object value) {
            return value;
        }
    }

    /** One of some named objects. */
    record OneOf(Map<String, ?> choices, Map<String, String> former) implements Kind {

        @Override
        public String allowed() {
            return "one of " + String.join(", ", choices.keySet());
        }

        @Override
        public Optional<Object> read(@Nullable Object given) {
            if (!(given instanceof String typed)) {
                return Optional.empty();
            }
            String name = former.getOrDefault(typed, typed);
            return choices.containsKey(name) ? Optional.of(name) : Optional.empty();
        }

        @Override
        public @Nullable Object component(Object value) {
            return choices.get((String) value);
        }
    }

    /** What a type reads from text; a number stands for its digits. */
    record Parsed(Function<String, Optional<Object>> parser, String form) implements Kind {

        @Override
        public String allowed() {
            return form;
        }

        @Override
        public Optional<Object> read(@Nullable Object given) {
            if (!(given instanceof String) && !(given instanceof Integer) && !(given instanceof Long)) {
                return Optional.empty();
            }
            return parser.apply(given.toString()).map(Object::toString);
        }

        @Override
        public Object component(Object value) {
            return parser.apply((String) value).orElseThrow();
        }
    }

    /** A list of whole numbers. A number stands for a list of one. */
    record Wholes(Whole each, int shortest, int longest, String example) implements Kind {

        @Override
        public String allowed() {
            return "a list of " + shortest + " to " + longest + " numbers, each " + each.allowed() + ", such as "
                    + example;
        }

        @Override
        public Optional<Object> read(@Nullable Object given) {
            List<?> list = given instanceof List<?> several ? several : Collections.singletonList(given);
            if (list.size() < shortest || list.size() > longest) {
                return Optional.empty();
            }
            List<Object> numbers =
                    list.stream().map(each::read).flatMap(Optional::stream).toList();
            return numbers.size() == list.size() ? Optional.of(numbers) : Optional.empty();
        }

        @Override
        public Object component(Object value) {
            return ((List<?>) value).stream().map(each::component).toList();
        }
    }

    /** The word {@code auto}, to let the program choose, or a value. */
    record OrAuto(
            Kind value,
            Function<Object, @Nullable Object> given,
            @Nullable Object none) implements Kind {

        @Override
        public String allowed() {
            return AUTO + " or " + value.allowed();
        }

        @Override
        public Optional<Object> read(@Nullable Object written) {
            return AUTO.equals(written) ? Optional.of(AUTO) : value.read(written);
        }

        @Override
        public @Nullable Object component(Object written) {
            return written.equals(AUTO) ? none : given.apply(written);
        }
    }

    /** An enum's constant as it is written: {@code sliced-vr} for {@code SLICED_VR}. */
    static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What a value is called in an error. */
    static String describe(@Nullable Object value) {
        if (value == null) {
            return "nothing";
        }
        if (value instanceof String text) {
            return "the text '" + scorefield.ncsn.text.Text.shortened(text) + "'";
        }
        if (value instanceof Map) {
            return "a group of keys";
        }
        return value instanceof byte[] ? "bytes" : scorefield.ncsn.text.Text.shortened(value.toString());
    }
}
