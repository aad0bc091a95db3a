#!/bin/sh
# scripts/run where nobody has the address ::1, though servers can listen on ::, as in many containers.
# Arguments: the folder of the programs, the top of the source tree.
set -u
bin=$1 top=$2
unshare -n ip link >/dev/null 2>&1 || { echo 'skipped: no right to network namespaces, or no ip'; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# A tree with the finished programs; nothing is built or simulated.
mkdir "$dir/scripts" "$dir/commands"
cp "$top/scripts/run" "$dir/scripts/"
printf '#!/bin/sh\n' >"$dir/scripts/build"
printf '#!/bin/sh\nexit 1\n' >"$dir/commands/unshare"
chmod 755 "$dir/scripts/build" "$dir/commands/unshare"
ln -s "$bin" "$dir/build"
unshare -n sh -c 'ip link set lo up && echo 1 >/proc/sys/net/ipv6/conf/lo/disable_ipv6 &&
  PATH=$1/commands:$PATH exec "$1/scripts/run"' sh "$dir" >"$dir/out" 2>&1
seen=$?
[ $seen = 0 ] && [ "$(grep -c '^secret [ABCD]: ' "$dir/out")" = 4 ] && grep -q '^no client to ::1: ' "$dir/out" || {
  echo "FAILED: exit status $seen"
  cat "$dir/out"
  exit 1
}
echo "all as expected"
