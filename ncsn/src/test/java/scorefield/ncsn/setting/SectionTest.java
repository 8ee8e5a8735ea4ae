package scorefield.ncsn.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SectionTest {

    enum Colour {
        DARK_RED,
        @Formerly("navy-blue")
        BLUE
    }

    /** Written as text. */
    record Point(int x, int y) {

        public static Point parse(String text) {
            String[] parts = text.split("/", -1);
            return new Point(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        }

        @Override
        public String toString() {
            return x + "/" + y;
        }
    }

    static final class Animals implements Choices<Animal> {
        @Override
        public Map<String, Animal> byName() {
            Map<String, Animal> animals = new LinkedHashMap<>();
            animals.put("cat", new Animal(4));
            animals.put("bird", new Animal(2));
            return animals;
        }
    }

    record Animal(int legs) {}

    private record All(
            @Setting(defaultValue = "3", min = 1, max = 5, description = "a number")
            int wholeNumber,

            @Setting(defaultValue = "1000000000000", min = 0, description = "a large number")
            long large,

            @Setting(defaultValue = "0.5", above = 0, max = 1, description = "a share")
            double share,

            @Setting(defaultValue = "true", description = "yes or no")
            boolean flag,

            @Setting(defaultValue = "some", form = "any text", description = "a text")
            String text,

            @Setting(defaultValue = "dark-red", description = "a colour")
            Colour colour,

            @Setting(defaultValue = "[1, 2]", min = 1, max = 9, maxLength = 3, description = "numbers")
            List<Integer> numbers,

            @Setting(defaultValue = "cat", choices = Animals.class, description = "an animal")
            Animal animal,

            @Setting(defaultValue = "1/2", form = "a point such as 1/2", description = "a point")
            Point point,

            @Setting(defaultValue = "auto", min = 1, description = "a number, perhaps")
            OptionalInt perhaps,

            @Setting(defaultValue = "auto", above = 0, description = "a real number, perhaps")
            OptionalDouble perhapsReal,

            @Setting(defaultValue = "auto", form = "a point", description = "a point, perhaps") @Nullable
            Point noPoint,

            @Setting(name = "other.name", defaultValue = "7", description = "of another section")
            int elsewhere) {}

    private static final Section<All> SECTION = Section.of("all", All.class);

    @Test
    void aRecordHasItsDefaults() {
        assertThat(SECTION.defaults())
                .isEqualTo(new All(
                        3,
                        1_000_000_000_000L,
                        0.5,
                        true,
                        "some",
                        Colour.DARK_RED,
                        List.of(1, 2),
                        new Animal(4),
                        new Point(1, 2),
                        OptionalInt.empty(),
                        OptionalDouble.empty(),
                        null,
                        7));
    }

    @Test
    void keysHaveTheComponentsNamesWithHyphens() {
        assertThat(SECTION.keys().stream().map(Key::name))
                .startsWith("all.whole-number", "all.large")
                .endsWith("all.perhaps-real", "all.no-point", "other.name");
        assertThat(key("other.name").section()).isEqualTo("other");
        assertThat(key("all.perhaps").canBeAuto()).isTrue();
        assertThat(key("all.no-point").canBeAuto()).isTrue();
        assertThat(key("all.point").canBeAuto()).isFalse();
        assertThat(key("all.flag").adjustable()).isFalse();
        assertThat(Section.adjustable("all", All.class).keys()).allMatch(Key::adjustable);
    }

    @Test
    void whatIsReadBecomesTheComponent() {
        Map<String, Object> values = new LinkedHashMap<>();
        SECTION.keys().forEach(key -> values.put(key.name(), key.defaultValue()));
        values.put("all.large", key("all.large").read(8));
        values.put("all.share", key("all.share").read(1));
        values.put("all.colour", key("all.colour").read("blue"));
        values.put("all.numbers", key("all.numbers").read(List.of(9)));
        values.put("all.animal", key("all.animal").read("bird"));
        values.put("all.perhaps", key("all.perhaps").read(5));
        values.put("all.perhaps-real", key("all.perhaps-real").read(2));
        values.put("all.no-point", key("all.no-point").read("3/4"));
        All all = SECTION.read(values);
        assertThat(all.large()).isEqualTo(8);
        assertThat(all.share()).isEqualTo(1);
        assertThat(all.colour()).isEqualTo(Colour.BLUE);
        assertThat(all.numbers()).containsExactly(9);
        assertThat(all.animal()).isEqualTo(new Animal(2));
        assertThat(all.perhaps()).hasValue(5);
        assertThat(all.perhapsReal()).hasValue(2);
        assertThat(all.noPoint()).isEqualTo(new Point(3, 4));
    }

    @Test
    void aFormerNameIsReadAsTodays() {
        assertThat(key("all.colour").read("navy-blue")).isEqualTo("blue");
        assertThat(key("all.colour").kind().allowed()).isEqualTo("one of dark-red, blue");
    }

    @Test
    void aNumberStandsForAListOfOne() {
        assertThat(key("all.numbers").read(3)).isEqualTo(List.of(3L));
    }

    @Test
    void whatIsNotAllowedIsRefusedWithWhatIs() {
        refused("all.whole-number", 6, "a whole number from 1 to 5; got 6");
        refused("all.share", 0, "a number greater than 0 and at most 1; got 0");
        refused("all.colour", "green", "one of dark-red, blue; got the text 'green'");
        refused("all.animal", "fish", "one of cat, bird; got the text 'fish'");
        refused("all.point", "here", "a point such as 1/2; got the text 'here'");
        refused("all.perhaps", "none", "auto or a whole number from 1 to 2147483647; got the text 'none'");
        refused(
                "all.numbers",
                List.of(1, 2, 3, 4),
                "a list of 1 to 3 numbers, each a whole number from 1 to 9, such as [1, 2];" + " got [1, 2, 3, 4]");
        refused(
                "all.numbers",
                List.of(),
                "a list of 1 to 3 numbers, each a whole number from 1 to 9, such as [1, 2]; got []");
        refused("all.flag", null, "true or false; got nothing");
    }

    private static void refused(String name, @Nullable Object value, String message) {
        assertThatThrownBy(() -> key(name).read(value))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessage(name + " must be " + message);
    }

    private static Key key(String name) {
        return SECTION.keys().stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private record Shared(
            @Setting(defaultValue = "2", min = 0, description = "declared once")
            double shared) {}

    private record First(
            Shared common,

            @Setting(defaultValue = "3", description = "its own")
            int own) {}

    private record Second(
            @Setting(defaultValue = "4", description = "its own")
            int other,

            Shared common) {}

    @Test
    void recordsShareWhatAComponentOfBothDeclares() {
        Section<First> first = Section.of("s", First.class);
        Section<Second> second = Section.of("s", Second.class);
        assertThat(first.keys().stream().map(Key::name)).containsExactly("s.shared", "s.own");
        assertThat(second.keys().stream().map(Key::name)).containsExactly("s.other", "s.shared");
        assertThat(first.keys().get(0).isSameAs(second.keys().get(1))).isTrue();
        assertThat(first.defaults()).isEqualTo(new First(new Shared(2), 3));
        Map<String, Object> values = Map.of("s.shared", 5.0, "s.own", 6L, "s.other", 7L);
        assertThat(first.read(values)).isEqualTo(new First(new Shared(5), 6));
        assertThat(second.read(values)).isEqualTo(new Second(7, new Shared(5)));
        assertThat(Section.adjustable("s", First.class).keys()).allMatch(Key::adjustable);
    }

    private record Undeclared(int number) {}

    private record Unbounded(
            @Setting(defaultValue = "6", max = 5, description = "too large")
            int number) {}

    private record Unreadable(
            @Setting(defaultValue = "1", description = "no type of settings")
            Thread thread) {}

    private record Refusing(
            @Setting(defaultValue = "1", description = "must be even")
            int number) {
        private Refusing {
            if (number % 2 != 0) {
                throw new IllegalArgumentException("number must be even; got " + number);
            }
        }
    }

    @Test
    void aWrongDeclarationIsRefused() {
        assertThatThrownBy(() -> Section.of("s", Undeclared.class)).hasMessageContaining("number needs a @Setting");
        assertThatThrownBy(() -> Section.of("s", Unbounded.class))
                .hasMessageContaining("s.number: its own default 6 is not allowed");
        assertThatThrownBy(() -> Section.of("s", Unreadable.class))
                .hasMessageContaining("java.lang.Thread, which has no static method parse(String)");
    }

    @Test
    void whatTheRecordRefusesIsSaidOfTheSection() {
        assertThatThrownBy(() -> Section.of("s", Refusing.class).defaults())
                .isInstanceOf(BadConfigurationException.class)
                .hasMessage("s: number must be even; got 1");
    }
}
