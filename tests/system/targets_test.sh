#!/bin/sh
# traceroute --json and --targets behind simulated networks: every line keeps the schema, and many
# targets at once are each right. Arguments: the folder of the programs, the top of the source tree.
# Status 77: no right to namespaces.
set -eu
bin=$1 top=$2
traceroute=$bin/traceroute
check=$bin/tests/atlas_check
. "$(dirname "$0")/common/network"
fail() {
  echo "FAILED: $*"
  failed=1
}
# traces PATH OPTION…: the JSON of traces behind a path, in $dir/out, held against the schema.
traces() {
  path=$1
  shift
  "$simulate" "$top/tests/paths/$path" -- "$traceroute" --json "$@" >"$dir/out" 2>"$dir/err" ||
    fail "traceroute --json $* behind $path: $(cat "$dir/err")"
  "$check" <"$dir/out" >"$dir/check" || fail "--json $* behind $path: $(cat "$dir/check")"
}
# shows PATTERN…: each is somewhere in the lines.
shows() {
  for pattern in "$@"; do
    grep -q -- "$pattern" "$dir/out" || fail "no $pattern behind $path: $(cat "$dir/out")"
  done
}

# All paths, both families, all targets of each at once.
for file in "$top"/tests/paths/*; do
  ! grep -q '^link' "$file" || continue
  path=$(basename "$file")
  sed -n 's/^target //p' "$file" | tr ' ' '\n' | grep -E '^[0-9]+\.|^[0-9a-f]+:' | sed 's,/.*,,' |
    sort -u >"$dir/targets"
  [ -s "$dir/targets" ] || fail "$path has no targets"
  traces "$path" -A --targets "$dir/targets"
  [ "$(wc -l <"$dir/out")" = "$(wc -l <"$dir/targets")" ] || fail "$path: not a line for each target"
  cat "$dir/out" >>"$dir/all"
done
# What the paths are there for is in it.
path='all paths'
mv "$dir/all" "$dir/out"
shows '"x":"\*"' '"err":"N"' '"err":"H"' '"err":"P"' '"err":"A"' '"err":42' '"ittl":0' '"dup":1' \
  '"mpls":\[{"label":24014,"exp":3,"s":0,"ttl":254},{"label":16004' '"rfc4884":0' '"rfc4884":1' \
  '"interfaces":\[{"hop":5,[^}]*"name":"xe-0/0/1.100"' '"errors":\[{"hop":2,[^}]*"type":12' \
  '"names":{' '"origins":{' '"af":6'

traces ten-hops -n -N 1 -w 0.045 192.0.2.10
shows '"late":'
# POSIX has no way to forbid fragments.
if ! grep -qs '^SOCKHOP_POSIX:BOOL=ON' "$bin/CMakeCache.txt"; then
  traces small-mtu --mtu 192.0.2.10
  shows '"mtu":1300'
fi

# Classic blocks, whole and each with its header; what can not be traced stops nothing.
cat >"$dir/targets" <<'END'
# three, one of which has no address
192.0.2.10
nosuch.example.net
2001:db8::10
END
status=0
"$simulate" "$top/tests/paths/ten-hops" -- "$traceroute" -n --targets - \
  <"$dir/targets" >"$dir/out" 2>"$dir/err" || status=$?
[ $status = 1 ] || fail "exit status $status with a name that has no address"
grep -q 'nosuch.example.net: Name .* not ' "$dir/err" || fail "$(cat "$dir/err")"
awk '/^traceroute to/ {hop = 0; next} $1 != ++hop {exit 1} END {exit NR != 22 || hop != 10}' \
  "$dir/out" || fail "two blocks of 10 hops expected: $(cat "$dir/out")"
status=0
"$simulate" "$top/tests/paths/ten-hops" -- "$traceroute" --json --targets - \
  <"$dir/targets" >"$dir/out" 2>"$dir/err" || status=$?
path='ten-hops and a missing name'
[ $status = 1 ] || fail "exit status $status with a name that has no address"
"$check" <"$dir/out" >"$dir/check" || fail "$(cat "$dir/check")"
shows '"result":\[{"error":"resolve nosuch.example.net: Name [^"]* not [^"]*"}\]'

# 1,000 targets of 15 hops: more probes than one identifier has sequence numbers.
i=0
while [ $i -lt 1000 ]; do
  echo "10.15.$((i / 250)).$((i % 250 + 1))"
  i=$((i + 1))
done >"$dir/targets"
traces thousand-targets -n --rate 20000 --targets "$dir/targets"
sed -n 's/.*"dst_addr":"\([0-9.]*\)".*{"hop":15,"result":\[{"from":"\1".*/\1/p' "$dir/out" |
  sort >"$dir/right"
sort "$dir/targets" | diff - "$dir/right" >"$dir/differ" ||
  fail "targets that are not at hop 15: $(head -5 "$dir/differ")"
# The four routers that only one target has bear its number.
awk -F'"dst_addr":"10.15.' '{
  split($2, rest, "\"")
  for (hop = 11; hop <= 14; ++hop) {
    if (!index($2, "\"from\":\"10." hop "." rest[1] "\"")) exit 1
  }
}' "$dir/out" || fail "a router of another target's path"
exit $failed
