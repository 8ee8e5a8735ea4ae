package scorefield.ncsn.setting;

import java.util.Map;

/**
 * The values of a setting that is one of some named objects. A class that implements this has a constructor without arguments.
 *
 * @param <T> the component's type
 */
public interface Choices<T> {

    /** Each value by its name, in the order in which people see them. */
    Map<String, T> byName();
}
