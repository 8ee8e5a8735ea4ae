package scorefield.ncsn.network;

/**
 * The size of an {@link Mlp}.
 *
 * @param width the width of every hidden layer
 * @param hidden the number of hidden layers
 */
public record MlpSettings(int width, int hidden) {

    public MlpSettings {
        if (width < 1 || hidden < 1) {
            throw new IllegalArgumentException("a network needs at least 1 hidden layer of width at least 1; got "
                    + hidden + " of width " + width);
        }
    }
}
