package scorefield.ncsn.setting;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonSyntaxException;
import com.google.gson.ToNumberPolicy;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A record of settings: every component is declared by a {@link Setting}, or is itself a record of settings, whose settings are then the
 * section's as well. The section lists their keys, and makes the record from values.
 *
 * @param <R> the record
 */
public final class Section<R extends Record> {

    private static final Gson JSON = new GsonBuilder()
            .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
            .create();

    /**
     * A component of the record.
     *
     * @param keys of its settings
     * @param reader makes it from values
     */
    private record Part(List<Key> keys, Function<Map<String, Object>, @Nullable Object> reader) {}

    private final String name;
    private final List<Part> parts;
    private final Constructor<R> constructor;

    private Section(String name, List<Part> parts, Constructor<R> constructor) {
        this.name = name;
        this.parts = parts;
        this.constructor = constructor;
    }

    /**
     * The same where no setting changes what is learned: a run may be resumed with other values for all of them.
     *
     * @see #of
     */
    public static <R extends Record> Section<R> adjustable(String name, Class<R> type) {
        return of(name, type, true);
    }

    /**
     * The section that a record declares.
     *
     * @param name its keys' names begin with it, and with a point
     * @throws IllegalArgumentException if a component is not declared by a {@link Setting}, has a type that no setting can have, or a default
     *     that is not allowed
     */
    public static <R extends Record> Section<R> of(String name, Class<R> type) {
        return of(name, type, false);
    }

    private static <R extends Record> Section<R> of(String name, Class<R> type, boolean adjustable) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true); // a record nested in somebody's program need not be public
            List<Part> parts = Arrays.stream(components)
                    .map(component -> part(name, component, adjustable))
                    .toList();
            return new Section<>(name, parts, constructor);
        } catch (NoSuchMethodException e) {
            throw new AssertionError("a record has a constructor with all its components", e);
        }
    }

    private static Part part(String section, RecordComponent component, boolean adjustable) {
        Setting setting = component.getAnnotation(Setting.class);
        if (setting != null) {
            Key key = key(section, component, setting, adjustable);
            return new Part(List.of(key), values -> key.kind().component(values.get(key.name())));
        }
        if (component.getType().isRecord()) {
            Section<?> shared = of(section, component.getType().asSubclass(Record.class), adjustable);
            return new Part(shared.keys(), shared::read);
        }
        throw new IllegalArgumentException(
                component.getDeclaringRecord() + ": the component " + component.getName() + " needs a @Setting");
    }

    private static Key key(String section, RecordComponent component, Setting setting, boolean adjustable) {
        String name = setting.name().isEmpty() ? section + "." + hyphenated(component.getName()) : setting.name();
        Kind kind = Kinds.of(component, setting);
        Object given = plain(setting.defaultValue());
        Object standard = kind.read(given)
                .orElseThrow(() -> new IllegalArgumentException(name + ": its own default " + setting.defaultValue()
                        + " is not allowed; it must be " + kind.allowed()));
        return new Key(name, kind, standard, adjustable || setting.adjustable(), setting);
    }

    /** A number, a list, true, false, or text. */
    private static Object plain(String written) {
        try {
            return JSON.fromJson(written, Object.class);
        } catch (JsonSyntaxException e) {
            return written;
        }
    }

    /** {@code stepsPerLevel} as it is written: {@code steps-per-level}. */
    private static String hyphenated(String component) {
        return component.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** The settings, in the order of the components. */
    public List<Key> keys() {
        return parts.stream().flatMap(part -> part.keys().stream()).toList();
    }

    /**
     * The record.
     *
     * @param values by the keys' full names, each in the form that {@link Key#read} gives; other keys' values are ignored
     * @throws BadConfigurationException if the record does not accept them together
     */
    public R read(Map<String, Object> values) {
        @Nullable
        Object[] components =
                parts.stream().map(part -> part.reader().apply(values)).toArray();
        try {
            return constructor.newInstance(components);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new BadConfigurationException(name + ": " + refused.getMessage());
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The record with every setting at its default. */
    public R defaults() {
        Map<String, Object> values = new HashMap<>();
        keys().forEach(key -> values.put(key.name(), key.defaultValue()));
        return read(values);
    }
}
