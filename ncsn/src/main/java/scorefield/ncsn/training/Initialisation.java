package scorefield.ncsn.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import scorefield.ncsn.network.Parameter;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.setting.BadConfigurationException;

/**
 * Where training begins that starts with another network's parameters, for fine-tuning: parameters of the same name are taken over, those that
 * only this network has are initialised as usual.
 *
 * @param state before the first step: the parameters, as their own moving averages, and no guide yet
 * @param created the names of the parameters that the other network does not have
 * @param unused the names of the other network's parameters that this one does not have
 */
public record Initialisation(TrainingState state, List<String> created, List<String> unused) {

    /** Copies the names. */
    public Initialisation {
        created = List.copyOf(created);
        unused = List.copyOf(unused);
    }

    /**
     * Starts a network with another one's parameters.
     *
     * @param seed of the parameters that are initialised
     * @param averages how many moving averages
     * @param other the network that the parameters are from
     * @param parameters FLOAT[P] of that network
     * @throws BadConfigurationException if parameters of the same name have other shapes, or none has the same name
     */
    public static Initialisation of(
            ScoreNetwork network, long seed, int averages, ScoreNetwork other, float[] parameters) {
        Map<String, Parameter> theirs = new LinkedHashMap<>();
        other.parameters().list().forEach(parameter -> theirs.put(parameter.name(), parameter));
        float[] own = network.parameters().initial(seed);
        List<String> created = new ArrayList<>();
        for (Parameter parameter : network.parameters().list()) {
            Parameter from = theirs.remove(parameter.name());
            if (from == null) {
                created.add(parameter.name());
                continue;
            }
            if (!from.shape().equals(parameter.shape())) {
                throw new BadConfigurationException("the parameter " + parameter.name() + " has shape "
                        + parameter.diskShape() + " in this network, but " + from.diskShape()
                        + " in the run that it is to start from; make the data's channels and classes and the settings"
                        + " network.* and model.* the same, or train without --from");
            }
            System.arraycopy(parameters, from.offset(), own, parameter.offset(), parameter.size());
        }
        if (created.size() == network.parameters().list().size()) {
            throw new BadConfigurationException("the run that the network is to start from has none of its parameters;"
                    + " start images from a run on images, and points from one on points");
        }
        TrainingState state = new TrainingState(
                0,
                own,
                Collections.nCopies(averages, own.clone()),
                new float[own.length],
                new float[own.length],
                Optional.empty());
        return new Initialisation(state, created, List.copyOf(theirs.keySet()));
    }
}
