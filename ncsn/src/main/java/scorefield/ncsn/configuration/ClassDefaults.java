package scorefield.ncsn.configuration;

import java.util.OptionalInt;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.setting.BadConfigurationException;

/** How many classes {@code auto} means. */
public final class ClassDefaults {

    private static final String KEY = "model.classes";

    private ClassDefaults() {}

    /**
     * The configuration with its classes counted, where they were {@code auto}.
     *
     * @throws BadConfigurationException if classes are asked for and the data have none, or another number of them
     */
    public static Configuration resolve(Configuration configuration, DataSet data) {
        OptionalInt asked = configuration.model().classes();
        if (asked.isPresent() && asked.getAsInt() == 0) {
            return configuration;
        }
        int count = data.classes().size();
        if (count == 0) {
            throw new BadConfigurationException(KEY + ": " + data.name()
                    + " has no labels, so no network can be conditioned on classes; IDX images have labels in the file beside them, pictures by"
                    + " the folders that they lie in; otherwise set " + KEY + "=0, an unconditional network");
        }
        if (asked.isPresent() && asked.getAsInt() != count) {
            throw new BadConfigurationException(KEY + " must be auto or " + count + ", the number of classes that "
                    + data.name() + " has; got " + asked.getAsInt());
        }
        return configuration.with(KEY, count);
    }
}
