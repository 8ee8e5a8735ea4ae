package scorefield.ncsn.collective;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends all ranks where one of them fails. A rank that waits in MPI for another cannot notice that the other will never come; this notices it, on
 * threads and connections of its own.
 *
 * <p>Every rank has a TCP connection to rank 0, and both ends say each second that they are there. A connection that ends without a farewell
 * is a process that died; one that is silent for {@value #PATIENCE} ms is a machine or a network that did. A rank that fails says so itself, with
 * its cause. Whoever notices ends the process at once, so that the connections to all the others end, too. Rank 0 prints the line that says why;
 * where rank 0 is the one that is gone, rank 1 does.
 */
final class Watch implements AutoCloseable {

    /** Of one rank alone: nothing is watched. */
    static final Watch NONE = new Watch(0, text -> {});

    private static final int INTERVAL = 1_000;
    private static final int PATIENCE = 8_000;

    /** Where a launcher tells this process to end, so long a silence is the reason. */
    private static final int LONG_SILENCE = 4_000;

    // What is said, a byte each.
    private static final int HERE = 0;
    private static final int FAILURE = 1;
    private static final int FAREWELL = 2;

    /** The exit code where a rank could not name one. */
    private static final int FAILED = 1;

    private final int rank;
    private final Consumer<String> printer;
    private final List<Peer> peers = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean closing;
    private boolean ended;

    private Watch(int rank, Consumer<String> printer) {
        this.rank = rank;
        this.printer = printer;
    }

    /** Connects all ranks; each of them calls it. */
    static Watch begin(Collective ranks, Consumer<String> printer) {
        Watch watch = new Watch(ranks.rank(), printer);
        try {
            if (ranks.isFirst()) {
                watch.accept(ranks);
            } else {
                watch.connect(ranks);
            }
        } catch (IOException e) {
            throw new RanksException(
                    ranks.name(ranks.rank()) + " cannot be connected with the others: " + e.getMessage());
        }
        watch.daemon("heartbeat", watch::beat);
        Runtime.getRuntime().addShutdownHook(new Thread(watch::toldToEnd, "silence"));
        return watch;
    }

    private void accept(Collective ranks) throws IOException {
        byte[] token = new byte[16];
        new SecureRandom().nextBytes(token);
        try (ServerSocket server = new ServerSocket(0, ranks.size())) {
            String where = Base64.getEncoder().encodeToString(token) + " " + server.getLocalPort() + " "
                    + String.join(" ", addresses());
            ranks.broadcast(where.getBytes(StandardCharsets.UTF_8));
            server.setSoTimeout(4 * PATIENCE);
            while (peers.size() < ranks.size() - 1) {
                Socket socket = server.accept();
                socket.setSoTimeout(PATIENCE);
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] given = new byte[token.length];
                in.readFully(given);
                if (MessageDigest.isEqual(given, token)) {
                    int other = in.readInt();
                    peers.add(new Peer(ranks.name(other), socket, in));
                } else {
                    socket.close(); // not one of ours
                }
            }
        }
        List.copyOf(peers).forEach(peer -> daemon("watch of " + peer.name, () -> listen(peer)));
    }

    private void connect(Collective ranks) throws IOException {
        String[] where = new String(ranks.broadcast(new byte[0]), StandardCharsets.UTF_8).split(" ");
        Socket socket = null;
        for (int i = 2; i < where.length && socket == null; i++) {
            socket = tried(where[i], Integer.parseInt(where[1]));
        }
        if (socket == null) {
            throw new IOException(ranks.name(0) + " is not reached at any of its addresses "
                    + String.join(", ", List.of(where).subList(2, where.length)));
        }
        socket.setSoTimeout(PATIENCE);
        Peer peer = new Peer(ranks.name(0), socket, new DataInputStream(socket.getInputStream()));
        synchronized (peer.out) {
            peer.out.write(Base64.getDecoder().decode(where[0]));
            peer.out.writeInt(rank);
            peer.out.flush();
        }
        peers.add(peer);
        daemon("watch of " + peer.name, () -> listen(peer));
    }

    private static @Nullable Socket tried(String address, int port) {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(address, port), INTERVAL);
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException notThere) {
            return null;
        }
    }

    /** This machine's, for others first. */
    private static List<String> addresses() throws IOException {
        List<String> outside = new ArrayList<>();
        List<String> inside = new ArrayList<>();
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (network.isUp()) {
                for (InetAddress address : Collections.list(network.getInetAddresses())) {
                    (network.isLoopback() ? inside : outside).add(address.getHostAddress());
                }
            }
        }
        outside.addAll(inside);
        return outside;
    }

    private void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Another rank, as this one sees it. */
    private static final class Peer {
        private final String name;
        private final DataInputStream in;
        private final DataOutputStream out;
        private volatile long heard = System.nanoTime();

        Peer(String name, Socket socket, DataInputStream in) throws IOException {
            this.name = name;
            this.in = in;
            this.out = new DataOutputStream(socket.getOutputStream());
        }

        /** Whoever cannot be told is noticed where it is listened to. */
        void say(int what, int code, String text) {
            try {
                synchronized (out) {
                    out.writeByte(what);
                    if (what == FAILURE) {
                        out.writeInt(code);
                        out.writeUTF(text.length() > 10_000 ? text.substring(0, 10_000) : text);
                    }
                    out.flush();
                }
            } catch (IOException gone) {
                // listen() notices
            }
        }
    }

    private void beat() {
        while (!closing) {
            List.copyOf(peers).forEach(peer -> peer.say(HERE, 0, ""));
            try {
                Thread.sleep(INTERVAL);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void listen(Peer peer) {
        try {
            while (true) {
                int said = peer.in.readByte();
                peer.heard = System.nanoTime();
                if (said == FAREWELL) {
                    return;
                }
                if (said == FAILURE) {
                    int code = peer.in.readInt();
                    end(code, peer.in.readUTF());
                }
            }
        } catch (SocketTimeoutException silent) {
            end(FAILED, silence(peer));
        } catch (IOException ended) {
            if (!closing) {
                end(FAILED, peer.name + " ended without a word: it was killed, or crashed");
            }
        }
    }

    private static String silence(Peer peer) {
        long seconds = (System.nanoTime() - peer.heard) / 1_000_000_000;
        return peer.name + " has not been heard of for " + seconds
                + " seconds: its machine or the network between has failed";
    }

    /** A launcher may notice a lost machine sooner. It then tells its processes to end, but does not say why. */
    private void toldToEnd() {
        for (Peer peer : List.copyOf(peers)) {
            if (!closing && System.nanoTime() - peer.heard > LONG_SILENCE * 1_000_000L) {
                end(FAILED, silence(peer));
            }
        }
    }

    /**
     * Ends this process, and with it all others.
     *
     * @param line which rank, and why
     */
    private void end(int code, String line) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        if (rank == 0) {
            printer.accept(line);
            List.copyOf(peers).forEach(peer -> peer.say(FAILURE, code, ""));
        } else if (rank == 1 && !line.isEmpty()) {
            printer.accept(line);
        }
        Runtime.getRuntime().halt(code);
    }

    /** See {@link Collective#fail}. */
    void fail(int code, String line) {
        if (this == NONE) {
            return;
        }
        if (rank == 0) {
            end(code, line);
        } else {
            peers.get(0).say(FAILURE, code, line);
        }
        // Rank 0 says it and ends, and this rank with it.
        try {
            Thread.sleep(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(code);
    }

    /** All ranks have come to their end. */
    @Override
    public void close() {
        closing = true;
        List.copyOf(peers).forEach(peer -> peer.say(FAREWELL, 0, ""));
    }
}
