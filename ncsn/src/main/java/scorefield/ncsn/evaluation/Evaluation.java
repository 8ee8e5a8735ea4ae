package scorefield.ncsn.evaluation;

import java.util.Map;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.metric.Measurement;

/**
 * Measures samples against a reference of real data. Some of the real data are set aside first: measured in the samples' place, against the
 * same rest, they show what a perfect model would get.
 *
 * @param <D> the kind of data
 */
public interface Evaluation<D extends DataSet> {

    /** Real data in the samples' place: as many as samples are expected, or half of all where they are fewer than twice that. */
    D real();

    /** The rest of the real data, which samples are compared with. */
    D reference();

    /** Every metric of some samples, in the order of a table; {@link #real()} are recognised as themselves. */
    Map<Metric, Measurement> measure(D samples);
}
