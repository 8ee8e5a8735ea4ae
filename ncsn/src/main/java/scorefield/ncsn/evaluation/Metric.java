package scorefield.ncsn.evaluation;

/**
 * Something that is measured of samples.
 *
 * @param key for programs, such as {@code features.frechet}
 * @param title of a table's row
 * @param aim what a perfect model would get
 * @param meaning in a sentence
 */
public record Metric(String key, String title, Aim aim, String meaning) {

    /** Where a perfect model's number is. */
    public enum Aim {
        /** The lower the better, down to what real data get. */
        LOW("↓"),
        /** The higher the better. */
        HIGH("↑"),
        /** Near to what real data get. */
        REAL("≈");

        private final String sign;

        Aim(String sign) {
            this.sign = sign;
        }

        /** One character for a table. */
        public String sign() {
            return sign;
        }
    }
}
