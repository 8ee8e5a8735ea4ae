package scorefield.ncsn.sampler;

import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.ncsn.network.Autoguidance;
import scorefield.ncsn.network.ScoreFunction;

/**
 * A sampler with all its choices made, not yet on a device.
 *
 * @param description the choices, for people: {@code 90 noise levels from σ = 8 to 0.01, 5 steps each, …}
 * @param guidance what becomes of a network's score before the sampler takes it
 * @param maker puts it on a device
 */
public record SamplerChoice(String description, Autoguidance guidance, Maker maker) {

    /** A sampler without guidance. */
    public SamplerChoice(String description, Maker maker) {
        this(description, Autoguidance.NONE, maker);
    }

    /** The same sampler with a guided score. */
    public SamplerChoice guidedBy(Autoguidance guided) {
        return new SamplerChoice(
                guided.active() ? description + ", " + guided.description() : description, guided, maker);
    }

    /** The sampler on a device; as {@link Maker#on}. */
    public Sampler on(Device device, ScoreFunction score, Shape batch) {
        return maker.on(device, score, batch);
    }

    /** How often a network was evaluated for each sample of the last batch that one of these samplers drew. */
    public int networkEvaluations(Sampler sampler) {
        return guidance.networks() * sampler.evaluations();
    }

    /** Puts a sampler on a device. */
    @FunctionalInterface
    public interface Maker {

        /**
         * The sampler.
         *
         * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
         * @param batch N×…, how many samples are drawn at once, and the shape of one
         */
        Sampler on(Device device, ScoreFunction score, Shape batch);
    }
}
