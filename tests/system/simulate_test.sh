#!/bin/sh
# simulate_test.sh BUILD_FOLDER: real packets through the simulated network, and nothing left of it.
#
#   prober (10.0.0.2, fd00::2) -- hop 1 -- hop 2, silent -- hop 3 -- hop 4 -- 192.0.2.10
set -u
here=$(dirname "$0")
build=$1
export SIMULATE="$build/tests/simnet/simulate"
simulate="$here/simulate"
prober="$build/tests/simnet/prober"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

# Without simulate itself: where that alone fails, so does this test.
skip() { echo "skipped: $*"; exit 77; }
unshare -n -m true 2>/dev/null || skip 'network namespaces need root'
(: </dev/net/tun) 2>/dev/null || skip '/dev/net/tun cannot be opened'
[ -w /proc/sys/net/ipv4/ping_group_range ] || skip '/proc/sys cannot be written'

# expect TITLE EXPECTED SEEN
expect() {
  [ "$2" = "$3" ] && return
  failed=1
  printf '%s: expected:\n%s\nseen:\n%s\n\n' "$1" "$2" "$3"
}

cat >"$folder/path" <<END
all delay 2
hop 10.7.0.1 2001:db8:7::1 name gateway.example.net
hop silent
hop limit 1/3600000 name %n.example.net
hop unreachable 13,1 quote 8 options 8
target 192.0.2.10 2001:db8::10
target 2001:db8::6 name six.example.net
END

expect "a path over IPv4" \
"1 11-0 10.7.0.1 gateway.example.net
2 *
3 11-0 198.18.0.3 3.example.net
4 11-0 198.18.0.4 -
5 3-13 198.18.0.4 -" \
"$("$simulate" -l "$folder/truth" "$folder/path" "$prober" 192.0.2.10 5 2>&1)"

expect "the truth of each probe, never sooner than described" \
"expired 1 10.7.0.1 yes
silent 2 198.18.0.2 no
expired 3 198.18.0.3 yes
expired 4 198.18.0.4 yes
unreachable 4 198.18.0.4 yes" \
"$(awk '$10 == 1 { print $5, $6, $7, $4 < 0 ? "no" : $4 < 2000 * $6 ? "early" : "yes" }' \
  "$folder/truth")"

expect "a path over IPv6, by name" \
"1 3-0 2001:db8:7::1 gateway.example.net" \
"$("$simulate" "$folder/path" "$prober" six.example.net 1 2>&1)"

expect "a path over IPv6" \
"1 3-0 2001:db8:7::1 gateway.example.net
2 *
3 3-0 2001:2::3 3.example.net" \
"$("$simulate" "$folder/path" "$prober" 2001:db8::10 3 2>&1)"

echo 'link 10.1.0.1 fd01::1 10.1.0.2 fd01::2 delay 3' >"$folder/link"
expect "a link between two namespaces" \
"1 0-0 10.1.0.2 -
1 129-0 fd01::1 -" \
"$("$simulate" "$folder/link" sh -c "$prober 10.1.0.2 1; nsenter --net=\$SIMNET_FAR $prober fd01::1 1" 2>&1)"

"$simulate" "$folder/path" sh -c 'exit 7'
expect "the command's exit status" 7 $?
"$simulate" "$folder/path" sh -c 'kill -KILL $$'
expect "the status of a killed command" 137 $?
expect "another user and a sysctl" "65534 0	65535" "$("$simulate" -u nobody \
  -s 'net.ipv4.ping_group_range=0 65535' "$folder/path" \
  sh -c 'echo "$(id -u) $(cat /proc/sys/net/ipv4/ping_group_range)"')"
expect "mistakes in a description" "simulate: $folder/wrong:2: there is no property \"dely\"" \
  "$(printf 'hop\nhop a 10.0.0.1 dely 3\n' >"$folder/wrong"; "$simulate" -c "$folder/wrong" 2>&1)"
for path in "$here"/../paths/*; do
  "$simulate" -c "$path"
  expect "$path is well-formed" 0 $?
done

# A signal ends the command, its children and the network; each end of the pipe is held by them, so
# that cat ends when they all have.
mkfifo "$folder/pipe"
"$simulate" "$folder/path" sh -c 'sleep 1000 & echo started; sleep 1001' >"$folder/pipe" &
pid=$!
{ read -r line; kill -TERM $pid; cat; } <"$folder/pipe"
wait $pid
expect "a signal is passed on" 143 $?
expect "the command had started" started "$line"
expect "no mount stays" "" "$(grep simnet /proc/self/mounts)"

exit $failed
