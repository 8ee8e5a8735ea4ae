# How Java is started: all that must be set before it is. bin/setup.sh reads this file, and so does the program of a bundle.
# They set java_home, the Java, and app, the folder of the program: POSIX sh.

# PoCL's threads stay on their own core, from core 0 on: of several ranks that would be the same cores. It reads this when the
# driver is loaded.
if [ -n "${OMPI_COMM_WORLD_SIZE:-}${PMI_SIZE:-}${PMIX_RANK:-}" ]; then
    export POCL_AFFINITY="${POCL_AFFINITY:-0}"
else
    export POCL_AFFINITY="${POCL_AFFINITY:-1}"
fi

# For Java the names of files are bytes in the locale's encoding, and containers have no locale. What the program prints
# is the same in all of them, and in UTF-8.
export LC_ALL=C.UTF-8

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    say "$@"
    exit 1
}

# What trainings leave in the cache, and more.
cache_kilobytes=65536

# is_cache FOLDER: succeeds where PoCL can keep its kernels in a folder, which is made if it is missing. It is the user's own,
# because PoCL loads what it finds there, and has room.
is_cache() {
    case $1 in
        /*) (umask 077 && mkdir -p "$1") 2>/dev/null || return 1 ;;
        *) return 1 ;;
    esac
    [ -O "$1" ] && [ ! -L "$1" ] && [ -w "$1" ] || return 1
    room=$(stat -f -c '%a * %S / 1024' "$1" 2>/dev/null) || return 0 # not knowing stops nothing
    [ "$(($room))" -ge "$cache_kilobytes" ]
}

# use_cache FOLDER: for what the program keeps of devices and data, and for PoCL's kernels.
use_cache() {
    export XDG_CACHE_HOME="$1"
    export POCL_CACHE_DIR="${POCL_CACHE_DIR:-$1/pocl/kcache}" # where PoCL would have it of itself in a home
}

# find_cache: uses a folder that can be written: the usual one, else one of the user's in a folder for temporary files.
find_cache() {
    if [ -n "${POCL_CACHE_DIR:-}" ] && ! is_cache "$POCL_CACHE_DIR"; then
        say "ignoring POCL_CACHE_DIR=$POCL_CACHE_DIR: it is not a writable folder of this user's own with 64 MiB free"
        unset POCL_CACHE_DIR
    fi
    for cache in "${XDG_CACHE_HOME:-}" "${HOME:+$HOME/.cache}"; do
        if is_cache "${cache:+$cache/pocl}"; then
            use_cache "$cache"
            return 0
        fi
    done
    for cache in "${TMPDIR:-/tmp}" /var/tmp /dev/shm; do
        cache=$cache/scorefield-$(id -u)
        if is_cache "$cache" && chmod 700 "$cache" && is_cache "$cache/pocl"; then
            use_cache "$cache"
            return 0
        fi
    done
    fail "there is no folder for compiled kernels: none of ~/.cache, /tmp, /var/tmp and /dev/shm can be written and has" \
        "64 MiB free; set XDG_CACHE_HOME to a folder that can and has"
}

# What Java and the driver's compiler reserve, of which they use a part.
address_kilobytes=4194304

# limited: succeeds where the shell limits the addresses that a process may have. Java's reservations are then made small.
limited() {
    limit=$(ulimit -v)
    [ "$limit" != unlimited ] || return 1
    [ "$limit" -ge "$address_kilobytes" ] ||
        fail "the limit on virtual memory is $limit KiB (ulimit -v), and Java with OpenCL reserves $address_kilobytes KiB:" \
            "raise it, or lift it with 'ulimit -v unlimited'"
}

# start_java ARGUMENT…: becomes Java.
start_java() {
    find_cache
    # LLVM, the compiler in many OpenCL drivers, takes over the signals that end a program, SIGSEGV among them. The JVM needs
    # SIGSEGV for itself, many times a second; LLVM's handler then deletes the file that it is writing, or, where two threads
    # come at once, the process ends. The JDK's libjsig keeps the JVM's handler in front.
    jsig=$java_home/lib/libjsig.so
    [ ! -r "$jsig" ] || export LD_PRELOAD="$jsig${LD_PRELOAD:+:$LD_PRELOAD}"
    if limited; then
        set -- -XX:CompressedClassSpaceSize=64m -XX:ReservedCodeCacheSize=64m -Xmx$((limit / 4))k "$@"
    fi
    exec "$java_home/bin/java" -Djava.awt.headless=true -Djava.library.path="$app/lib" --enable-native-access=ALL-UNNAMED \
        -XX:+UseSerialGC -XX:MaxRAMPercentage=50 "$@"
}
