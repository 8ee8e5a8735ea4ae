package scorefield.ncsn.network;

import scorefield.ncsn.setting.Setting;

/**
 * The size of an {@link Mlp}.
 *
 * @param width the width of every hidden layer
 * @param hidden the number of hidden layers
 */
public record MlpSettings(
        @Setting(
                defaultValue = "128",
                min = 1,
                max = 65_536,
                description = "for points: numbers in each hidden layer of the MLP")
        int width,

        @Setting(defaultValue = "3", min = 1, max = 64, description = "for points: hidden layers of the MLP")
        int hidden) {

    /** Checks that there is at least 1 hidden layer, at least 1 wide. */
    public MlpSettings {
        if (width < 1 || hidden < 1) {
            throw new IllegalArgumentException("a network needs at least 1 hidden layer of width at least 1; got "
                    + hidden + " of width " + width);
        }
    }
}
