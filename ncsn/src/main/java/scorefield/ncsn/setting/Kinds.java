package scorefield.ncsn.setting;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Which {@link Kind} of values a record's component declares: its type decides, and its {@link Setting} gives the bounds. */
final class Kinds {

    private Kinds() {}

    static Kind of(RecordComponent component, Setting setting) {
        Class<?> type = component.getType();
        if (type == OptionalInt.class) {
            return new Kind.OrAuto(
                    ints(setting), value -> OptionalInt.of(((Long) value).intValue()), OptionalInt.empty());
        }
        if (type == OptionalDouble.class) {
            return new Kind.OrAuto(real(setting), value -> OptionalDouble.of((Double) value), OptionalDouble.empty());
        }
        Kind kind = ofValues(type, setting);
        boolean auto = !type.isPrimitive() && setting.defaultValue().equals(Kind.AUTO);
        return auto ? new Kind.OrAuto(kind, kind::component, null) : kind;
    }

    private static Kind ofValues(Class<?> type, Setting setting) {
        if (setting.choices() != Setting.NoChoices.class) {
            return new Kind.OneOf(choices(setting.choices()), Map.of());
        }
        if (type.isEnum()) {
            return new Kind.OneOf(constants(type), formerNames(type));
        }
        if (type == int.class) {
            return ints(setting);
        }
        if (type == long.class) {
            return new Kind.Whole((long) setting.min(), (long) setting.max(), Long::valueOf);
        }
        if (type == double.class) {
            return real(setting);
        }
        if (type == boolean.class) {
            return new Kind.Flag();
        }
        if (type == String.class) {
            return new Kind.Text(setting.form());
        }
        if (type == List.class) {
            String example = setting.form().isEmpty() ? setting.defaultValue() : setting.form();
            return new Kind.Wholes(ints(setting), setting.minLength(), setting.maxLength(), example);
        }
        return parsed(type, setting.form());
    }

    private static Kind.Whole ints(Setting setting) {
        return new Kind.Whole((int) setting.min(), (int) setting.max(), Math::toIntExact);
    }

    private static Kind real(Setting setting) {
        boolean above = setting.above() != -Double.MAX_VALUE;
        // Devices compute in float: what a float does not hold is infinite there.
        double most = Math.min(setting.max(), Float.MAX_VALUE);
        return new Kind.Real(above ? setting.above() : Math.max(setting.min(), -Float.MAX_VALUE), !above, most);
    }

    private static Map<String, ?> choices(Class<? extends Choices<?>> type) {
        try {
            return type.getDeclaredConstructor().newInstance().byName();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " needs a constructor without arguments", e);
        }
    }

    private static Map<String, ?> constants(Class<?> type) {
        Map<String, Object> constants = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(Kind.label((Enum<?>) constant), constant);
        }
        return constants;
    }

    /** The names that constants had in earlier versions, each with today's. */
    private static Map<String, String> formerNames(Class<?> type) {
        Map<String, String> former = new LinkedHashMap<>();
        for (Field field : type.getFields()) {
            Formerly before = field.getAnnotation(Formerly.class);
            if (before != null) {
                former.put(before.value(), Kind.label(Enum.valueOf(type.asSubclass(Enum.class), field.getName())));
            }
        }
        return former;
    }

    private static Kind parsed(Class<?> type, String form) {
        Method parse;
        try {
            parse = type.getMethod("parse", String.class);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(
                    "a setting cannot be of type " + type.getName() + ", which has no static method parse(String)", e);
        }
        return new Kind.Parsed(
                text -> {
                    try {
                        return Optional.of(parse.invoke(null, text));
                    } catch (InvocationTargetException e) {
                        return Optional.empty(); // the key's own message says what is allowed
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(e);
                    }
                },
                form);
    }
}
