package scorefield.ncsn.sampler;

import java.util.Map;
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

    private final Chains chains;
    private final Tensor sigma = Tensor.input("sigma", Shape.SCALAR);
    private final Tensor drift = Tensor.input("drift", Shape.SCALAR);
    private final Tensor spread = Tensor.input("spread", Shape.SCALAR);
    private final Program moving;
    /** x ← x + drift·s + spread·z: a step, and without noise the denoising, so that the network is compiled and placed once. */
    private final Executable move;
    /** The chains with what is known of them as it is known, without noise. */
    private final Executable settled;

    /**
     * Chains on a device; they start at zero.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, the shape of all chains together
     */
    public LangevinDynamics(Device device, ScoreFunction score, Shape batch) {
        this(device, score, batch, KnownPart.NOTHING);
    }

    /**
     * Chains of which a part is known: before each step it is put where it is known to be, with the step's level of noise on it.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, the shape of all chains together
     */
    public LangevinDynamics(Device device, ScoreFunction score, Shape batch, KnownPart known) {
        this.chains = new Chains(device, batch);
        Tensor x = known.imposed(chains.x, sigma.times(chains.knownNoise()));
        Tensor s = score.score(x, chains.forAll(sigma));
        this.moving = chains.moving(x.plus(drift.times(s)).plus(spread.times(chains.noise())));
        this.move = device.compile(moving);
        this.settled = device.compile(Program.fetching(known.imposed(chains.x, Tensor.scalar(0))));
    }

    /**
     * Begins a sequence of random numbers: all that is drawn from now on follows from the seed and the sequence's number, and shares
     * nothing with another seed's or another number's.
     */
    public void seed(long newSeed, int newSequence) {
        chains.seed(newSeed, newSequence);
    }

    /** Puts the chains at independent uniform points of (0, 1)^D. */
    public void startUniform() {
        chains.startUniform(0);
    }

    /**
     * Puts the chains at independent uniform points of (0, 1)^D, perturbed with N(0, σ²I).
     *
     * @param level σ
     */
    public void startPerturbed(double level) {
        chains.startUniform(level);
    }

    /** Puts the chains at given points, of the batch's shape. */
    public void startAt(Values points) {
        chains.startAt(points);
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

    /**
     * Moves each chain to x + a·s(x, σ) + b·z.
     *
     * @param level σ
     * @param along a
     * @param around b
     */
    public void move(double level, double along, double around) {
        move.run(feeds(level, along, around));
    }

    private Map<Tensor, Values> feeds(double level, double along, double around) {
        return Map.of(
                sigma,
                Values.scalar(level),
                drift,
                Values.scalar(along),
                spread,
                Values.scalar(around),
                chains.state,
                chains.nextState());
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
        return chains.isFinite();
    }

    /** Where the chains are, of the batch's shape. */
    public Values x() {
        return chains.read();
    }

    /** Where the chains are, of the batch's shape, with what is known of them exactly as it is known. */
    public Values settled() {
        return settled.run(Map.of()).get(0);
    }

    /** The shape of all chains together. */
    public Shape batch() {
        return chains.x.shape();
    }

    @Override
    public void close() {
        chains.close();
        move.close();
        settled.close();
    }
}
