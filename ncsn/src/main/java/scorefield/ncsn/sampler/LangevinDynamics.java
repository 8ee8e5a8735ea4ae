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
import scorefield.ncsn.network.ScoreFunction;

/**
 * Langevin dynamics on a device: a batch of chains x ← x + (α/2)·s(x, σ) + √α·z, z ~ N(0, I).
 *
 * <p>For a small step α and many steps, the chains' distribution approaches the one whose score s is. The batch lives on the device; a
 * step is one compiled program, with noise made on the device, and nothing comes back until {@link #x} is asked for.
 *
 * <p>Every random number is a function of the {@linkplain #seed seed} and the count of steps since, so the same device and seed give the
 * same chains.
 *
 * <p>The batch is a variable of the device and stays there as long as the device does: make one of these and use it often, not many.
 */
public final class LangevinDynamics implements AutoCloseable {

    // Streams that training does not use, so that a run's samples share no numbers with its training even where the
    // seed is the same.
    private static final int START = 1 << 16;
    private static final int NOISE = START + 1;

    private final Device device;
    private final Tensor x;
    private final Tensor sigma = Tensor.input("sigma", Shape.SCALAR);
    private final Tensor drift = Tensor.input("drift", Shape.SCALAR);
    private final Tensor spread = Tensor.input("spread", Shape.SCALAR);
    private final Tensor state = Tensor.input("state", Shape.of(4), DType.INT);
    private final Executable start;
    private final Program moving;
    /** x ← x + drift·s + spread·z: a step, and without noise the denoising, so that the network is compiled and placed once. */
    private final Executable move;

    private final Executable notFinite;

    private long seed;
    private int sequence;
    private int drawn;

    /**
     * Chains on a device; they start at zero.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, the shape of all chains together
     */
    public LangevinDynamics(Device device, ScoreFunction score, Shape batch) {
        this.device = device;
        this.x = Tensor.variable("x", batch);
        Tensor s = score.score(x, sigma.broadcastTo(Shape.of(batch.dim(0))));
        Tensor z = Tensor.randomNormal(batch, state, NOISE);
        this.moving = updating(x.plus(drift.times(s)).plus(spread.times(z)));
        this.move = device.compile(moving);
        this.start = device.compile(updating(Tensor.randomUniform(batch, state, START)));
        this.notFinite = device.compile(
                Program.fetching(Tensor.scalar(1).minus(x.isFinite()).max()));
    }

    private Program updating(Tensor next) {
        return new Program(List.of(), Map.of(x, next));
    }

    /**
     * Begins a sequence of random numbers: all that is drawn from now on follows from the seed and the sequence's number, and shares
     * nothing with another seed's or another number's.
     */
    public void seed(long newSeed, int newSequence) {
        seed = newSeed;
        sequence = newSequence;
        drawn = 0;
    }

    /** Puts the chains at independent uniform points of (0, 1)^D. */
    public void startUniform() {
        start.run(Map.of(state, nextState()));
    }

    /** Puts the chains at given points, of the batch's shape. */
    public void startAt(Values points) {
        device.write(x, points);
    }

    /**
     * One step of all chains.
     *
     * @param level σ, at which the score is taken
     * @param size α
     */
    public void step(double level, double size) {
        move(level, size / 2, Math.sqrt(size));
    }

    /**
     * A step of all chains without its noise, x ← x + (α/2)·s(x, σ): uphill on log p_σ.
     *
     * @param level σ, at which the score is taken
     * @param size α
     */
    public void follow(double level, double size) {
        move(level, size / 2, 0);
    }

    /**
     * Moves each chain to x + σ²·s(x, σ), the mean of the clean data given x = clean + σz (Tweedie's formula; Robbins 1956).
     *
     * @param level σ
     */
    public void denoise(double level) {
        move(level, level * level, 0);
    }

    private void move(double level, double along, double around) {
        move.run(feeds(level, along, around));
    }

    private Map<Tensor, Values> feeds(double level, double along, double around) {
        return Map.of(
                sigma, Values.scalar(level),
                drift, Values.scalar(along),
                spread, Values.scalar(around),
                state, nextState());
    }

    /** The step as a program, the chains being in a variable: for a profile. */
    public Program program() {
        return moving;
    }

    /** What a {@linkplain #step step} feeds to {@link #program()}, with new random numbers. */
    public Map<Tensor, Values> feeds(double level, double size) {
        return feeds(level, size / 2, Math.sqrt(size));
    }

    /** Waits for the steps so far, and says whether all chains are still finite; one number comes back from the device. */
    public boolean isFinite() {
        return notFinite.run(Map.of()).get(0).item() == 0;
    }

    /** Where the chains are, of the batch's shape. */
    public Values x() {
        return device.read(x);
    }

    /** The shape of all chains together. */
    public Shape batch() {
        return x.shape();
    }

    /** The seed, then how many draws there have been since, and the sequence's number. */
    private Values nextState() {
        return Values.of(Shape.of(4), (int) seed, (int) (seed >>> 32), drawn++, sequence);
    }

    @Override
    public void close() {
        start.close();
        move.close();
        notFinite.close();
    }
}
