# What bin/scorefield, bin/test and bin/bench share: finding Java, Maven and an OpenCL driver, installing the missing ones
# where that is possible (root and apt), and building. They set root, the repository, and read this file: POSIX sh.
: "${root:?}"

. "$root/bin/start.sh"

# --- Java ----------------------------------------------------------------------------------------------------------

# java_release HOME: prints the feature release (17, 25, …) of the JDK or JRE in that folder; nothing where there is none.
java_release() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
    while IFS='=' read -r key value; do
        if [ "$key" = JAVA_VERSION ]; then
            value=${value#\"}
            value=${value%\"}
            printf '%s' "${value%%[!0-9]*}"
        fi
    done <"$1/release"
}

# find_java java|javac: sets java_home to the first Java ≥ 17 that has the tool: JAVA_HOME's, the PATH's, then /usr/lib/jvm.
# It reads the "release" file that every JDK carries instead of starting a JVM, because every start of the program waits.
find_java() {
    on_path=$(command -v java) && on_path=$(readlink -f "$on_path") && on_path=${on_path%/bin/java}
    for java_home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/*; do
        release=$(java_release "$java_home")
        if [ "${release:-0}" -ge 17 ] && [ -x "$java_home/bin/$1" ]; then
            return 0
        fi
    done
    java_home=
    return 1
}

# --- OpenCL --------------------------------------------------------------------------------------------------------

# find_opencl: sets loader and driver to "found" or "missing"; succeeds where both are found.
# The loader is the library libOpenCL; a driver is a file NAME.icd that names a library which exists.
find_opencl() {
    loader=missing
    driver=missing
    has_library libOpenCL.so.1 && loader=found
    # Whoever points the loader elsewhere knows what is there.
    [ -z "${OCL_ICD_VENDORS:-}${OCL_ICD_FILENAMES:-}" ] || driver=found
    for icd in /etc/OpenCL/vendors/*.icd; do
        library=
        [ ! -r "$icd" ] || read -r library <"$icd" || : # the line may lack its end
        # Of Mesa's two drivers, Clover has a device only where there is an old GPU of AMD's, and Rusticl only where somebody
        # allows it one. llvmpipe is no GPU: it was made to draw in place of one, and compiles a kernel for seconds.
        case $library,${RUSTICL_ENABLE:-} in
            *MesaOpenCL* | *RusticlOpenCL*, | *RusticlOpenCL*,llvmpipe) continue ;;
        esac
        [ -z "$library" ] || ! has_library "$library" || driver=found
    done
    [ "$loader$driver" = foundfound ]
}

# has_library NAME: a path, a name in the linker's cache, or a file in its folders that is too specific for the cache.
has_library() {
    case $1 in
        /*) [ -e "$1" ] && return 0 ;;
    esac
    [ -n "${libraries:-}" ] || libraries=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)
    case $libraries in
        *"$1 "*) return 0 ;;
    esac
    for folder in /usr/lib/*-linux-gnu /usr/lib /usr/lib64 /usr/local/lib; do
        [ ! -e "$folder/$1" ] || return 0
    done
    return 1
}

# --- plotting ------------------------------------------------------------------------------------------------------

# find_plotting: succeeds where Java can draw text. The distribution's Java takes HarfBuzz and FreeType from the system, others
# bring their own, and all need Fontconfig and a font. Debian's packages of Java without a screen only recommend them.
find_plotting() {
    has_library libfontconfig.so.1 || return 1
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-}/.fonts" -name '*.[ot]t[cf]' -print -quit 2>/dev/null)" ] ||
        return 1
    if [ -n "${java_home:-}" ]; then
        # Java's own libraries, which this one needs as well, are where the JVM looks for them.
        case $(LD_LIBRARY_PATH="$java_home/lib:$java_home/lib/server" ldd "$java_home/lib/libfontmanager.so" 2>&1) in
            *"not found"*) return 1 ;;
        esac
    else
        has_library libharfbuzz.so.0
    fi
}

# --- what is missing -----------------------------------------------------------------------------------------------

# jdk_package: the distribution's own JDK where that is new enough.
jdk_package() {
    default=$(apt-cache depends default-jdk-headless 2>/dev/null | sed -n 's/.*Depends: openjdk-\([0-9]*\)-jdk.*/\1/p')
    if [ "${default:-17}" -ge 17 ]; then
        echo default-jdk-headless
    else
        echo openjdk-17-jdk-headless
    fi
}

# clang_version: prints the newest Clang that is here with libclc, and is new enough for verify-gpu; where there is none, the first
# that is new enough among the distribution's, and fails.
clang_version() {
    version=40
    while [ "$version" -ge 15 ]; do
        if command -v "clang-$version" >/dev/null && [ -n "$(
            find /usr/lib/clc "/usr/lib/llvm-$version" /usr/share/clc -name 'amdgcn--amdhsa.bc' -print -quit 2>/dev/null
        )" ]; then
            echo "$version"
            return 0
        fi
        version=$((version - 1))
    done
    apt-cache search --names-only '^libclc-[0-9]+$' 2>/dev/null |
        sed -n 's/^libclc-\([0-9]*\) .*/\1/p' | sort -n | awk '$1 >= 15 { print; exit }'
    return 1
}

# look_for java|javac|mvn|opencl|plotting|oclgrind|mpi|clang…: sets wanted (words for a person) and packages (for apt) to what is not here.
look_for() {
    wanted=
    packages=
    for tool in "$@"; do
        case $tool in
            java | javac)
                find_java "$tool" || {
                    wanted="$wanted, a JDK (17 or newer)"
                    packages="$packages $(jdk_package)"
                }
                ;;
            mvn)
                command -v mvn >/dev/null || {
                    wanted="$wanted, Maven (3.8.7 or newer)"
                    packages="$packages maven"
                }
                ;;
            opencl)
                find_opencl || {
                    wanted="$wanted, an OpenCL driver"
                    [ "$driver" = found ] || packages="$packages pocl-opencl-icd"
                    [ "$loader" = found ] || packages="$packages ocl-icd-libopencl1"
                }
                ;;
            plotting)
                find_plotting || {
                    wanted="$wanted, fonts and what Java draws them with"
                    packages="$packages libharfbuzz0b libfontconfig1 fonts-dejavu-core"
                }
                ;;
            debootstrap)
                command -v debootstrap >/dev/null || {
                    wanted="$wanted, debootstrap"
                    packages="$packages debootstrap"
                }
                ;;
            mpi)
                command -v mpirun >/dev/null || {
                    wanted="$wanted, an MPI"
                    packages="$packages openmpi-bin libopenmpi3"
                }
                ;;
            namespaces)
                command -v ip >/dev/null || {
                    wanted="$wanted, iproute2"
                    packages="$packages iproute2"
                }
                ;;
            clang)
                version=$(clang_version) || {
                    wanted="$wanted, Clang and libclc (15 or newer)"
                    packages="$packages clang-${version:-15} libclc-${version:-15}"
                }
                ;;
            chromium)
                command -v chromium >/dev/null && command -v chromedriver >/dev/null || {
                    wanted="$wanted, Chromium and its driver"
                    packages="$packages chromium chromium-driver"
                }
                ;;
            oclgrind)
                command -v oclgrind >/dev/null || {
                    wanted="$wanted, Oclgrind"
                    packages="$packages oclgrind"
                }
                ;;
        esac
    done
    wanted=${wanted#, }
    packages=${packages# }
    [ -z "$packages" ]
}

may_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

# install_packages TOOL…: installs what is missing of them; where that fails it shows apt's words and returns 1.
install_packages() {
    look_for "$@"
    say "installing $wanted: apt-get install $packages"
    log=$(mktemp)
    if {
        # A failed update is not yet a failure: one broken source does no harm if the packages are found.
        DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 update || :
        look_for "$@" # before its first update a fresh machine does not know its own default JDK
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends $packages
    } </dev/null >"$log" 2>&1; then
        rm -f "$log"
        libraries= # there are others now
    else
        tail -n 15 "$log" >&2
        rm -f "$log"
        return 1
    fi
}

# need TOOL…: afterwards they are there, or the program has ended with the command that installs them.
# What $optional names is installed with them, but not insisted on.
need() {
    look_for "$@" && return 0
    # shellcheck disable=SC2086
    if may_install && install_packages "$@" ${optional:-} && look_for "$@"; then
        return 0
    fi
    # shellcheck disable=SC2086
    look_for "$@" ${optional:-}
    say "Not found: $wanted. To install:"
    if command -v apt-get >/dev/null; then
        say "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages"
    else
        say "    on Debian or Ubuntu: sudo apt-get install -y --no-install-recommends $packages"
        say "    elsewhere: the packages of your system that bring the same"
    fi
    exit 1
}

# --- building ------------------------------------------------------------------------------------------------------

# maven ARGUMENT…: in the repository, with the Java that was found, never asking questions.
maven() {
    (
        cd "$root" || exit 1
        export JAVA_HOME="$java_home"
        exec mvn -B -ntp "$@" </dev/null
    )
}

# A program lies in .build/MODULE/N/ (a jar, lib/ and the file "built", as old as its sources); "current" names the newest.
# A build never touches a folder that is in use, so a training of hours survives a rebuild: whoever runs a program holds
# a shared lock on its "built", and only folders that nobody holds are removed.

# modules_of MODULE: prints the modules that the program is made of; the benchmark draws with the program's plots.
modules_of() {
    case $1 in
        bench) echo autodiff kernels ncsn cli bench ;;
        *) echo autodiff kernels ncsn "$1" ;;
    esac
}

