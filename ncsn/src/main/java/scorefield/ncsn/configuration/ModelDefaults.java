package scorefield.ncsn.configuration;

import java.util.OptionalInt;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Moments;
import scorefield.ncsn.setting.BadConfigurationException;

/** What {@code auto} means for the settings of the model: the data's classes, mean and deviation. */
public final class ModelDefaults {

    private static final String KEY = "model.classes";
    private static final String MEAN = "model.data-mean";
    private static final String DEVIATION = "model.data-deviation";

    private ModelDefaults() {}

    /**
     * The configuration with its classes counted and the data's mean and deviation measured, where they were {@code auto}.
     *
     * @throws BadConfigurationException if classes are asked for and the data have none, or another number of them; or if all the data's
     *     numbers are the same
     */
    public static Configuration resolve(Configuration configuration, DataSet data) {
        return moments(classes(configuration, data), data);
    }

    /**
     * The configuration with the data's mean and deviation measured, where they were {@code auto}.
     *
     * @throws BadConfigurationException if all the data's numbers are the same
     */
    public static Configuration moments(Configuration configuration, DataSet data) {
        ModelSettings model = configuration.model();
        if (model.dataMean().isPresent() && model.dataDeviation().isPresent()) {
            return configuration;
        }
        Moments moments = Moments.of(data);
        if (model.dataDeviation().isEmpty() && !(moments.deviation() > 0)) {
            throw new BadConfigurationException(
                    DEVIATION + " is the standard deviation of the data's numbers, but all of " + data.name()
                            + " are the same; set " + DEVIATION + ", or give other data");
        }
        return configuration
                .with(MEAN, model.dataMean().orElse(moments.mean()))
                .with(DEVIATION, model.dataDeviation().orElse(moments.deviation()));
    }

    private static Configuration classes(Configuration configuration, DataSet data) {
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
