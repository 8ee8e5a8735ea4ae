package scorefield.cli.explore.server;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * A device that several threads share: they take turns, in the order in which they came, and a turn is one call. So a long computation does
 * not keep a short one waiting, and the device is never used by two threads at a time.
 */
public final class SharedDevice implements Device {

    private final Device device;
    private final ReentrantLock turn = new ReentrantLock(true);

    /** @param device the device to use; it is closed together with this one */
    public SharedDevice(Device device) {
        this.device = device;
    }

    /** Does something with the device that no {@link Device} can do, such as profiling; everybody else waits. */
    public <T> T inTurn(Supplier<T> use) {
        turn.lock();
        try {
            return use.get();
        } finally {
            turn.unlock();
        }
    }

    private void alone(Runnable use) {
        turn.lock();
        try {
            use.run();
        } finally {
            turn.unlock();
        }
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public boolean fits(Program program) {
        return inTurn(() -> device.fits(program));
    }

    @Override
    public Executable compile(Program program) {
        Executable executable = inTurn(() -> device.compile(program));
        return new Executable() {
            @Override
            public List<Values> run(Map<Tensor, Values> feeds) {
                return inTurn(() -> executable.run(feeds));
            }

            @Override
            public long bytes() {
                return inTurn(executable::bytes);
            }

            @Override
            public void close() {
                alone(executable::close);
            }
        };
    }

    @Override
    public void write(Tensor variable, Values values) {
        alone(() -> device.write(variable, values));
    }

    @Override
    public Values read(Tensor variable) {
        return inTurn(() -> device.read(variable));
    }

    @Override
    public void free(Tensor variable) {
        alone(() -> device.free(variable));
    }

    @Override
    public void close() {
        alone(device::close);
    }
}
