package scorefield.ncsn.configuration;

import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.autodiff.Precision;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.setting.Setting;

/**
 * How a device computes a network.
 *
 * @param precision in which training and sampling multiply matrices; null before a device has decided it, and in runs from before there was
 *     the choice, which are in single precision
 */
public record DeviceSettings(
        @Setting(
                defaultValue = "auto",
                later = true,
                description =
                        "the precision in which convolutions and matrix products round their factors while training and sampling:"
                                + " float32, tf32 or bf16 (sums, weights and all else stay in float32); auto: tf32 on GPUs of NVIDIA"
                                + " whose tensor cores compute it right, otherwise float32. A device without the instruction is"
                                + " refused for training, and samples in float32")
        @Nullable
        Precision precision) {

    /** The full name of {@link #precision}. */
    public static final String PRECISION = "device.precision";

    /** The precision, single where it was not decided. */
    public Precision decided() {
        return precision == null ? Precision.FLOAT32 : precision;
    }

    /**
     * A device as training needs it.
     *
     * @throws BadConfigurationException if it does not have the precision
     */
    public Device forTraining(Device device) {
        try {
            return device.in(decided());
        } catch (IllegalArgumentException e) {
            throw new BadConfigurationException(PRECISION + "=" + decided() + ": " + e.getMessage() + "; choose "
                    + PRECISION + "=float32, or another device");
        }
    }

    /** A device for sampling, which need not be the one that the run was trained on: in the run's precision only where it has that. */
    public Device forSampling(Device device) {
        try {
            return device.in(decided());
        } catch (IllegalArgumentException e) {
            return device;
        }
    }
}
