package scorefield.kernels.ladder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The extents of an op's shapes, each under its name, such as {@code images=128 height=28}. */
public final class Extents {

    /**
     * One of them.
     *
     * @param value from 1 to {@code most}
     */
    public record Extent(String name, int value, int most) {}

    private final List<Extent> extents;

    private Extents(List<Extent> extents) {
        this.extents = List.copyOf(extents);
    }

    /** None yet. */
    static Extents none() {
        return new Extents(List.of());
    }

    /** These, and one more, from 1 to the given most. */
    Extents and(String name, int value, int most) {
        List<Extent> all = new ArrayList<>(extents);
        all.add(new Extent(name, value, most));
        return new Extents(all);
    }

    /** Other values of the same extents, in their order. */
    Extents of(int... values) {
        List<Extent> others = new ArrayList<>();
        for (int k = 0; k < extents.size(); k++) {
            others.add(
                    new Extent(extents.get(k).name(), values[k], extents.get(k).most()));
        }
        return new Extents(others);
    }

    /**
     * These with other values for some of them.
     *
     * @throws IllegalArgumentException if there is no extent of that name, or a value is out of its bounds
     */
    public Extents with(Map<String, Integer> given) {
        Map<String, Integer> values = new LinkedHashMap<>();
        extents.forEach(extent -> values.put(extent.name(), extent.value()));
        given.forEach((name, value) -> {
            if (values.put(name, value) == null) {
                throw new IllegalArgumentException("there is no extent '" + name + "'; there are " + names());
            }
        });
        for (Extent extent : extents) {
            int value = values.get(extent.name());
            if (value < 1 || value > extent.most()) {
                throw new IllegalArgumentException(
                        extent.name() + " must be a whole number from 1 to " + extent.most() + "; got " + value);
            }
        }
        return of(values.values().stream().mapToInt(Integer::intValue).toArray());
    }

    /** All of them, in the order of {@link #toString()}. */
    public List<Extent> list() {
        return extents;
    }

    /** The value of one of them. */
    int get(String name) {
        return extents.stream()
                .filter(extent -> extent.name().equals(name))
                .mapToInt(Extent::value)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no extent '" + name + "'"));
    }

    /** Their names, with commas between them. */
    public String names() {
        return extents.stream().map(Extent::name).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return extents.stream()
                .map(extent -> extent.name() + "=" + extent.value())
                .collect(Collectors.joining(" "));
    }
}
