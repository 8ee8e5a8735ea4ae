package scorefield.ncsn.setting;

import org.jspecify.annotations.Nullable;

/**
 * One setting as it is written: its name, the values it takes, and what it means.
 *
 * @param name with its section, such as {@code training.batch}
 * @param kind which values it takes
 * @param defaultValue in the form that {@link #read} gives
 * @param adjustable whether a run may be resumed with another value
 * @param setting its declaration
 */
public record Key(String name, Kind kind, Object defaultValue, boolean adjustable, Setting setting) {

    /** The value in its one form: whole numbers as {@link Long}, other numbers as {@link Double}, names as {@link String}. */
    public Object read(@Nullable Object given) {
        return kind.read(given)
                .orElseThrow(() -> new BadConfigurationException(
                        name + " must be " + kind.allowed() + "; got " + Kind.describe(given)));
    }

    /** What comes before the point. */
    public String section() {
        return name.substring(0, name.indexOf('.'));
    }

    /** The name without its section. */
    public String shortName() {
        return name.substring(name.indexOf('.') + 1);
    }

    /** Whether a person can leave the choice to the program. */
    public boolean canBeAuto() {
        return kind instanceof Kind.OrAuto;
    }

    /** Whether another declaration says the same, so that two sections can share the key. */
    public boolean isSameAs(Key other) {
        return name.equals(other.name)
                && setting.equals(other.setting)
                && kind.allowed().equals(other.kind.allowed());
    }
}
