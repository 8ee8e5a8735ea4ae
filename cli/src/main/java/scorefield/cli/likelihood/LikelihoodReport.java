package scorefield.cli.likelihood;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import scorefield.ncsn.Version;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.file.JsonFile;
import scorefield.ncsn.flow.Prior;
import scorefield.ncsn.likelihood.BitsPerDimension;
import scorefield.ncsn.likelihood.Divergence;
import scorefield.ncsn.likelihood.LikelihoodEstimate;
import scorefield.ncsn.likelihood.LikelihoodPlan;
import scorefield.ncsn.text.Text;

/**
 * What {@code likelihood} found, as a few lines and as JSON.
 *
 * @param run whose network it is
 */
record LikelihoodReport(String run, DataSet samples, LikelihoodPlan plan, long seed, String device) {

    private boolean points() {
        return SampleKind.isPoint(samples.sample());
    }

    private String trace() {
        return plan.divergence() == Divergence.EXACT
                ? "exact trace"
                : plan.projections() == 1 ? "1 projection each" : plan.projections() + " projections each";
    }

    /** What is going to be done. */
    String announcement() {
        return Text.of(
                "%s: %d %s of %s, σ from %.4g to %.4g, %s, rtol %s, atol %s, on %s",
                run,
                samples.count(),
                SampleKind.plural(samples.sample()),
                samples.name(),
                plan.levels().smallest(),
                plan.levels().largest(),
                trace(),
                Text.number(plan.tolerance().relative()),
                Text.number(plan.tolerance().absolute()),
                device);
    }

    /**
     * Prints the result and writes all of it.
     *
     * @param gap how much the prior costs
     */
    void write(Path path, PrintWriter console, LikelihoodEstimate estimate, Prior.Gap gap) throws IOException {
        double nats = estimate.mean().mean();
        if (!points()) {
            console.println(Text.of(
                    "bits/dim   %.4f ± %.4f   = -log2 p(x)/%d + 8, of images in [0, 1]",
                    BitsPerDimension.of(nats, samples.dimension()),
                    bits(estimate.mean().standardError()),
                    samples.dimension()));
        }
        console.println(Text.of(
                "log p(x)   %.4f ± %.4f nats %s",
                nats, estimate.mean().standardError(), points() ? "a point" : "an image"));
        console.println("           ± the standard error over the samples; other errors, in nats:");
        estimate.projectionError()
                .ifPresent(error -> console.println(Text.of("           %.2g  of it from the projections", error)));
        console.println(Text.of(
                "           %.2g  the solver's error (%.2g of one sample), a smaller --rtol reduces it",
                Math.abs(estimate.solver().ofMean()), estimate.solver().ofOne()));
        console.println(Text.of(
                "           %.2g  about, and at most %.2g, too low: the prior N(%s, σ²I) in place of the data at σ = %.4g",
                gap.about(),
                gap.most(),
                Text.number(plan.prior().centre()),
                plan.prior().deviation()));
        console.println(Text.of(
                "network    %.0f evaluations for each sample%s, %d steps rejected",
                (double) estimate.integration().evaluations() / estimate.runs(),
                plan.projections() == 1 ? "" : " and projection",
                estimate.integration().rejected()));
        JsonFile.write(path, toMap(estimate, gap));
        console.println("numbers    " + path);
    }

    private double bits(double nats) {
        return Math.abs(BitsPerDimension.ofDifference(nats, samples.dimension()));
    }

    private Map<String, Object> toMap(LikelihoodEstimate estimate, Prior.Gap gap) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("run", run);
        map.put("data", samples.name());
        map.put("count", samples.count());
        map.put("sha256", samples.sha256());
        map.put("dimension", samples.dimension());
        Map<String, Object> nats = new LinkedHashMap<>();
        nats.put("mean", estimate.mean().mean());
        nats.put("standardError", estimate.mean().standardError());
        estimate.projectionError().ifPresent(error -> nats.put("projectionError", error));
        nats.put("solverError", Math.abs(estimate.solver().ofMean()));
        nats.put("solverErrorOfOne", estimate.solver().ofOne());
        nats.put("priorGap", gap.about());
        nats.put("priorGapAtMost", gap.most());
        map.put("natsPerSample", nats);
        if (!points()) {
            Map<String, Object> bits = new LinkedHashMap<>();
            bits.put("mean", BitsPerDimension.of(estimate.mean().mean(), samples.dimension()));
            bits.put("offset", BitsPerDimension.OFFSET);
            bits.put("standardError", bits(estimate.mean().standardError()));
            estimate.projectionError().ifPresent(error -> bits.put("projectionError", bits(error)));
            bits.put("solverError", bits(estimate.solver().ofMean()));
            bits.put("solverErrorOfOne", bits(estimate.solver().ofOne()));
            bits.put("priorGap", bits(gap.about()));
            bits.put("priorGapAtMost", bits(gap.most()));
            map.put("bitsPerDimension", bits);
        }
        Map<String, Object> method = new LinkedHashMap<>();
        method.put("trace", plan.divergence().name().toLowerCase(Locale.ROOT));
        method.put("projections", plan.divergence() == Divergence.EXACT ? 0 : plan.projections());
        method.put("sigmaMin", plan.levels().smallest());
        method.put("sigmaMax", plan.levels().largest());
        method.put("priorCentre", plan.prior().centre());
        method.put("rtol", plan.tolerance().relative());
        method.put("atol", plan.tolerance().absolute());
        method.put("runs", estimate.runs());
        method.put("evaluations", estimate.integration().evaluations());
        method.put("steps", estimate.integration().steps());
        method.put("rejected", estimate.integration().rejected());
        map.put("method", method);
        map.put("seed", seed);
        map.put("device", device);
        map.put("version", Version.number());
        map.put("logDensities", Arrays.stream(estimate.logDensities()).boxed().toList());
        return map;
    }
}
