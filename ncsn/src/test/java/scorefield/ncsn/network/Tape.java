package scorefield.ncsn.network;

import java.util.Arrays;

/**
 * Reverse-mode differentiation of plain double-precision arithmetic, number by number: an implementation that shares nothing with the one
 * that is tested. A number is an index; each comes from at most two others, whose partial derivatives are kept.
 */
final class Tape {

    private double[] values = new double[1 << 16];
    private int[] first = new int[1 << 16];
    private int[] second = new int[1 << 16];
    private double[] byFirst = new double[1 << 16];
    private double[] bySecond = new double[1 << 16];
    private int size;

    private int add(double value, int a, double byA, int b, double byB) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
            first = Arrays.copyOf(first, 2 * size);
            second = Arrays.copyOf(second, 2 * size);
            byFirst = Arrays.copyOf(byFirst, 2 * size);
            bySecond = Arrays.copyOf(bySecond, 2 * size);
        }
        values[size] = value;
        first[size] = a;
        byFirst[size] = byA;
        second[size] = b;
        bySecond[size] = byB;
        return size++;
    }

    int number(double value) {
        return add(value, -1, 0, -1, 0);
    }

    double value(int a) {
        return values[a];
    }

    int plus(int a, int b) {
        return add(values[a] + values[b], a, 1, b, 1);
    }

    int minus(int a, int b) {
        return add(values[a] - values[b], a, 1, b, -1);
    }

    int times(int a, int b) {
        return add(values[a] * values[b], a, values[b], b, values[a]);
    }

    int over(int a, int b) {
        return add(values[a] / values[b], a, 1 / values[b], b, -values[a] / (values[b] * values[b]));
    }

    int affine(double factor, int a, double addend) {
        return add(factor * values[a] + addend, a, factor, -1, 0);
    }

    int sqrt(int a) {
        double root = Math.sqrt(values[a]);
        return add(root, a, 0.5 / root, -1, 0);
    }

    /** x/(1 + e^−x). */
    int silu(int a) {
        double sigmoid = 1 / (1 + Math.exp(-values[a]));
        return add(values[a] * sigmoid, a, sigmoid * (1 + values[a] * (1 - sigmoid)), -1, 0);
    }

    /** The derivatives of a number by all numbers before it. */
    double[] gradient(int of) {
        double[] gradient = new double[of + 1];
        gradient[of] = 1;
        for (int i = of; i >= 0; i--) {
            if (first[i] >= 0) {
                gradient[first[i]] += gradient[i] * byFirst[i];
            }
            if (second[i] >= 0) {
                gradient[second[i]] += gradient[i] * bySecond[i];
            }
        }
        return gradient;
    }
}
