package scorefield.ncsn.study;

import java.util.Locale;

/**
 * A claim about one number, with the measured number and the limit.
 *
 * <p>The numbers alone determine whether the claim held. It does not hold if the measured number is NaN.
 *
 * @param claim the claim in words
 * @param measured the measured number
 * @param relation the relation that the number must have to the limit
 * @param limit the limit
 */
public record Verdict(String claim, double measured, Relation relation, double limit) {

    /** The relation of a measured number to a limit. */
    public enum Relation {
        /** The claim holds if the number is not above the limit. */
        AT_MOST("≤"),
        /** The claim holds if the number is not below the limit. */
        AT_LEAST("≥");

        private final String sign;

        Relation(String sign) {
            this.sign = sign;
        }

        /** The sign in formulas. */
        public String sign() {
            return sign;
        }
    }

    /** Whether the claim is true of the measured number. */
    public boolean held() {
        return relation == Relation.AT_MOST ? measured <= limit : measured >= limit;
    }

    /** One line, such as {@code held: the bias is small: 0.0012 ≤ 0.01}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %s: %.4g %s %.4g",
                held() ? "held" : "NOT HELD",
                claim,
                measured,
                held() ? relation.sign() : "is not " + relation.sign(),
                limit);
    }
}
