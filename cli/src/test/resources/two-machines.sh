#!/bin/sh
# Two machines of this one's: network namespaces with a cable (veth) between them, each with its own host name.
#
#   two-machines.sh begin FOLDER      makes them, and in FOLDER the command "enter"
#   two-machines.sh cut               pulls the cable
#   two-machines.sh end               removes them
#
# FOLDER/enter MACHINE COMMAND… runs a command on sfa or sfb; mpirun starts its remote processes with it, by their addresses.
set -eu
case $1 in
    begin)
        ip netns add sfa
        ip netns add sfb
        ip link add sfa0 netns sfa type veth peer name sfb0 netns sfb
        ip -n sfa addr add 10.77.0.1/24 dev sfa0
        ip -n sfb addr add 10.77.0.2/24 dev sfb0
        for machine in sfa sfb; do
            ip -n "$machine" link set lo up
            ip -n "$machine" link set "${machine}0" up
        done
        cat >"$2/enter" <<'END'
#!/bin/sh
case $1 in
    10.77.0.1) machine=sfa ;;
    10.77.0.2) machine=sfb ;;
    *) machine=$1 ;;
esac
shift
# As a remote shell does: the words are a command line.
exec ip netns exec "$machine" unshare --uts sh -c 'hostname "$0" && eval "$1"' "$machine" "$*"
END
        chmod +x "$2/enter"
        ;;
    cut) ip -n sfa link set sfa0 down ;;
    end)
        ip netns del sfa
        ip netns del sfb
        ;;
esac
