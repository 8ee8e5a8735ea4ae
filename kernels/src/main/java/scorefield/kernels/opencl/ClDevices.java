package scorefield.kernels.opencl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/** The OpenCL devices of this machine. They are looked up once, at the first question. */
public final class ClDevices {
    /** Advice for people who have no device, or only a slow one. */
    public static final String HOW_TO_GET_ONE =
            "For the CPU, `apt install pocl-opencl-icd ocl-icd-libopencl1` brings a driver on Debian and Ubuntu; a GPU's"
                    + " comes with its vendor's driver.";

    /** CL_DEVICE_TYPE_ALL of the OpenCL headers. JOCL's constant is −1, all 64 bits set, which some drivers refuse. */
    private static final long ALL_TYPES = 0xFFFFFFFFL;

    private static final String NO_DEVICE = "it found no device on this machine";

    private static final String RUSTICL = "rusticl";

    private static final String NO_RUSTICL_DEVICE =
            NO_DEVICE + " that it may use; RUSTICL_ENABLE=DRIVER in the environment allows it one, such as llvmpipe";

    /** PoCL takes any processor, so it is not the device that is missing. */
    private static final String NO_POCL_DEVICE =
            "it could use no processor, perhaps because it cannot write its cache; set POCL_CACHE_DIR to"
                    + " a folder that can be written";

    private ClDevices() {}

    /** Every device that can be used, in the drivers' order; empty where there is none, see {@link #whyNone()}. */
    public static List<ClDevice> list() {
        return Search.RESULT.devices();
    }

    /** The device to compute on by default, the first of {@link #ranked}; empty if there is none. */
    public static Optional<ClDevice> best() {
        return ranked().stream().findFirst();
    }

    /**
     * The devices that compute, the best first: a GPU before an accelerator before a CPU, and last what draws in a graphics card's place;
     * never a simulator.
     */
    public static List<ClDevice> ranked() {
        return ranked(list());
    }

    static List<ClDevice> ranked(List<ClDevice> devices) {
        return devices.stream()
                .filter(device -> !device.isSimulator())
                .sorted(Comparator.comparing((ClDevice device) -> !device.isRasteriser())
                        .thenComparingInt(device -> rank(device.type()))
                        .thenComparingLong(device -> (long) device.computeUnits() * device.clockMHz())
                        .reversed())
                .toList();
    }

    private static int rank(ClDevice.Type type) {
        return switch (type) {
            case GPU -> 2;
            case ACCELERATOR -> 1;
            case CPU -> 0;
        };
    }

    /** Every driver, with what of it can be used and what cannot; empty where there is none, see {@link #whyNone()}. */
    public static List<ClPlatform> platforms() {
        return Search.RESULT.platforms();
    }

    /** One or two sentences on why {@link #list()} is empty and what to do; an empty string where it is not. */
    public static String whyNone() {
        return Search.RESULT.whyNone();
    }

    /**
     * Finds a device as a person names it.
     *
     * @param id {@code platform:device} such as {@code 0:0}, or a part of a device's name, in any case, that only one
     *     device has
     * @throws IllegalArgumentException if no device or more than one is meant; the message lists what exists
     */
    public static ClDevice find(String id) {
        return find(id, list());
    }

    static ClDevice find(String id, List<ClDevice> devices) {
        if (devices.isEmpty()) {
            throw new IllegalArgumentException("no OpenCL device '" + id + "': " + whyNone());
        }
        for (ClDevice device : devices) {
            if (device.id().equals(id)) {
                return device;
            }
        }
        String part = id.toLowerCase(Locale.ROOT);
        List<ClDevice> named = devices.stream()
                .filter(device ->
                        !id.isBlank() && device.name().toLowerCase(Locale.ROOT).contains(part))
                .toList();
        if (named.size() == 1) {
            return named.get(0);
        }
        String problem = named.isEmpty()
                ? "no OpenCL device '" + id + "'"
                : "'" + id + "' is part of the name of " + named.size() + " OpenCL devices";
        throw new IllegalArgumentException(problem + "; there are: "
                + devices.stream().map(ClDevice::toString).collect(Collectors.joining(", "))
                + ". Give an id or a part of one name.");
    }

