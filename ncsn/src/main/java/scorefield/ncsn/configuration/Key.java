package scorefield.ncsn.configuration;

import org.jspecify.annotations.Nullable;

/**
 * One setting: its name, the values it takes, and what it means.
 *
 * @param name with its section, such as {@code training.batch}
 * @param kind which values it takes
 * @param standard the value where neither a preset nor a person says otherwise
 * @param adjustable whether a run may be resumed with another value, because it does not change what is computed
 * @param meaning one line for people
 */
record Key(String name, Kind kind, Object standard, boolean adjustable, String meaning) {

    Key {
        if (kind.read(standard).isEmpty()) {
            throw new IllegalArgumentException(name + ": its own default " + standard + " is not allowed");
        }
    }

    /** The value in its one form. */
    Object read(@Nullable Object given) {
        return kind.read(given)
                .orElseThrow(() -> new BadConfigurationException(
                        name + " must be " + kind.allowed() + ", not " + Kind.describe(given)));
    }

    String section() {
        return name.substring(0, name.indexOf('.'));
    }

    /** The name without its section. */
    String shortName() {
        return name.substring(name.indexOf('.') + 1);
    }
}
