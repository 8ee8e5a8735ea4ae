package scorefield.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import scorefield.bench.peer.Operation;
import scorefield.bench.peer.PeerProcess;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.kernels.profile.Roofline;

/**
 * Compares single operations with libtorch's and ND4J's, in the shapes that the U-Nets use, and small ones also with the reference device.
 * Ratios are relative to libtorch, which is faster than ND4J except where the table shows otherwise.
 */
final class Operations {

    /**
     * The measurements of one operation.
     *
     * @param lanes of the peers that are right, this project's first
     * @param best the faster format of libtorch, of those that are right
     * @param ratio to the best, one number for each round; empty if no format of libtorch is right
     * @param difference the largest difference of a right peer's results
     * @param wrong what is wrong with the results of other peers, in words
     */
    private record Result(
            Operation operation,
            List<Race.Lane> lanes,
            Optional<Race.Lane> best,
            double[] ratio,
            double difference,
            List<String> wrong) {

        double perSecond() {
            return lanes.get(0).median();
        }

        /** Operations per second of a peer; empty if it does not do the operation, or not right. */
        Optional<Double> perSecond(PeerProcess peer) {
            return lanes.stream()
                    .filter(lane -> lane.peer().equals(peer.name()))
                    .map(Race.Lane::median)
                    .findFirst();
        }

        String microseconds(PeerProcess peer) {
            return perSecond(peer)
                    .map(perSecond -> String.format(Locale.ROOT, "%.0f", 1e6 / perSecond))
                    .orElse("–");
        }
    }

    private Operations() {}

    static void run(Options options, Results results) throws IOException, InterruptedException {
        Map<String, String> machine = Machine.facts();
        Roofline roofline;
        try (OpenClDevice device = OpenClDevice.forProfiling(ClDevices.find(options.device()))) {
            roofline = device.roofline();
        }
        StringBuilder text = new StringBuilder();
        List<Result> found = new ArrayList<>();
        try (PeerProcess ours = Peers.scorefieldOperations("scorefield", options.device());
                PeerProcess plain = Peers.libtorchOperations(false);
                PeerProcess last = Peers.libtorchOperations(true);
                PeerProcess nd4j = Peers.nd4jOperations();
                PeerProcess reference = Peers.scorefieldOperations("reference", "reference")) {
            for (PeerProcess peer : List.of(ours, plain, last, nd4j, reference)) {
                text.append("- ").append(peer.describe()).append('\n');
            }
            for (Operation operation : Operation.all()) {
                List<PeerProcess> peers = new ArrayList<>(List.of(ours, plain, last));
                if (operation.kind().isInNd4j()) {
                    peers.add(nd4j);
                }
                if (operation.onReference()) {
                    peers.add(reference);
                }
                Result result = race(operation, peers, List.of(plain.name(), last.name()), options.rounds());
                found.add(result);
                System.out.printf(
                        Locale.ROOT,
                        "%-60s %s %s%n",
                        operation,
                        quantile(result, 0.5),
                        String.join("; ", result.wrong()));
            }
            text.append(String.format(
                    Locale.ROOT,
                    "- roofline: %.0f GFLOP/s of multiply-adds, %.1f GB/s of copying%n",
                    roofline.flops() / 1e9,
                    roofline.bytes() / 1e9));
            text.append(
                    "- ND4J computes both gradients of a convolution with one op (faster there than one of them alone), so"
                            + " each gradient has the time of both. ND4J has no group norm.\n\n");
            table(text, found, roofline, plain, last, nd4j);
            baseline(text, found, reference);
        }
        machine.put("load after", Machine.loadAverage());
        results.add(
                "operations",
                "Single operations",
                machine,
                text.toString(),
                ratios(found, roofline),
                Results.json(data(found, roofline)));
    }

    private static Result race(Operation operation, List<PeerProcess> peers, List<String> libtorch, int rounds)
            throws IOException, InterruptedException {
        Map<PeerProcess, Outcome> outcomes = new LinkedHashMap<>();
        for (PeerProcess peer : peers) {
            peer.prepare(operation);
            peer.repeat(1);
            outcomes.put(peer, new Outcome.Result(operation.toString(), peer.results()));
        }
        PeerProcess ours = peers.get(0);
        List<PeerProcess> right =
                Majority.of(peers, (a, b) -> agree(outcomes, a, b).holds());
        if (!right.contains(ours)) {
            throw new IllegalStateException(
                    "this project's result is not the majority's, or there is no majority: " + operation);
        }
        double difference = 0;
        List<String> wrong = new ArrayList<>();
        for (PeerProcess peer : peers) {
            Agreement agreement = agree(outcomes, peer, ours);
            if (right.contains(peer)) {
                difference = Math.max(difference, agreement.largest());
            } else {
                wrong.add(peer.name() + ": " + agreement.objection());
            }
        }
        List<Race.Lane> lanes = Race.run(right, PeerProcess::repeat, 1, rounds, Race.Pace.OPERATIONS);
        Optional<Race.Lane> best = Race.fastest(
                lanes.stream().filter(lane -> libtorch.contains(lane.peer())).toList());
        double[] ratio = best.map(lane -> Race.ratios(lanes.get(0), lane)).orElse(new double[0]);
        return new Result(operation, lanes, best, ratio, difference, wrong);
    }

