package scorefield.ncsn.network;

/**
 * The size of an {@link Mlp}.
 *
 * @param width of every hidden layer
 * @param hidden how many hidden layers there are
 */
public record MlpSettings(int width, int hidden) {

    public MlpSettings {
        if (width < 1 || hidden < 1) {
            throw new IllegalArgumentException(
                    "a network has at least one hidden layer of at least one number, not " + hidden + " of " + width);
        }
    }
}
