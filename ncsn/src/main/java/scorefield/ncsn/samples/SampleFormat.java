package scorefield.ncsn.samples;

import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import scorefield.autodiff.Shape;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.AtomicFile;
import scorefield.ncsn.file.Npy;
import scorefield.ncsn.file.PngWriter;
import scorefield.ncsn.file.SafetensorsWriter;

/**
 * The formats of files that hold samples one by one.
 *
 * <p>An array is N×H×W×C of images or N×D of points, float32 or, of images, bytes; it is called {@code images} or {@code points}. The
 * labels beside it, where there are classes, are int64 and called {@code labels}. Pictures are PNG files, {@code 000000.png} and so on; where
 * there are classes, in a folder for each.
 */
public enum SampleFormat {
    /** One array in NumPy's format. Samples of classes stand in the order of their classes; their labels have no place in it. */
    NPY {
        @Override
        void write(Path target, Content content) throws IOException {
            AtomicFile.write(target, file -> {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER);
                content.writeSamples(out);
                out.flush();
            });
        }
    },
    /** Arrays in NumPy's format, in a zip. */
    NPZ {
        @Override
        void write(Path target, Content content) throws IOException {
            AtomicFile.write(target, file -> {
                ZipOutputStream zip = zip(Channels.newOutputStream(file));
                zip.putNextEntry(new ZipEntry(content.name() + ".npy"));
                content.writeSamples(zip);
                zip.closeEntry();
                if (content.order().hasClasses()) {
                    zip.putNextEntry(new ZipEntry("labels.npy"));
                    content.writeLabels(zip);
                    zip.closeEntry();
                }
                zip.finish();
                zip.flush();
            });
        }
    },
    /** Arrays in safetensors' format; the metadata {@code classes} hold the classes' names, one a line. */
    SAFETENSORS {
        @Override
        void write(Path target, Content content) throws IOException {
            List<SafetensorsWriter.Entry> entries = new ArrayList<>();
            int[] shape =
                    Arrays.stream(content.shape()).mapToInt(Math::toIntExact).toArray();
            entries.add(
                    new SafetensorsWriter.Entry(content.name(), content.drawn().type(), shape, content::putSamples));
            Map<String, String> metadata = new LinkedHashMap<>();
            if (content.order().hasClasses()) {
                entries.add(new SafetensorsWriter.Entry(
                        "labels", Array.Type.I64, new int[] {content.order().count()}, content::putLabels));
                metadata.put("classes", String.join("\n", content.order().names()));
            }
            AtomicFile.write(target, file -> SafetensorsWriter.write(metadata, entries, file));
        }
    },
    /** PNG pictures in a zip. */
    ZIP {
        @Override
        void write(Path target, Content content) throws IOException {
            AtomicFile.write(target, file -> {
                ZipOutputStream zip = zip(Channels.newOutputStream(file));
                zip.setLevel(Deflater.NO_COMPRESSION); // a PNG is compressed
                for (int place = 0; place < content.order().count(); place++) {
                    zip.putNextEntry(new ZipEntry(content.picture(place)));
                    zip.write(content.png(place));
                    zip.closeEntry();
                }
                zip.finish();
                zip.flush();
            });
        }
    },
    /** PNG pictures in a folder. */
    FOLDER {
        @Override
        void write(Path target, Content content) throws IOException {
            for (int place = 0; place < content.order().count(); place++) {
                Path file = target.resolve(content.picture(place));
                Files.createDirectories(file.getParent());
                Files.write(file, content.png(place));
            }
        }
    };

    private static final int BUFFER = 1 << 20;

    /** Whether the samples become pictures, which only images can. */
    public boolean isOfPictures() {
        return this == ZIP || this == FOLDER;
    }

    abstract void write(Path target, Content content) throws IOException;

    /**
     * Writes samples to their target, in memory that does not depend on their number.
     *
     * @param written is told which share is written, up to 1
     */
    public void write(Path target, DrawnSamples drawn, SampleOrder order, DoubleConsumer written) throws IOException {
        write(target, new Content(drawn, order, written));
    }

    private static ZipOutputStream zip(OutputStream out) {
        return new ZipOutputStream(new BufferedOutputStream(out, BUFFER));
    }

    /** What a file is made of. */
    record Content(DrawnSamples drawn, SampleOrder order, DoubleConsumer written) {

        String name() {
            return SampleKind.plural(drawn.sample());
        }

        /** Appends numbers of the samples, in the order of the file. */
        void putSamples(ByteBuffer buffer, long from, int count) throws IOException {
            int size = drawn.sample().size();
            long at = from;
            while (at < from + count) {
                int inside = (int) (at % size);
                int here = (int) Math.min(size - inside, from + count - at);
                drawn.read(order.drawn((int) (at / size)), inside, here, buffer);
                at += here;
            }
            written.accept((double) at / ((double) order.count() * size));
        }

        void putLabels(ByteBuffer buffer, long from, int count) {
            buffer.order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                buffer.putLong(order.label((int) from + i));
            }
        }

        /** N×sample; its product may be larger than that of a tensor. */
        long[] shape() {
            Shape sample = drawn.sample();
            long[] shape = new long[sample.rank() + 1];
            shape[0] = order.count();
            for (int axis = 0; axis < sample.rank(); axis++) {
                shape[axis + 1] = sample.dim(axis);
            }
            return shape;
        }

        void writeSamples(OutputStream out) throws IOException {
            out.write(Npy.header(drawn.type(), shape()));
            long length = (long) order.count() * drawn.sample().size();
            int most = BUFFER / drawn.type().bytes();
            for (long from = 0; from < length; from += most) {
                int count = (int) Math.min(most, length - from);
                ByteBuffer buffer = ByteBuffer.allocate(count * drawn.type().bytes());
                putSamples(buffer, from, count);
                out.write(buffer.array());
            }
        }

        void writeLabels(OutputStream out) throws IOException {
            out.write(Npy.header(Array.Type.I64, order.count()));
            ByteBuffer buffer = ByteBuffer.allocate(order.count() * Long.BYTES);
            putLabels(buffer, 0, order.count());
            out.write(buffer.array());
        }

        /** The path of a picture, in the folder of its class where there are classes. */
        String picture(int place) {
            if (!order.hasClasses()) {
                return "%06d.png".formatted(place);
            }
            return order.name(place).replaceAll("[/\\\\]", "_") + "/%06d.png".formatted(place % order.ofEach());
        }

        byte[] png(int place) throws IOException {
            Shape sample = drawn.sample();
            int height = sample.dim(0);
            int width = sample.dim(1);
            ByteBuffer pixels = ByteBuffer.allocate(sample.size());
            drawn.read(order.drawn(place), 0, sample.size(), pixels);
            int[] numbers = new int[sample.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = pixels.get(i) & 0xff;
            }
            BufferedImage image = new BufferedImage(
                    width, height, sample.dim(2) == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
            image.getRaster().setPixels(0, 0, width, height, numbers);
            written.accept((place + 1.0) / order.count());
            return PngWriter.encode(image);
        }
    }
}
