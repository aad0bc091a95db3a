#!/bin/sh
# scripts/run where nobody has the address ::1, though servers can listen on ::, and /dev/net/tun is not
# there, as in many containers, nor any name in /etc/hosts; where loopback is down; and as a user of macOS.
# Arguments: the folder of the programs, the top of the source tree.
set -u
bin=$1 top=$2
skip() { echo "skipped: $*"; exit 77; }
unshare -n -m ip link >/dev/null 2>&1 || skip 'no right to network namespaces, or no ip'
[ -w /proc/sys/net/ipv4/ping_group_range ] || skip '/proc/sys cannot be written'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# A tree with the finished programs; nothing is built or simulated.
mkdir "$dir/scripts"
cp "$top/scripts/run" "$dir/scripts/"
printf '#!/bin/sh\n' >"$dir/scripts/build"
chmod 755 "$dir/scripts/build"
ln -s "$bin" "$dir/build"
fail() { echo "FAILED: exit status $1"; cat "$dir/out"; exit 1; }

unshare -n "$dir/scripts/run" >"$dir/out" 2>&1
seen=$?
words='scripts/run: the loopback interface is down; as root: ip link set lo up'
[ $seen = 1 ] && [ "$(tail -n 1 "$dir/out")" = "$words" ] || fail $seen

command -v mount >/dev/null || skip 'mount is not installed'
unshare -n -m sh -c 'ip link set lo up && echo 1 >/proc/sys/net/ipv6/conf/lo/disable_ipv6 || exit 3
  [ ! -e /dev/net ] || mount -t tmpfs none /dev/net || exit 3
  [ ! -e /etc/hosts ] || mount --bind /dev/null /etc/hosts || exit 3
  "$3/tests/system/simulate_test.sh" "$2"
  [ $? = 77 ] || exit 4
  "$3/tests/system/hops_test.sh" "$2"
  [ $? = 77 ] || exit 4
  exec "$1/scripts/run"' sh "$dir" "$bin" "$top" >"$dir/out" 2>&1
seen=$?
[ $seen = 0 ] && [ "$(grep -c '^secret [ABCD]: ' "$dir/out")" = 4 ] && grep -q '^no client to ::1: ' "$dir/out" &&
  grep -q '^skipped: no simulated network: simulate: open /dev/net/tun' "$dir/out" &&
  grep -q '^not traced over the simulated path' "$dir/out" || fail $seen

# Beside Linux, traceroute takes root.
mkdir "$dir/bin"
printf '#!/bin/sh\necho Darwin\n' >"$dir/bin/uname"
printf '#!/bin/sh\necho 501\n' >"$dir/bin/id"
chmod 755 "$dir/bin"/*
PATH=$dir/bin:$PATH "$dir/scripts/run" >"$dir/out" 2>&1
seen=$?
[ $seen = 0 ] && grep -q '^not traced, which takes root here$' "$dir/out" && ! grep -q '^. build/traceroute' "$dir/out" ||
  fail $seen
echo "all as expected"
