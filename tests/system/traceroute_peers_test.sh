#!/bin/sh
# traceroute_peers_test.sh BUILD_FOLDER PEER: traceroute, over simulated paths, and one program of others:
# the classic traceroute, a parser of its output (jc, Net::Traceroute), a firewall, or setcap.
set -u
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
peer=$2
. "$here/common/simulated"
skip() { echo "skipped: $*"; exit 77; }

case $peer in
Net::*) perl "-M$peer" -e 1 2>/dev/null || skip "$peer of Perl is not installed" ;;
*) command -v "$peer" >/dev/null || skip "$peer is not installed" ;;
esac

# The lines of the classic one and of ours are the same byte for byte, but for the times. What 2.1.6 says
# of interfaces (RFC 5837) older ones print as numbers, which are read here for the simulated routers.
# What routers quote only ours says.
words_read() {
  sed 's|2/10:00000005,1078652d,302f302f,312e3130,30000000|INC:5,"xe-0/0/1.100"|
       s|2/10:00000006,04616533|INC:6,"ae3"|'
}
# same PATH ARGUMENTS...: each in a network of its own, since the kernel remembers MTUs. More than
# once if need be: on a busy machine the classic one shows stars for answers that have come.
same() {
  path=$1; shift
  for attempt in 1 2 3 4 5 6 7 8; do
    masked behind "$path" traceroute -I "$@" | words_read >"$folder/classic"
    masked behind "$path" "$ours" "$@" | sed 's/ <QUOTE:[^>]*>//' >"$folder/ours"
    diff "$folder/classic" "$folder/ours" >"$folder/diff" && return
  done
  failed=1
  echo "FAILED: $path $*: classic (<) and ours (>) differ:"
  cat "$folder/diff"
}

case $peer in
traceroute)
  traceroute --version 2>&1 | grep -q 'Modern traceroute for Linux' || skip "this traceroute is not the classic one of Linux"
  # POSIX has no way to forbid fragments.
  linux=yes
  ! grep -qs '^SOCKHOP_POSIX:BOOL=ON' "${ours%/*}/CMakeCache.txt" || linux=
  for path in mpls unreachable asymmetric-return ttl0; do
    for options in '' -n -e '-6 -e --back' '-n -q 1 -f 2 -m 4' "-6 -n ${linux:+-F}"; do
      # shellcheck disable=SC2086
      same $path $options destination.example.net
    done
  done
  for code in 00 01 02 04 05 09 10 12 13 14 15; do
    same unreachable-codes -n 192.0.2.1$code
    same unreachable-codes -n 2001:db8::1$code
  done
  if [ "$linux" ]; then
    same small-mtu --mtu -n 192.0.2.10
    same small-mtu --mtu 2001:db8::10
    same small-mtu-duplicates --mtu -n 192.0.2.10
    same small-mtu -F -n 192.0.2.10 1450
    same small-mtu -n 192.0.2.10 1450
  fi
  same loop -n 192.0.2.10
  same nat-all -n 192.0.2.10
  ;;
jc)
  behind mpls "$ours" destination.example.net >"$folder/output"
  expect "jc reads all hops and probes" "7 21" \
    "$(jc --traceroute <"$folder/output" |
      perl -0ne 'print scalar(() = /"hop":/g), " ", scalar(() = /"rtt":\s*[\d.]+/g)')"
  ;;
Net::Traceroute)
  behind mpls "$ours" destination.example.net >"$folder/output"
  printf '#!/bin/sh\ncat %s/output\n' "$folder" >"$folder/replay"
  chmod 755 "$folder/replay"
  expect "Net::Traceroute reads all hops" "7 192.0.2.10 198.18.0.3" \
    "$(perl -MNet::Traceroute -e '
       my $t = Net::Traceroute->new(host => "destination.example.net", trace_program => $ARGV[0]);
       print join " ", $t->hops, $t->hop_query_host(7, 3), $t->hop_query_host(3, 1)' \
       "$folder/replay")"
  ;;
iptables)
  unshare -n iptables -w -A OUTPUT -p icmp -j DROP 2>/dev/null || skip "iptables does not work with this kernel"
  expect "a local firewall" "traceroute: send to 192.0.2.10 past the local firewall: Operation not permitted" \
    "$(behind one-hop sh -c 'iptables -w -A OUTPUT -p icmp -j DROP && exec "$0" -n 192.0.2.10' "$ours" 2>&1 >/dev/null)"
  ;;
setcap)
  install -m 755 "$ours" "$folder/plain"
  setcap cap_net_raw+ep "$folder/plain" || skip "this file system has no capabilities"
  "$here/simulate" -u nobody "$paths/mpls" -- "$folder/plain" -n 192.0.2.10 >"$folder/output" 2>&1
  ! grep -q 'no right' "$folder/output" || ! findmnt -n -o OPTIONS -T "$folder" | grep -qw nosuid ||
    skip "this file system grants no capabilities"
  expect "a program with the capability, in the hands of an ordinary user" "7" "$(grep -c ' ms$\|no right' "$folder/output")"
  ;;
esac
exit $failed