    private static Agreement agree(Map<PeerProcess, Outcome> outcomes, PeerProcess a, PeerProcess b) {
        Outcome one = outcomes.get(a);
        Outcome other = outcomes.get(b);
        if (one == null || other == null) {
            throw new IllegalArgumentException("a peer has no result");
        }
        return one.with(other, Precision.FLOAT32);
    }

    /** A quantile of the ratio to libtorch; a dash if there is none. */
    private static String quantile(Result result, double q) {
        return result.ratio().length == 0 ? "–" : String.format(Locale.ROOT, "%.2f", Race.quantile(result.ratio(), q));
    }

    private static void table(
            StringBuilder text,
            List<Result> results,
            Roofline roofline,
            PeerProcess plain,
            PeerProcess last,
            PeerProcess nd4j) {
        text.append(
                "| operation | µs | GFLOP/s | GB/s | % of roofline | libtorch µs, N×C×H×W | channels last | ND4J µs | ratio to"
                        + " libtorch | quartiles | difference |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (Result result : results) {
            Operation operation = result.operation();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f | %.1f | %.0f | %s | %s | %s | %s | %s … %s | %.0e |%n",
                    operation,
                    1e6 / result.perSecond(),
                    operation.flops() * result.perSecond() / 1e9,
                    operation.bytes() * result.perSecond() / 1e9,
                    100 * roofline.seconds(operation.flops(), operation.bytes()) * result.perSecond(),
                    result.microseconds(plain),
                    result.microseconds(last),
                    result.microseconds(nd4j),
                    quantile(result, 0.5),
                    quantile(result, 0.25),
                    quantile(result, 0.75),
                    result.difference()));
        }
        for (Result result : results) {
            for (String wrong : result.wrong()) {
                text.append("\n**Wrong results, left out:** ").append(wrong).append(".\n");
            }
        }
    }

    private static void baseline(StringBuilder text, List<Result> results, PeerProcess reference) {
        text.append("\nSpeed relative to the reference device (plain Java, double precision).\n\n"
                + "| operation | scorefield | libtorch |\n| --- | --- | --- |\n");
        for (Result result : results) {
            if (result.operation().onReference()) {
                double baseline = result.perSecond(reference).orElseThrow();
                text.append(String.format(
                        Locale.ROOT,
                        "| %s | %.0f× | %s |%n",
                        result.operation(),
                        result.perSecond() / baseline,
                        result.best()
                                .map(best -> String.format(Locale.ROOT, "%.0f×", best.median() / baseline))
                                .orElse("–")));
            }
        }
    }

    private static List<Ratio> ratios(List<Result> results, Roofline roofline) {
        List<Ratio> ratios = new ArrayList<>();
        for (int kernel : new int[] {3, 1}) {
            mean(
                            "Convolutions %d×%d, forward and both gradients".formatted(kernel, kernel),
                            1.8,
                            2.5,
                            results,
                            operation -> operation.kind().isConvolution() && operation.kernel() == kernel)
                    .ifPresent(ratios::add);
        }
        mean(
                        "All convolutions",
                        2.8,
                        3.3,
                        results,
                        operation -> operation.kind().isConvolution())
                .ifPresent(ratios::add);
        for (Operation.Kind kind : Operation.Kind.values()) {
            if (!kind.isConvolution()) {
                mean("Geometric mean: " + kind.label(), 1.5, 2, results, operation -> operation.kind() == kind)
                        .ifPresent(ratios::add);
                double[][] shares = results.stream()
                        .filter(result -> !result.operation().onReference()
                                && result.operation().kind() == kind)
                        .map(result -> share(result, roofline))
                        .toArray(double[][]::new);
                ratios.add(Ratio.atLeast(
                        kind.label() + ": share of a copy's bandwidth", 0.7, 1, Ratio.geometricMean(shares)));
            }
        }
        return ratios;
    }

    private static double[] share(Result result, Roofline roofline) {
        double[] share = result.lanes().get(0).imagesPerSecond().clone();
        for (int round = 0; round < share.length; round++) {
            share[round] *= result.operation().bytes() / roofline.bytes();
        }
        return share;
    }

    /** The mean ratio of operations; empty if no format of libtorch does any of them right. */
    private static Optional<Ratio> mean(
            String work, double target, double aim, List<Result> results, Predicate<Operation> which) {
        double[][] ratios = results.stream()
                .filter(result -> !result.operation().onReference() && which.test(result.operation()))
                .map(Result::ratio)
                .filter(ratio -> ratio.length > 0)
                .toArray(double[][]::new);
        return ratios.length == 0
                ? Optional.empty()
                : Optional.of(Ratio.atLeast(work, target, aim, Ratio.geometricMean(ratios)));
    }

    private static Map<String, Object> data(List<Result> results, Roofline roofline) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("roofline", roofline);
        List<Object> rows = new ArrayList<>();
        for (Result result : results) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("operation", result.operation().toString());
            row.put("flops", result.operation().flops());
            row.put("bytes", result.operation().bytes());
            row.put("peers", result.lanes()); // operations a second
            row.put("ratioByRound", result.ratio());
            row.put("difference", result.difference());
            row.put("wrong", result.wrong());
            rows.add(row);
        }
        data.put("operations", rows);
        return data;
    }
}
