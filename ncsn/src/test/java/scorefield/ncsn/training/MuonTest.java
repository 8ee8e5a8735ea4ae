package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.Initial;
import scorefield.ncsn.network.Layout;
import scorefield.ncsn.network.Parameters;

class MuonTest {

    private static final Adam.Constants CONSTANTS = new Adam.Constants(0.9, 0.99, 1e-3, 0.3);

    /** In the singular vectors' own coordinates each singular value follows a polynomial of one number. */
    @ParameterizedTest
    @CsvSource({"16, 16", "40, 17", "17, 40"})
    void everySingularValueFollowsThePolynomialAndTheVectorsStay(int rows, int columns) {
        Random random = new Random(rows);
        // Together: another matrix of another length, and one that lies the other way.
        List<DMatrixRMaj> matrices = List.of(
                RandomMatrices_DDRM.rectangle(rows, columns, -1, 1, random),
                RandomMatrices_DDRM.rectangle(rows, columns, -1e-3, 1e-3, random),
                RandomMatrices_DDRM.rectangle(columns, rows, -1, 1, random));
        List<Tensor> polars = Muon.polars(
                matrices.stream().map(m -> tensor(m.data, m.numRows, m.numCols)).toList());
        for (int matrix = 0; matrix < matrices.size(); matrix++) {
            DMatrixRMaj x = matrices.get(matrix);
            SingularValueDecomposition_F64<DMatrixRMaj> svd = DecompositionFactory_DDRM.svd(true, true, true);
            svd.decompose(x.copy());
            double[] values = svd.getSingularValues();
            double norm = Math.sqrt(Arrays.stream(values).map(s -> s * s).sum());
            int shortest = Math.min(rows, columns);
            DMatrixRMaj expected = new DMatrixRMaj(shortest, shortest);
            for (int i = 0; i < shortest; i++) {
                double s = values[i] / norm;
                for (int iteration = 0; iteration < 3; iteration++) {
                    s = 3.4445 * s - 4.7750 * Math.pow(s, 3) + 2.0315 * Math.pow(s, 5);
                }
                expected.set(i, i, s);
            }
            DMatrixRMaj inner = new DMatrixRMaj(1, 1);
            DMatrixRMaj product = new DMatrixRMaj(1, 1);
            CommonOps_DDRM.multTransA(
                    svd.getU(null, false), new DMatrixRMaj(x.numRows, x.numCols, true, run(polars.get(matrix))), inner);
            CommonOps_DDRM.multTransB(inner, svd.getV(null, true), product);
            assertThat(product.data).containsExactly(expected.data, within(1e-5));
        }
    }

    /** 3 steps of the polynomial bring what is not very small near to 1, so a step is about as long in every direction. */
    @Test
    void theSingularValuesComeNearToOne() {
        double[] matrix = new double[16 * 16];
        for (int i = 0; i < 16; i++) {
            matrix[17 * i] = i < 8 ? 1 : 0.3;
        }
        double[] polar = polar(matrix, 16, 16);
        for (int i = 0; i < 16; i++) {
            assertThat(polar[17 * i]).isBetween(0.65, 1.25);
        }
    }

    @Test
    void aMatrixOfZerosStaysOne() {
        assertThat(polar(new double[320], 16, 20)).containsOnly(0);
    }

    /** Matrices step by the polar factor of Nesterov's momentum, for two steps; everything else steps as by Adam. */
    @Test
    void matricesStepByTheirPolarFactorAndEverythingElseByAdam() {
        Parameters layout = new Parameters();
        layout.add("bias", Shape.of(20), Layout.VECTOR, Initial.ZERO);
        layout.add("first", Shape.of(3, 3, 1, 16), Layout.CONVOLUTION, Initial.ZERO);
        layout.add("convolution", Shape.of(3, 3, 2, 16), Layout.CONVOLUTION, Initial.ZERO);
        layout.add("classes", Shape.of(16, 16), Layout.EMBEDDING, Initial.ZERO);
        layout.add("linear", Shape.of(18, 16), Layout.LINEAR, Initial.ZERO);
        layout.add("last", Shape.of(16, 2), Layout.LINEAR, Initial.ZERO);
        int size = layout.size();
        Random random = new Random(1);
        double[] start = random.doubles(size, -1, 1).toArray();
        List<double[]> gradients = List.of(
                random.doubles(size, -1, 1).toArray(),
                random.doubles(size, -1, 1).toArray());

        double[] adam = train(layout, start, gradients, false);
        double[] muon = train(layout, start, gradients, true);

        double[] expected = adam.clone();
        double[] mean = new double[size];
        double[] theta = start.clone();
        double rate = 0.1;
        for (double[] gradient : gradients) {
            double[] momentum = new double[size];
            for (int i = 0; i < size; i++) {
                mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
                momentum[i] = 0.9 * mean[i] + 0.1 * gradient[i];
            }
            for (var parameter : layout.list()) {
                if (parameter.name().equals("convolution") || parameter.name().equals("linear")) {
                    double[] part = Arrays.copyOfRange(momentum, parameter.offset(), parameter.end());
                    double[] polar = polar(part, 18, 16);
                    for (int i = 0; i < part.length; i++) {
                        int at = parameter.offset() + i;
                        theta[at] = (1 - rate * 0.3) * theta[at] - rate * 0.2 * Math.sqrt(18) * polar[i];
                        expected[at] = theta[at];
                    }
                }
            }
        }
        assertThat(muon).containsExactly(expected, within(1e-5));
    }

    private static double[] train(Parameters layout, double[] start, List<double[]> gradients, boolean muon) {
        Shape shape = Shape.of(layout.size());
        Adam state =
                new Adam(Tensor.variable("theta", shape), Tensor.variable("m", shape), Tensor.variable("v", shape));
        Tensor gradient = Tensor.input("g", shape);
        Adam.Schedule schedule = Adam.Schedule.inputs();
        Adam next = muon
                ? Muon.step(layout, state, gradient, CONSTANTS, schedule)
                : Adam.step(state, gradient, CONSTANTS, schedule);
        try (ReferenceDevice device = new ReferenceDevice();
                Executable step = device.compile(new Program(
                        List.of(),
                        Map.of(
                                state.parameters(), next.parameters(),
                                state.mean(), next.mean(),
                                state.meanSquare(), next.meanSquare())))) {
            device.write(state.parameters(), Values.of(shape, start));
            for (int t = 1; t <= gradients.size(); t++) {
                Map<Tensor, Values> feeds = new HashMap<>(schedule.feeds(CONSTANTS, 0.1, t));
                feeds.put(gradient, Values.of(shape, gradients.get(t - 1)));
                step.run(feeds);
            }
            return device.read(state.parameters()).doubles();
        }
    }

    private static double[] polar(double[] matrix, int rows, int columns) {
        return run(Muon.polars(List.of(tensor(matrix, rows, columns))).get(0));
    }

    private static Tensor tensor(double[] matrix, int rows, int columns) {
        return Tensor.constant(Values.of(Shape.of(rows, columns), matrix));
    }

    private static double[] run(Tensor tensor) {
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(tensor))) {
            return executable.run(Map.of()).get(0).doubles();
        }
    }
}
