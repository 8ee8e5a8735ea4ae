package scorefield.ncsn.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The classes of pictures that lie in folders: a class for each folder with pictures. It has the name of the folder, or, where two folders have
 * the same name, their paths, without the folders that all paths begin with or end with.
 *
 * @param classes their names, sorted
 * @param labels for each picture, the index of its class
 */
record FolderClasses(List<String> classes, int[] labels) {

    /** Folders of these names divide a data set; they are not classes. */
    private static final Set<String> TRAINING = Set.of("train", "training");

    private static final Set<String> OTHERS =
            Set.of("test", "testing", "val", "valid", "validation", "dev", "eval", "evaluation", "holdout");

    /**
     * The classes of pictures; empty where all lie in one folder, or some beside folders with others.
     *
     * @param origin what messages call the data
     * @param names the pictures' paths, separated by {@code /}
     * @throws BadDataException if there are pictures for training and others for testing
     */
    static Optional<FolderClasses> of(String origin, List<String> names) {
        List<List<String>> folders = names.stream().map(FolderClasses::folder).toList();
        List<List<String>> distinct = folders.stream().distinct().toList();
        int before = common(distinct);
        List<List<String>> differing =
                distinct.stream().map(path -> path.subList(before, path.size())).toList();
        if (distinct.size() < 2) {
            return Optional.empty();
        }
        requireNoDivision(origin, differing);
        if (differing.contains(List.<String>of())) {
            return Optional.empty();
        }
        int shortest = differing.stream().mapToInt(List::size).min().orElseThrow();
        int after = Math.min(
                shortest - 1,
                common(differing.stream().map(FolderClasses::reversed).toList()));
        Map<List<String>, String> nameOf =
                new TreeMap<>((one, other) -> Arrays.compare(one.toArray(String[]::new), other.toArray(String[]::new)));
        for (List<String> path : distinct) {
            nameOf.put(path, path.get(path.size() - after - 1));
        }
        if (Set.copyOf(nameOf.values()).size() < distinct.size()) {
            nameOf.replaceAll((path, name) -> String.join("/", path.subList(before, path.size() - after)));
        }
        List<String> classes = new ArrayList<>(new TreeSet<>(nameOf.values()));
        int[] labels = folders.stream()
                .mapToInt(path -> Collections.binarySearch(classes, nameOf.get(path)))
                .toArray();
        return Optional.of(new FolderClasses(classes, labels));
    }

    private static List<String> folder(String name) {
        int end = name.lastIndexOf('/');
        return end < 0 ? List.of() : List.of(name.substring(0, end).split("/"));
    }

    private static List<String> reversed(List<String> path) {
        List<String> reversed = new ArrayList<>(path);
        Collections.reverse(reversed);
        return reversed;
    }

    /** How many parts all paths begin with. */
    private static int common(List<List<String>> paths) {
        int shortest = paths.stream().mapToInt(List::size).min().orElse(0);
        int common = 0;
        while (common < shortest) {
            int at = common;
            if (paths.stream().map(path -> path.get(at)).distinct().count() > 1) {
                break;
            }
            common++;
        }
        return common;
    }

    /** The first folders that differ, or the last: {@code train/cat} and {@code test/cat}, or {@code cat/train} and {@code cat/test}. */
    private static void requireNoDivision(String origin, List<List<String>> paths) {
        List<List<String>> deep = paths.stream().filter(path -> !path.isEmpty()).toList();
        for (Set<String> parts : List.of(
                deep.stream().map(path -> path.get(0)).collect(Collectors.toCollection(TreeSet::new)),
                deep.stream().map(path -> path.get(path.size() - 1)).collect(Collectors.toCollection(TreeSet::new)))) {
            List<String> training =
                    parts.stream().filter(part -> isOneOf(TRAINING, part)).toList();
            List<String> others =
                    parts.stream().filter(part -> isOneOf(OTHERS, part)).toList();
            if (!training.isEmpty() && !others.isEmpty()) {
                throw new BadDataException(origin + ": holds pictures for training and for testing, in folders named "
                        + training.get(0) + " and " + others.get(0)
                        + "; give the folder of one of them (of a zip, unpack it first): with " + training.get(0)
                        + ", a folder test beside it is found for evaluation");
            }
        }
    }

    private static boolean isOneOf(Set<String> names, String part) {
        return names.contains(part.toLowerCase(Locale.ROOT));
    }
}