    /** The native handle of a listed device. */
    static cl_device_id handle(ClDevice device) {
        return deviceIds(platformIds()[device.platformIndex()])[device.deviceIndex()];
    }

    /** Holds the one look-up, made when first asked for. */
    private static final class Search {
        static final Found RESULT = search(new JoclDrivers());
    }

    /** What a search found; {@code whyNone} is empty where there is a device. */
    record Found(List<ClPlatform> platforms, String whyNone) {
        List<ClDevice> devices() {
            return platforms.stream()
                    .flatMap(platform -> platform.devices().stream())
                    .toList();
        }
    }

    /** What the search asks of OpenCL. Platforms and their devices are numbered from 0; all but the first may throw {@link ClException}. */
    interface Drivers {
        int platforms();

        String name(int platform);

        String version(int platform);

        int devices(int platform);

        ClDevice describe(int platform, int device);
    }

    /** Looks at every platform and every device by itself, so that one which fails hides no other. */
    static Found search(Drivers drivers) {
        List<ClPlatform> platforms = new ArrayList<>();
        try {
            int count = drivers.platforms();
            for (int p = 0; p < count; p++) {
                platforms.add(look(drivers, p));
            }
        } catch (UnsatisfiedLinkError e) {
            return new Found(List.of(), firstLine(e));
        } catch (NoClassDefFoundError | UnsupportedOperationException e) {
            // JOCL reports a missing libOpenCL as one of these, by version and system.
            return new Found(
                    List.of(), "The OpenCL library could not be loaded (" + firstLine(e) + "). " + HOW_TO_GET_ONE);
        } catch (ClException e) {
            return new Found(List.of(), firstLine(e));
        }
        if (platforms.isEmpty()) {
            return new Found(List.of(), "OpenCL has no driver (no platform) on this machine. " + HOW_TO_GET_ONE);
        }
        if (platforms.stream().anyMatch(platform -> !platform.devices().isEmpty())) {
            return new Found(List.copyOf(platforms), "");
        }
        String reasons = platforms.stream()
                .map(platform -> platform.name() + ": " + String.join("; ", platform.problems()))
                .collect(Collectors.joining(". "));
        boolean absent = platforms.stream()
                .allMatch(platform -> platform.problems().stream().allMatch(problem -> problem.startsWith(NO_DEVICE)));
        return new Found(
                List.copyOf(platforms),
                "OpenCL has no device that can be used. " + reasons + "." + (absent ? " " + HOW_TO_GET_ONE : ""));
    }

    private static ClPlatform look(Drivers drivers, int p) {
        List<ClDevice> devices = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        String name = "platform " + p;
        String version = "unknown version";
        try {
            name = drivers.name(p);
            version = drivers.version(p);
            int count = drivers.devices(p);
            if (count == 0) {
                problems.add(
                        switch (name) {
                            case RUSTICL -> NO_RUSTICL_DEVICE;
                            case ClDevice.POCL -> NO_POCL_DEVICE;
                            default -> NO_DEVICE;
                        });
            }
            for (int d = 0; d < count; d++) {
                try {
                    devices.add(drivers.describe(p, d));
                } catch (ClException e) {
                    problems.add("device " + p + ":" + d + ": " + firstLine(e));
                }
            }
        } catch (ClException e) {
            problems.add(firstLine(e));
        }
        return new ClPlatform(p, name, version, devices, problems);
    }

    private static String firstLine(Throwable e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse(e.getClass().getSimpleName());
    }

    private static final class JoclDrivers implements Drivers {
        @Override
        public int platforms() {
            JoclLibrary.load();
            return platformIds().length;
        }

        @Override
        public String name(int platform) {
            return platformText(platform, CL.CL_PLATFORM_NAME, "a platform for its name");
        }

        @Override
        public String version(int platform) {
            return platformText(platform, CL.CL_PLATFORM_VERSION, "a platform for its version");
        }

        @Override
        public int devices(int platform) {
            return deviceIds(platformIds()[platform]).length;
        }

        @Override
        public ClDevice describe(int platform, int device) {
            return ClDevices.describe(platform, device, name(platform), deviceIds(platformIds()[platform])[device]);
        }
    }

