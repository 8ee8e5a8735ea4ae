package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.DType;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * Random numbers from the counter-based generator Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 *
 * <p>Input: the state, INT[4] = {seed's low word, seed's high word, step's low word, step's high word}. The key is the seed; the counter
 * of elements 4k to 4k+3 is (k, stream, step's low word, step's high word). So every number is a function of seed, step, stream and
 * index alone: there is no hidden state, any device gives the same numbers, and a resumed run continues exactly.
 *
 * <p>A fifth number in the state, INT[5], says that the result is a part of a larger tensor, whose rows (along axis 0) it has from that number
 * on. The index of an element is then its index in the larger tensor. So a batch that is computed in parts has the random numbers that it has in
 * one piece.
 *
 * <p>A 32-bit word w becomes the uniform number (⌊w/2⁹⌋ + ½)·2⁻²³, exact in single precision and never 0 or 1. Words (w₀, w₁) and
 * (w₂, w₃) become two normal numbers each by Box and Muller: √(−2 ln u₀)·cos 2πu₁ and √(−2 ln u₀)·sin 2πu₁.
 *
 * @param stream a different number for each random tensor of a program
 */
public record Random(Distribution distribution, Shape result, int stream) implements Op {

    /** How the numbers are distributed. */
    public enum Distribution {
        /** On the open interval (0, 1). */
        UNIFORM,
        /** Mean 0, variance 1. */
        NORMAL
    }

    @Override
    public Shape shape(List<Tensor> inputs) {
        if (inputs.size() != 1
                || inputs.get(0).dtype() != DType.INT
                || !(inputs.get(0).shape().equals(Shape.of(4)) || isPart(inputs.get(0)))) {
            throw misfit("needs a state INT[4], or INT[5] with the first row's number", inputs);
        }
        if (isPart(inputs.get(0)) && result.rank() == 0) {
            throw misfit("cannot make a scalar from a state INT[5]: it has no rows", inputs);
        }
        return result;
    }

    /** Whether a state says at which row of a larger tensor the result begins. */
    public static boolean isPart(Tensor state) {
        return state.shape().equals(Shape.of(5));
    }

    /** How many numbers a row has. */
    public int row() {
        return result.range(1, result.rank());
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        int[] key = {(int) in[0][0], (int) in[0][1]};
        int stepLow = (int) in[0][2];
        int stepHigh = (int) in[0][3];
        long first = isPart(node.input(0)) ? (long) in[0][4] * row() : 0;
        int skipped = (int) (first % 4);
        double[] numbers = new double[result.size()];
        Parallel.range((skipped + numbers.length + 3) / 4, k -> {
            int[] words = philox(new int[] {(int) (first / 4 + k), stream, stepLow, stepHigh}, key);
            double[] four = distribution == Distribution.UNIFORM ? uniform(words) : normal(words);
            int begin = Math.max(0, skipped - 4 * k);
            int end = Math.min(4, skipped + numbers.length - 4 * k);
            System.arraycopy(four, begin, numbers, 4 * k + begin - skipped, end - begin);
        });
        return numbers;
    }

    /** Ten rounds of Philox4x32 (Salmon et al. 2011, section 3.3). */
    static int[] philox(int[] counter, int[] key) {
        int c0 = counter[0];
        int c1 = counter[1];
        int c2 = counter[2];
        int c3 = counter[3];
        int k0 = key[0];
        int k1 = key[1];
        for (int round = 0; round < 10; round++) {
            long p0 = (c0 & 0xffffffffL) * 0xD2511F53L;
            long p1 = (c2 & 0xffffffffL) * 0xCD9E8D57L;
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c1 = (int) p1;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c3 = (int) p0;
            k0 += 0x9E3779B9; // the golden ratio's fraction
            k1 += 0xBB67AE85; // the square root of 3's
        }
        return new int[] {c0, c1, c2, c3};
    }

    private static double[] uniform(int[] words) {
        double[] u = new double[4];
        for (int i = 0; i < 4; i++) {
            u[i] = ((words[i] >>> 9) + 0.5) * 0x1p-23;
        }
        return u;
    }

    private static double[] normal(int[] words) {
        double[] u = uniform(words);
        double[] z = new double[4];
        for (int i = 0; i < 4; i += 2) {
            double radius = Math.sqrt(-2 * Math.log(u[i]));
            z[i] = radius * Math.cos(2 * Math.PI * u[i + 1]);
            z[i + 1] = radius * Math.sin(2 * Math.PI * u[i + 1]);
        }
        return z;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return Gradients.NONE;
    }
}
