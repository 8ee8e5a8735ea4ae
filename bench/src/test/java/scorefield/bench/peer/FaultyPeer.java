package scorefield.bench.peer;

import scorefield.autodiff.ReferenceDevice;

/**
 * A peer whose scores are wrong on purpose, in a process of its own. The environment variable {@code FAULT} says how: {@code nan} makes a
 * number NaN, {@code ends} ends the process, and a number is a factor of all scores. {@code FAULTY_ON} restricts it to one workload.
 */
public final class FaultyPeer implements Peer {

    private final ScorefieldPeer peer;
    private final String fault;

    private FaultyPeer(Workload workload, String fault) {
        peer = new ScorefieldPeer(workload, new ReferenceDevice(), "a peer for tests");
        this.fault = fault;
    }

    @Override
    public float[] score() {
        float[] score = peer.score();
        switch (fault) {
            case "nan" -> score[3] = Float.NaN;
            case "ends" -> Runtime.getRuntime().halt(3);
            default -> {
                for (int i = 0; i < score.length; i++) {
                    score[i] *= Float.parseFloat(fault);
                }
            }
        }
        return score;
    }

    @Override
    public String describe() {
        return peer.describe();
    }

    @Override
    public Evaluation evaluate() {
        return peer.evaluate();
    }

    @Override
    public void train(int steps) {
        peer.train(steps);
    }

    @Override
    public float[] parameters() {
        return peer.parameters();
    }

    @Override
    public float[] average() {
        return peer.average();
    }

    @Override
    public void sample(int steps) {
        peer.sample(steps);
    }

    @Override
    public void close() {
        peer.close();
    }

    /** A process with this peer: the argument is the workload. */
    public static void main(String... arguments) throws Exception {
        String only = System.getenv().getOrDefault("FAULTY_ON", arguments[0]);
        String fault = only.equals(arguments[0]) ? System.getenv().getOrDefault("FAULT", "1") : "1";
        PeerServer.serve(() -> new FaultyPeer(Workload.named(arguments[0]), fault));
    }
}
