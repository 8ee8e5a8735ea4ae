package scorefield.ncsn.setting;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;

/**
 * Declares a setting: a component of a record. Everything else follows from this one declaration: the key in YAML files and checkpoints, its
 * checks, its entry in the list of settings and, for a sampler's parameter, its option on the command line.
 *
 * <p>The component gives name and type: {@code int stepsPerLevel} of the {@link Section} {@code sampling} is the key
 * {@code sampling.steps-per-level}. These types can be declared:
 *
 * <table>
 * <caption>Types of settings</caption>
 * <tr><th>component</th><th>values in YAML</th></tr>
 * <tr><td>{@code int}, {@code long}</td><td>a whole number from {@link #min} to {@link #max}</td></tr>
 * <tr><td>{@code double}</td><td>a number from {@link #min}, or greater than {@link #above}, to {@link #max}</td></tr>
 * <tr><td>{@code boolean}</td><td>true or false</td></tr>
 * <tr><td>an enum</td><td>a constant's name in small letters with hyphens</td></tr>
 * <tr><td>{@code List<Integer>}</td><td>{@link #minLength} to {@link #maxLength} whole numbers; one may stand without brackets</td></tr>
 * <tr><td>{@code String}</td><td>text of a {@link #form}</td></tr>
 * <tr><td>any type with {@link #choices}</td><td>the name of one of them</td></tr>
 * <tr><td>any type with a static method {@code parse(String)}</td><td>what that takes: text or a whole number of a {@link #form}</td></tr>
 * <tr><td>{@code OptionalInt}, {@code OptionalDouble}</td><td>the same, or {@code auto} (empty), with which the program chooses</td></tr>
 * <tr><td>another type whose default is {@code auto}</td><td>the same, or {@code auto} (null)</td></tr>
 * </table>
 *
 * <p>Settings that several records share are declared once, in a record that is a component of each of them, without a {@code @Setting} of
 * its own.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Setting {

    /** The key's full name, where it is not the section's and the component's: {@code model.class-dropout}. */
    String name() default "";

    /** The value where neither a preset nor a person says otherwise, as it is written in YAML. */
    String defaultValue();

    /** One sentence for people: what it decides. */
    String description();

    /** The smallest number that is allowed. */
    double min() default -Double.MAX_VALUE;

    /** A number that is too small, where every greater one is allowed. */
    double above() default -Double.MAX_VALUE;

    /** The greatest number that is allowed. */
    double max() default Double.MAX_VALUE;

    /** How many numbers a list must have. */
    int minLength() default 1;

    /** How many numbers a list may have. */
    int maxLength() default Integer.MAX_VALUE;

    /**
     * Of what is written as text, for people: what is allowed, such as {@code a size such as 32 or 48x32}. Of a list whose default is empty: an
     * example.
     */
    String form() default "";

    /** Where the values are some named ones: which. */
    Class<? extends Choices<?>> choices() default NoChoices.class;

    /** Whether a run may be resumed with another value, because it does not change what is learned. */
    boolean adjustable() default false;

    /**
     * Whether there are runs from before this setting. They have its default, which must be what the program did then. Only the settings of the
     * first version do without this.
     */
    boolean later() default false;

    /** No named values. */
    final class NoChoices implements Choices<Object> {
        @Override
        public Map<String, Object> byName() {
            return Map.of();
        }
    }
}