# fresh MODULE: succeeds, with app set to the program's folder, where it is built and no source is newer.
fresh() {
    app=$(readlink "$root/.build/$1/current") || return 1
    app=$root/.build/$1/$app
    newer=$(
        cd "$root" || exit 1
        module=$1
        set -- pom.xml .mvn
        for folder in $(modules_of "$module"); do
            set -- "$@" "$folder/pom.xml" "$folder"/src/[!t]* # all but src/test
        done
        [ "$module" != cli ] || set -- "$@" docs/theory.md # the explorer contains it
        find "$@" -newer "$app/built" -print -quit
    ) && [ -z "$newer" ] && { ! wants_onnx "$1" || ls "$app"/lib/onnxruntime-*.jar >/dev/null 2>&1; }
}

# wants_onnx MODULE: succeeds where the program is to have its optional part, which runs networks of others with ONNX Runtime.
wants_onnx() {
    [ -e "$root/.build/$1/with-onnx" ]
}

# build MODULE [MAVEN ARGUMENT…]: makes a new folder for the program and sets app to it.
build() {
    module=$1
    shift
    home=$root/.build/$module
    if ! mkdir -p "$home" || [ ! -w "$root/.build" ] || [ ! -w "$home" ]; then
        fail "scorefield is not built, or its sources have changed since, and $(id -un) may not write into $root." \
            "Start it once as the owner of that folder, or use a copy of your own."
    fi
    exec 8>"$root/.build/lock"
    flock -n 8 || {
        say "waiting for another build…"
        flock 8
    }
    if ! fresh "$module"; then # another start may have built it by now
        ! wants_onnx "$module" || set -- "$@" -Ponnx
        say "building scorefield (the first time, and when its sources change)…"
        touch "$home/started"
        # Always from nothing: a few seconds more than an incremental build, and never a stale class.
        for folder in $(modules_of "$module"); do
            rm -rf "$root/$folder/target/quick"
        done
        if ! maven -Dquick -pl "$module" -am "$@" package >"$home/log" 2>&1; then
            cat "$home/log" >&2
            fail "scorefield could not be built: see above, or $home/log"
        fi
        app=$home/$(date +%s).$$
        mv "$root/$module/target/quick/app" "$app"
        touch -r "$home/started" "$app/built"
        [ "$module" != cli ] || archive_classes >"$home/archiving" 2>&1
        ln -s "${app##*/}" "$home/next"
        mv -T "$home/next" "$home/current"
        for old in "$home"/*.*; do
            if [ "$old" != "$app" ] && flock -n -x "$old/built" true; then
                rm -rf "$old"
            fi
        done
    fi
    exec 8>&-
}

# archive_classes: lets the JVM keep the program's classes as they are once they are loaded and checked, which spares each
# start a second. Planning a training step needs most of them. Where that fails, a start loads them one by one.
# A list of classes is made first, and the archive from the list: the JVM leaves out picocli, whose classes are older than
# Java 6, but Java 17 crashes while it writes an archive if the list still has lambdas of picocli's types.
archive_classes() {
    (start_java -XX:DumpLoadedClassList="$app/classes.all" \
        -jar "$app/scorefield.jar" inspect --plan --preset digits --set data.count=100) &&
        grep -v '^@lambda-proxy .*picocli' "$app/classes.all" >"$app/classes.list" &&
        (start_java -Xshare:dump -XX:SharedClassListFile="$app/classes.list" -XX:SharedArchiveFile="$app/archive" \
            -jar "$app/scorefield.jar") &&
        mv "$app/archive" "$app/classes.jsa"
    archived=$?
    rm -f "$app/archive" "$app/classes.all" "$app/classes.list"
    return "$archived"
}

# start JVM-ARGUMENT…: becomes the program in $app. Signals and exit codes are the JVM's own.
start() {
    exec 9<"$app/built" && flock -s 9 || exit 1
    # Another Java, or a program that was moved, cannot use the archive. It starts as well without, and need not say so.
    [ ! -r "$app/classes.jsa" ] ||
        set -- -XX:SharedArchiveFile="$app/classes.jsa" -Xlog:cds=off "$@"
    start_java "$@"
}

# --- examples ------------------------------------------------------------------------------------------------------

# ready MODULE: builds the program where it is not built or a source is newer, and finds a JDK, which runs Java sources.
ready() {
    if ! fresh "$1" || ! find_java javac; then
        need javac mvn
        build "$1"
    fi
}

# class_path: prints the class path of the program in $app.
class_path() {
    path=$app/scorefield.jar
    for jar in "$app"/lib/*.jar; do
        path=$path:$jar
    done
    printf '%s' "$path"
}

# list_examples: prints a line for each program in examples/: its name, and the first sentence of the comment above it.
list_examples() {
    for example in "$root"/examples/*.java; do
        name=${example##*/}
        printf '  %-20s %s\n' "${name%.java}" "$(
            sed -n '/^\/\*\*/,/\*\//s/^ \* //p' "$example" | tr '\n' ' ' | sed 's/\([^.]*\.\) .*/\1/'
        )"
    done
}
