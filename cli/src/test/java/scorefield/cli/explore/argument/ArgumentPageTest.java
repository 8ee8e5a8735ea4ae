package scorefield.cli.explore.argument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static scorefield.cli.explore.Client.numbers;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scorefield.cli.explore.Client;
import scorefield.cli.explore.Client.Answered;
import scorefield.cli.explore.server.Server;
import scorefield.cli.explore.server.SharedDevice;
import scorefield.kernels.Devices;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.study.Population;

/** The numbers that the page draws, against closed forms. */
class ArgumentPageTest {

    private static final String MIXTURE = "'density':{'kind':'mixture'}";
    private static final String MODES = "'density':{'kind':'modes','weight':0.8}";

    private static Server server;

    private final Client page = new Client(server, "argument");

    @BeforeAll
    static void start() throws IOException {
        server = new Server(0, new SharedDevice(Devices.open()), List.of(new ArgumentPage()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static double[] middle(int i, int side, double half) {
        return new double[] {half * ((2 * (i % side) + 1.0) / side - 1), half * ((2 * (i / side) + 1.0) / side - 1)};
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 2})
    void theFieldIsTheMixturesAtTheChosenNoise(double sigma) throws Exception {
        Json field = page.ask("field", "{" + MIXTURE + ",'sigma':" + sigma + ",'score':'true'}")
                .result();
        GaussianMixture perturbed = Population.MIXTURE.mixture().perturbed(sigma);
        double half = field.member("half").number();
        double[] vectors = numbers(field.member("vectors"));
        int arrows = (int) field.member("arrows").whole(1, 100);
        assertThat(vectors).hasSize(2 * arrows * arrows);
        for (int i = 0; i < arrows * arrows; i++) {
            double[] score = perturbed.score(middle(i, arrows, half));
            double length = Math.hypot(score[0], score[1]);
            assertThat(vectors[2 * i]).isCloseTo(score[0], within(1e-3 * length + 1e-4));
            assertThat(vectors[2 * i + 1]).isCloseTo(score[1], within(1e-3 * length + 1e-4));
        }
        int cells = (int) field.member("cells").whole(1, 1000);
        double[] logs = IntStream.range(0, cells * cells)
                .mapToDouble(i -> perturbed.logDensity(middle(i, cells, half)))
                .toArray();
        double most = Arrays.stream(logs).max().orElseThrow();
        double[] density = numbers(field.member("density"));
        for (int i = 0; i < logs.length; i++) {
            assertThat(density[i]).isCloseTo(Math.exp(logs[i] - most), within(1e-3));
        }
    }

    @Test
    void aDrawnPointPullsLikeAGaussian() throws Exception {
        Json field = page.ask("field", "{'density':{'kind':'drawn','points':[[1, -2]]},'sigma':0.5,'score':'true'}")
                .result();
        double[] vectors = numbers(field.member("vectors"));
        double[] corner = middle(
                0,
                (int) field.member("arrows").whole(1, 100),
                field.member("half").number());
        // The point is smoothed with 0.2; −(x − μ)/(0.2² + σ²).
        assertThat(vectors[0]).isCloseTo(-(corner[0] - 1) / 0.29, within(1e-3));
        assertThat(vectors[1]).isCloseTo(-(corner[1] + 2) / 0.29, within(1e-3));
    }

    @Test
    void aNetworkLearnsTheDensityThatItIsTrainedOn() throws Exception {
        String density = "'density':{'kind':'modes','weight':0.3}";
        Answered before = page.ask("field", "{" + density + ",'sigma':0.5,'score':'learned'}");
        assertThat(before.status()).isEqualTo(400);
        assertThat(before.result().member("error").text())
                .isEqualTo("no network has learned this density yet; train one");
        Answered training = page.ask("train", "{" + density + ",'steps':400}");
        assertThat(training.progress()).hasSizeGreaterThan(20);
        assertThat(training.result().member("loss").number())
                .isLessThan(training.progress().get(0).member("loss").number());
        Json truth = page.ask("field", "{" + density + ",'sigma':0.5,'score':'true'}")
                .result();
        Json found = page.ask("field", "{" + density + ",'sigma':0.5,'score':'learned'}")
                .result();
        Json difference = page.ask("field", "{" + density + ",'sigma':0.5,'score':'difference'}")
                .result();
        assertThat(found.member("error").number()).isBetween(0.0, 0.2);
        double[] expected = numbers(found.member("vectors"));
        double[] true_ = numbers(truth.member("vectors"));
        Arrays.setAll(expected, i -> expected[i] - true_[i]);
        assertThat(numbers(difference.member("vectors"))).containsExactly(expected, within(1e-4));
        assertThat(page.ask("field", "{" + MIXTURE + ",'sigma':0.5,'score':'learned'}")
                        .status())
                .as("another density")
                .isEqualTo(400);
    }

    private Answered chains(String action, String more) throws Exception {
        Answered answered = page.ask(action, "{" + MODES + ",'score':'true','seed':1," + more + "}");
        assertThat(answered.status()).as(answered.result().toString()).isEqualTo(200);
        return answered;
    }

    private static double[] last(Answered answered) {
        return numbers(answered.progress().get(answered.progress().size() - 1).member("x"));
    }

    private static double share(Answered answered) {
        return numbers(answered.result().member("counts"))[0]
                / answered.result().member("chains").number();
    }

    @Test
    void followingTheScoreEndsAtTheModesAndLangevinDynamicsSpreadsAroundThem() throws Exception {
        // The modes are N(±(1.6, 1.6), 0.4²·I); with σ = 0.3 the perturbed variance is 0.25, and α = 0.2·σ² = 0.018.
        String settings = "'chains':10000,'sigma':0.3,'ratio':0.2,'steps':800,'levels':1";
        double[] followed = last(chains("follow", settings));
        double[] wandered = last(chains("langevin", settings));
        double squares = 0;
        int atModes = 0;
        for (int i = 0; i < followed.length; i++) {
            atModes += Math.abs(Math.abs(followed[i]) - 1.6) < 0.01 ? 1 : 0;
            squares += Math.pow(Math.abs(wandered[i]) - 1.6, 2) / wandered.length;
        }
        // But for the few chains that began close to the line between the modes, where the pull is weak.
        assertThat(atModes / (double) followed.length).isGreaterThan(0.95);
        double stationary = 0.25 / (1 - 0.018 / (4 * 0.25));
        // The mean of 20,000 squares has a standard error of √(2/20,000) = 0.01 of it.
        assertThat(squares).isCloseTo(stationary, within(0.04 * stationary));
    }

    @Test
    void onlyAnnealingFindsTheWeights() throws Exception {
        String settings = "'chains':1000,'sigma':0.1,'ratio':0.4,'steps':20,'levels':50";
        double error = Math.sqrt(0.8 * 0.2 / 1000);
        Answered annealed = chains("annealed", settings);
        assertThat(numbers(annealed.result().member("weights"))).containsExactly(new double[] {0.8, 0.2}, within(1e-9));
        assertThat(share(annealed)).isCloseTo(0.8, within(4 * error));
        // Half of the square lies nearer to each mode, and the chains stay on their side.
        assertThat(share(chains("single", settings))).isCloseTo(0.5, within(0.1));
        List<Json> frames = annealed.progress();
        assertThat(frames.get(0).member("sigma").number()).isEqualTo(8);
        assertThat(frames.get(frames.size() - 1).member("sigma").number()).isEqualTo(0.1);
        assertThat(frames.get(frames.size() - 1).member("step").number()).isEqualTo(1000);
        assertThat(frames.get(0).member("x").list()).hasSize(2000);
    }

    @Test
    void theSlidersReachTheChains() throws Exception {
        double[] first = last(chains("langevin", "'chains':100,'sigma':0.3,'ratio':0.2,'steps':10,'levels':1"));
        assertThat(last(chains("langevin", "'chains':100,'sigma':0.3,'ratio':0.2,'steps':10,'levels':1")))
                .as("the same seed")
                .containsExactly(first);
        for (String other : List.of(
                "'chains':100,'sigma':0.4,'ratio':0.2,'steps':10,'levels':1",
                "'chains':100,'sigma':0.3,'ratio':0.1,'steps':10,'levels':1",
                "'chains':100,'sigma':0.3,'ratio':0.2,'steps':11,'levels':1")) {
            assertThat(last(chains("langevin", other))).isNotEqualTo(first);
        }
        Answered unstable = page.ask(
                "langevin",
                "{" + MODES + ",'score':'true','chains':10,'seed':1,'sigma':0.3,'ratio':4.1,'steps':5,'levels':1}");
        assertThat(unstable.status()).isEqualTo(400);
        assertThat(unstable.result().member("error").text()).contains("from where on the chain diverges");
    }

    @Test
    void allObjectivesHaveTheExpectationOfTheExactOneAndDenoisingVariesMoreAndMore() throws Exception {
        Answered answered = page.ask("losses", "{" + MODES + ",'score':'true','samples':4000}");
        assertThat(answered.progress()).hasSize(5);
        Map<String, Json> rows = answered.result().list().stream()
                .collect(Collectors.toMap(row -> row.member("objective").text(), row -> row));
        double[] sigmas = numbers(rows.get("exact").member("sigmas"));
        int end = sigmas.length - 1;
        for (int i = 0; i <= end; i++) {
            // For the true score the exact loss is −½E‖∇log p_σ‖².
            GaussianMixture perturbed = Densities.of(
                            Json.parse("{\"kind\":\"modes\",\"weight\":0.8}", "the density", "mend it"))
                    .mixture()
                    .perturbed(sigmas[i]);
            double expected = Arrays.stream(perturbed.sample(20_000, 5))
                    .map(perturbed::score)
                    .mapToDouble(s -> -(s[0] * s[0] + s[1] * s[1]) / 2)
                    .average()
                    .orElseThrow();
            for (Json row : rows.values()) {
                assertThat(numbers(row.member("means"))[i])
                        .as(row.member("objective").text() + " at " + sigmas[i])
                        .isCloseTo(expected, within(5 * numbers(row.member("errors"))[i] + 0.03 * Math.abs(expected)));
            }
        }
        double[] denoising = numbers(rows.get("denoising").member("deviations"));
        double slope = Math.log(denoising[end] / denoising[end - 1]) / Math.log(sigmas[end] / sigmas[end - 1]);
        assertThat(slope).as("the variance grows like 1/σ⁴").isCloseTo(-2, within(0.15));
        for (String bounded : List.of("exact", "sliced", "denoising, control variate")) {
            double[] deviations = numbers(rows.get(bounded).member("deviations"));
            assertThat(deviations[end] / deviations[end - 3]).as(bounded).isBetween(0.5, 2.0);
        }
    }

    @Test
    void whatCannotBeAskedIsSaid() throws Exception {
        for (String density : List.of(
                "{'kind':'modes','weight':0}",
                "{'kind':'modes','weight':1}",
                "{'kind':'drawn','points':[]}",
                "{'kind':'drawn','points':[[1]]}",
                "{'kind':'nothing'}",
                "{'kind':'points:/picture.png'}")) {
            Answered answered = page.ask("field", "{'density':" + density + ",'sigma':1,'score':'true'}");
            assertThat(answered.status()).as(density).isEqualTo(400);
        }
        assertThat(page.ask("field", "{" + MIXTURE + ",'sigma':1,'score':'best'}")
                        .result()
                        .member("error")
                        .text())
                .contains("score must be true, learned or difference; it is the text 'best'");
    }

    @Test
    void theExperimentsStandInTheirSections() {
        String html = new ArgumentPage().content();
        assertThat(html).doesNotContain("href=\"..", "href=\"quality", "style=");
        for (List<String> order : List.of(
                List.of("<h2 id=\"1-", "experiment-field", "<h2 id=\"2-"),
                List.of("<h2 id=\"5-", "experiment-losses", "<h2 id=\"6-", "experiment-langevin", "<h2 id=\"7-"),
                List.of("<h2 id=\"8-", "experiment-annealing", "<h2 id=\"9-", "<h2 id=\"12-", "further-reading"))) {
            List<Integer> places = order.stream().map(html::indexOf).toList();
            assertThat(places).doesNotContain(-1).isSorted();
        }
    }
}
