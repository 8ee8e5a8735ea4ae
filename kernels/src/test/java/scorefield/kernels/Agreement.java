package scorefield.kernels;

import static org.assertj.core.api.Assertions.fail;

import scorefield.autodiff.Values;

/** Whether a device's numbers are the reference's, up to a tolerance. */
public final class Agreement {

    private Agreement() {}

    /** Insists that every number is within the tolerance; infinities must be the same, and NaN must be NaN. */
    public static void check(String what, Values actual, Values expected, double tolerance) {
        if (!actual.shape().equals(expected.shape()) || actual.dtype() != expected.dtype()) {
            fail("%s is %s, but should be %s", what, actual, expected);
        }
        for (int i = 0; i < expected.shape().size(); i++) {
            double a = actual.get(i);
            double e = expected.get(i);
            if (Double.compare(a, e) != 0 && !(Math.abs(a - e) <= tolerance)) {
                fail(
                        "%s: element %d is %s, but should be %s within %.3g (off by %.3g)%n  actual   %s%n  expected %s",
                        what, i, a, e, tolerance, Math.abs(a - e), actual, expected);
            }
        }
    }
}
