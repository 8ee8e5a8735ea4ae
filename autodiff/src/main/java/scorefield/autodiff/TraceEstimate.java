package scorefield.autodiff;

/**
 * An estimate of the trace of every sample's Jacobian, as graphs.
 *
 * @param products vᵀ(∇f)v for n random projections of each of N samples, n×N
 */
public record TraceEstimate(Tensor products) {

    /** The estimate, N: the mean over the projections. */
    public Tensor mean() {
        return products.mean(0);
    }

    /**
     * The standard error of the mean, N: √(Σ(p − mean)²/(n−1))/√n over the n products p of a sample.
     *
     * @throws IllegalStateException if there is only one projection: its spread is unknown
     */
    public Tensor standardError() {
        int n = products.shape().dim(0);
        if (n < 2) {
            throw new IllegalStateException(
                    "Jacobian.hutchinson: a standard error needs at least two projections; got " + products);
        }
        Tensor deviations = products.minus(products.meanKeep(0));
        return deviations.square().sum(0).over((double) (n - 1) * n).sqrt();
    }
}
