package scorefield.ncsn.study;

import java.util.Locale;

/**
 * A claim about one number, and whether the number that was measured bears it out.
 *
 * <p>Whether it held follows from the numbers and from nothing else. A measurement that is not a number bears out nothing.
 *
 * @param claim in words
 * @param measured the number
 * @param relation how it must compare with the limit
 * @param limit with what it is compared
 */
public record Verdict(String claim, double measured, Relation relation, double limit) {

    /** How a measured number must compare with a limit. */
    public enum Relation {
        AT_MOST("≤"),
        AT_LEAST("≥");

        private final String sign;

        Relation(String sign) {
            this.sign = sign;
        }

        /** As in formulas. */
        public String sign() {
            return sign;
        }
    }

    /** Whether the claim is true of what was measured. */
    public boolean held() {
        return relation == Relation.AT_MOST ? measured <= limit : measured >= limit;
    }

    /** One line: {@code held: the bias is small: 0.0012 ≤ 0.01}. */
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
