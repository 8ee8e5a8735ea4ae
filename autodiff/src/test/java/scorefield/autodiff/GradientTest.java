package scorefield.autodiff;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The derivatives of every op, first and second, against finite differences. */
class GradientTest {

    private static final long SEED = 1;

    @ParameterizedTest(name = "{0}")
    @MethodSource("scorefield.autodiff.OpCases#allSmooth")
    void firstDerivative(OpCase opCase) {
        OpCase.Derivatives derivatives = opCase.differentiate(SEED);
        GradientCheck.check(opCase.name(), derivatives.first(), derivatives.wrt(), derivatives.feeds());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scorefield.autodiff.OpCases#allSmooth")
    void secondDerivative(OpCase opCase) {
        OpCase.Derivatives derivatives = opCase.differentiate(SEED);
        GradientCheck.check(opCase.name(), derivatives.second(), derivatives.wrt(), derivatives.feeds());
    }
}
