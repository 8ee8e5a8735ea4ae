package scorefield.ncsn.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The numbers of the tableaux satisfy the conditions for their order (Hairer et al., II.1 and II.5). */
class ButcherTableauTest {

    static List<ButcherTableau> tableaux() {
        return List.of(ButcherTableau.EULER, ButcherTableau.HEUN, ButcherTableau.DORMAND_PRINCE);
    }

    private static double sum(ButcherTableau tableau, double[] weights, IntToDoubleFunction of) {
        return IntStream.range(0, tableau.count())
                .mapToDouble(i -> weights[i] * of.applyAsDouble(i))
                .sum();
    }

    /** Σⱼ aᵢⱼ·v(j). */
    private static double inner(ButcherTableau tableau, int i, IntToDoubleFunction v) {
        double[] row = tableau.stages()[i];
        return IntStream.range(0, row.length)
                .mapToDouble(j -> row[j] * v.applyAsDouble(j))
                .sum();
    }

    @ParameterizedTest
    @MethodSource("tableaux")
    void eachStageIsWhereItsCoefficientsLead(ButcherTableau tableau) {
        for (int i = 0; i < tableau.count(); i++) {
            assertThat(tableau.stages()[i]).hasSize(i);
            assertThat(Arrays.stream(tableau.stages()[i]).sum()).isCloseTo(tableau.nodes()[i], within(1e-14));
        }
    }

    /** Σ bᵢ·cᵢ^(q−1) = 1/q for q ≤ p: polynomials up to degree p − 1 are integrated exactly. And the conditions with one and two a's. */
    @ParameterizedTest
    @MethodSource("tableaux")
    void theOrderConditionsHold(ButcherTableau tableau) {
        double[] c = tableau.nodes();
        double[] b = tableau.weights();
        requireQuadrature(tableau, b, tableau.order());
        if (tableau.order() >= 3) {
            assertThat(sum(tableau, b, i -> inner(tableau, i, j -> c[j]))).isCloseTo(1 / 6.0, within(1e-14));
            assertThat(sum(tableau, b, i -> c[i] * inner(tableau, i, j -> c[j])))
                    .isCloseTo(1 / 8.0, within(1e-14));
            assertThat(sum(tableau, b, i -> inner(tableau, i, j -> inner(tableau, j, k -> c[k]))))
                    .isCloseTo(1 / 24.0, within(1e-14));
        }
    }

    private static void requireQuadrature(ButcherTableau tableau, double[] weights, int order) {
        for (int q = 1; q <= order; q++) {
            int power = q - 1;
            assertThat(sum(tableau, weights, i -> Math.pow(tableau.nodes()[i], power)))
                    .as("order " + q)
                    .isCloseTo(1.0 / q, within(1e-14));
        }
    }

    @ParameterizedTest
    @MethodSource("tableaux")
    void theEmbeddedMethodIsOneOrderLower(ButcherTableau tableau) {
        double[] error = tableau.error();
        if (error == null) {
            assertThat(tableau.order()).isLessThan(3);
            return;
        }
        double[] embedded = new double[error.length];
        Arrays.setAll(embedded, i -> tableau.weights()[i] - error[i]);
        requireQuadrature(tableau, embedded, tableau.order() - 1);
        // Were it of the same order, the difference would say nothing.
        assertThat(sum(tableau, embedded, i -> Math.pow(tableau.nodes()[i], tableau.order() - 1)))
                .isNotCloseTo(1.0 / tableau.order(), within(1e-5));
    }
}