    private static cl_platform_id[] platformIds() {
        int[] count = new int[1];
        int status = CL.clGetPlatformIDs(0, null, count);
        if (ClStatus.nameOf(status).equals("CL_PLATFORM_NOT_FOUND_KHR")) {
            return new cl_platform_id[0];
        }
        ClStatus.check(status, "counting the platforms");
        cl_platform_id[] platforms = new cl_platform_id[count[0]];
        if (count[0] > 0) {
            ClStatus.check(CL.clGetPlatformIDs(count[0], platforms, null), "listing the platforms");
        }
        return platforms;
    }

    private static cl_device_id[] deviceIds(cl_platform_id platform) {
        int[] count = new int[1];
        int status = CL.clGetDeviceIDs(platform, ALL_TYPES, 0, null, count);
        if (status == CL.CL_DEVICE_NOT_FOUND) {
            return new cl_device_id[0];
        }
        ClStatus.check(status, "counting a platform's devices");
        cl_device_id[] devices = new cl_device_id[count[0]];
        if (count[0] > 0) {
            ClStatus.check(
                    CL.clGetDeviceIDs(platform, ALL_TYPES, count[0], devices, null), "listing a platform's devices");
        }
        return devices;
    }

    private static ClDevice describe(int p, int d, String platform, cl_device_id id) {
        if (number(id, CL.CL_DEVICE_AVAILABLE) == 0) {
            throw new ClException(CL.CL_DEVICE_NOT_AVAILABLE, "asking whether the device can be used", "");
        }
        return new ClDevice(
                p,
                d,
                text(id, CL.CL_DEVICE_NAME),
                text(id, CL.CL_DEVICE_VENDOR),
                platform,
                text(id, CL.CL_DRIVER_VERSION),
                text(id, CL.CL_DEVICE_VERSION),
                type(number(id, CL.CL_DEVICE_TYPE)),
                (int) number(id, CL.CL_DEVICE_MAX_COMPUTE_UNITS),
                (int) number(id, CL.CL_DEVICE_MAX_CLOCK_FREQUENCY),
                number(id, CL.CL_DEVICE_GLOBAL_MEM_SIZE),
                number(id, CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE),
                number(id, CL.CL_DEVICE_LOCAL_MEM_SIZE),
                (int) number(id, CL.CL_DEVICE_MAX_WORK_GROUP_SIZE),
                (int) number(id, CL.CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT),
                (int) (number(id, CL.CL_DEVICE_MEM_BASE_ADDR_ALIGN) / Byte.SIZE));
    }

    private static ClDevice.Type type(long bits) {
        if ((bits & CL.CL_DEVICE_TYPE_GPU) != 0) {
            return ClDevice.Type.GPU;
        }
        return (bits & CL.CL_DEVICE_TYPE_CPU) != 0 ? ClDevice.Type.CPU : ClDevice.Type.ACCELERATOR;
    }

    /** An integer property of any width: the driver writes 4 or 8 little-endian bytes into 8 that are zero. */
    private static long number(cl_device_id id, int property) {
        byte[] bytes = new byte[Long.BYTES];
        ClStatus.check(
                CL.clGetDeviceInfo(id, property, bytes.length, Pointer.to(bytes), null),
                "asking a device for " + CL.stringFor_cl_device_info(property));
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private static String text(cl_device_id id, int property) {
        String operation = "asking a device for " + CL.stringFor_cl_device_info(property);
        long[] size = new long[1];
        ClStatus.check(CL.clGetDeviceInfo(id, property, 0, null, size), operation);
        byte[] bytes = new byte[(int) size[0]];
        ClStatus.check(CL.clGetDeviceInfo(id, property, bytes.length, Pointer.to(bytes), null), operation);
        return string(bytes);
    }

    private static String platformText(int p, int property, String what) {
        cl_platform_id platform = platformIds()[p];
        long[] size = new long[1];
        ClStatus.check(CL.clGetPlatformInfo(platform, property, 0, null, size), "asking " + what);
        byte[] bytes = new byte[(int) size[0]];
        ClStatus.check(
                CL.clGetPlatformInfo(platform, property, bytes.length, Pointer.to(bytes), null), "asking " + what);
        return string(bytes);
    }

    /** The text up to its terminating zero, without the blanks with which some drivers pad it. */
    static String string(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8).strip();
    }
}
