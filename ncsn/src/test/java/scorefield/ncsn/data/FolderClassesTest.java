package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FolderClassesTest {

    private static List<String> classes(String... names) {
        return FolderClasses.of("x", List.of(names)).map(FolderClasses::classes).orElse(List.of());
    }

    @Test
    void aFolderIsAClass() {
        FolderClasses found = FolderClasses.of("x", List.of("dog/1.png", "cat/2.png", "dog/3.png"))
                .orElseThrow();
        assertThat(found.classes()).containsExactly("cat", "dog");
        assertThat(found.labels()).containsExactly(1, 0, 1);
        assertThat(classes("data/train/cat/1.png", "data/train/dog/1.png")).containsExactly("cat", "dog");
        assertThat(classes("animals/cat/1.png", "cars/old/ford/1.png")).containsExactly("cat", "ford");
        assertThat(classes("Cat/1.png", "cat/1.png")).containsExactly("Cat", "cat");
        assertThat(classes("1/a.png", "2/a.png", "10/a.png")).containsExactly("1", "10", "2");
    }

    @Test
    void foldersOfOneNameStayApart() {
        assertThat(classes("a/1/x.png", "b/1/x.png")).containsExactly("a", "b");
        assertThat(classes("a/1/x.png", "a/2/x.png", "b/1/x.png")).containsExactly("a/1", "a/2", "b/1");
        assertThat(classes("train/n01/images/x.png", "train/n02/images/x.png")).containsExactly("n01", "n02");
        assertThat(classes("cat/x.png", "animals/cat/x.png")).containsExactly("animals/cat", "cat");
        FolderClasses found = FolderClasses.of("x", List.of("2020/05/x.png", "2021/05/x.png", "2020/06/x.png"))
                .orElseThrow();
        assertThat(found.classes()).containsExactly("2020/05", "2020/06", "2021/05");
        assertThat(found.labels()).containsExactly(0, 2, 1);
    }

    @Test
    void withoutTwoFoldersBesideEachOtherThereAreNoClasses() {
        assertThat(classes("1.png", "2.png")).isEmpty();
        assertThat(classes("a/1.png", "a/2.png")).isEmpty();
        assertThat(classes("a/1.png", "2.png")).isEmpty();
        assertThat(classes("cat/1.png", "cat/kittens/2.png")).isEmpty();
    }

    @Test
    void picturesForTestingAreNotMixedWithThoseForTraining() {
        for (List<String> names : List.of(
                List.of("train/cat/1.png", "test/cat/1.png"),
                List.of("data/Train/1.png", "data/val/1.png"),
                List.of("cat/training/1.png", "cat/validation/1.png", "dog/training/1.png"),
                List.of("train/cat/1.png", "test/1.png", "others/1.png"))) {
            assertThatThrownBy(() -> FolderClasses.of("photos", names))
                    .isInstanceOf(BadDataException.class)
                    .hasMessageStartingWith("photos: holds pictures for training and for testing, in folders named ");
        }
        assertThat(classes("train/1.png", "bus/1.png")).containsExactly("bus", "train");
    }
}
