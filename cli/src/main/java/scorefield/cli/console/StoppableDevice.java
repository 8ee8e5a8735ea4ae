package scorefield.cli.console;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Precision;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * A device that the user can stop: from then on every run throws {@link Stopped}. So any computation ends after the current launch, without
 * its own check for a stop.
 */
public final class StoppableDevice implements Device {

    private final Device device;
    private final BooleanSupplier stop;

    /** @param device the device to use; it is closed together with this one */
    public StoppableDevice(Device device, BooleanSupplier stop) {
        this.device = device;
        this.stop = stop;
    }

    private void requireGoingOn() {
        if (stop.getAsBoolean()) {
            throw new Stopped();
        }
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public Precision usualPrecision() {
        return device.usualPrecision();
    }

    @Override
    public Device in(Precision precision) {
        return new StoppableDevice(device.in(precision), stop);
    }

    @Override
    public boolean fits(Program program) {
        return device.fits(program);
    }

    @Override
    public Executable compile(Program program) {
        requireGoingOn();
        Executable executable = device.compile(program);
        return new Executable() {
            @Override
            public List<Values> run(Map<Tensor, Values> feeds) {
                requireGoingOn();
                return executable.run(feeds);
            }

            @Override
            public long bytes() {
                return executable.bytes();
            }

            @Override
            public void close() {
                executable.close();
            }
        };
    }

    @Override
    public void write(Tensor variable, Values values) {
        device.write(variable, values);
    }

    @Override
    public Values read(Tensor variable) {
        return device.read(variable);
    }

    @Override
    public void free(Tensor variable) {
        device.free(variable);
    }

    @Override
    public void close() {
        device.close();
    }
}
