package scorefield.ncsn.sampler;

import java.util.List;
import java.util.Map;
import scorefield.autodiff.DType;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * A batch of chains on a device, and the random numbers that move them. Samplers decide where they move.
 *
 * <p>Every random number is a function of the {@linkplain #seed seed} and the count of draws since.
 */
final class Chains implements AutoCloseable {

    // Streams that training does not use, so that a run's samples share no numbers with its training even where the
    // seed is the same.
    private static final int START = 1 << 16;
    private static final int NOISE = START + 1;
    private static final int FIRST_NOISE = START + 2;
    private static final int CHANCE = START + 3;
    private static final int KNOWN_NOISE = START + 4;

    private final Device device;
    /** N×…, the chains: a variable of the device. */
    final Tensor x;
    /** The generator's state, an input: programs that move the chains feed {@link #nextState} to it. */
    final Tensor state = Tensor.input("state", Shape.of(4), DType.INT);

    private final Tensor perturbation = Tensor.input("perturbation", Shape.SCALAR);
    private final Executable start;
    private final Executable notFinite;

    private long seed;
    private int sequence;
    private int drawn;

    Chains(Device device, Shape batch) {
        this.device = device;
        this.x = Tensor.variable("x", batch);
        Tensor uniform = Tensor.randomUniform(batch, state, START);
        Tensor z = Tensor.randomNormal(batch, state, FIRST_NOISE);
        this.start = device.compile(moving(uniform.plus(perturbation.times(z))));
        this.notFinite = device.compile(Program.fetching(x.anyNotFinite()));
    }

    /** Independent numbers from N(0, 1), of the chains' shape, others in every run. */
    Tensor noise() {
        return Tensor.randomNormal(x.shape(), state, NOISE);
    }

    /** The same, independent of those: for the part of the chains that is known. */
    Tensor knownNoise() {
        return Tensor.randomNormal(x.shape(), state, KNOWN_NOISE);
    }

    /** A number for each chain, N, uniform on (0, 1), others in every run. */
    Tensor chance() {
        return Tensor.randomUniform(Shape.of(x.shape().dim(0)), state, CHANCE);
    }

    /** One noise level for all chains, N. */
    Tensor forAll(Tensor sigma) {
        return sigma.broadcastTo(Shape.of(x.shape().dim(0)));
    }

    /** A program that moves the chains. */
    Program moving(Tensor next) {
        return new Program(List.of(), Map.of(x, next));
    }

    /** As {@link LangevinDynamics#seed}. */
    void seed(long newSeed, int newSequence) {
        seed = newSeed;
        sequence = newSequence;
        drawn = 0;
    }

    /** The seed, then how many draws there have been since, and the sequence's number. */
    Values nextState() {
        return Values.of(Shape.of(4), (int) seed, (int) (seed >>> 32), drawn++, sequence);
    }

    /** Puts the chains at independent uniform points of (0, 1)^D, perturbed with N(0, σ²I). */
    void startUniform(double sigma) {
        start.run(Map.of(state, nextState(), perturbation, Values.scalar(sigma)));
    }

    /** Puts the chains at given points, of the batch's shape. */
    void startAt(Values points) {
        device.write(x, points);
    }

    /** Waits for the moves so far, and says whether all chains are still finite; one number comes back from the device. */
    boolean isFinite() {
        return notFinite.run(Map.of()).get(0).item() == 0;
    }

    /** Where the chains are. */
    Values read() {
        return device.read(x);
    }

    @Override
    public void close() {
        start.close();
        notFinite.close();
    }
}
