package scorefield.cli.gpu;

/** A moment after which nothing new is begun. */
final class Deadline {

    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    static Deadline in(double seconds) {
        return new Deadline(System.nanoTime() + (long) (seconds * 1e9));
    }

    /** A part of the time that is left. */
    Deadline part(double share) {
        return in(share * secondsLeft());
    }

    /** 0 where the time is up. */
    double secondsLeft() {
        return Math.max(0, (end - System.nanoTime()) / 1e9);
    }

    boolean isOver() {
        return secondsLeft() == 0;
    }
}
