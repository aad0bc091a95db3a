#!/bin/sh
# traceroute --paths behind simulated networks. Arguments: the folder of the programs, the top of the
# source tree. Status 77: no right to namespaces.
set -u
bin=$1 top=$2
. "$(dirname "$0")/common/network"
# paths PATH OPTION… HOST: leaves what is printed in out and err.
paths() {
  title="$*"
  path=$1
  shift
  "$simulate" "$top/tests/paths/$path" -- "$bin/traceroute" "$@" >"$dir/out" 2>"$dir/err" || {
    echo "FAILED: $title: status $?"
    cat "$dir/out" "$dir/err"
    failed=1
  }
}
# shows FILE PATTERN…: each matches a line.
shows() {
  file=$1
  shift
  for pattern in "$@"; do
    grep -Eq -- "$pattern" "$dir/$file" && continue
    echo "FAILED: $title: nothing like \"$pattern\" on $file:"
    cat "$dir/$file"
    failed=1
  done
}

for host in 192.0.2.10 2001:db8::10; do
  paths ecmp-sixteen --paths --seed 1 "$host"
  shows out '^ 1 +1\.example\.net \(' '^ 2a .* flows .* from 1$' '^ 2p ' \
    '^ 3 .* from 2a 2b 2c 2d 2e 2f 2g 2h 2i 2j 2k 2l 2m 2n 2o 2p$' \
    '^ 4 +destination\.example\.net ' '^diamond 1 -> 3: 16 wide, 2 long$'
done
# Of a label that is asked for, all flows are one. The POSIX bodies send none.
grep -qs '^SOCKHOP_POSIX:BOOL=ON' "$bin/CMakeCache.txt" || {
  paths ecmp-label --paths -n --seed 1 2001:db8::10
  shows out '^diamond 1 -> 3: 2 wide, 2 long$'
  paths ecmp-label --paths -n -l 5 2001:db8::10
  shows out '^ 2 +2001:2::[23]  '
}
paths ecmp-packet-eight --paths -n 192.0.2.10
shows out '^warning: hop 3: balanced per packet' '^ 4 +198\.18\.0\.11 .* from 3a 3b 3c '
paths hostile-names --paths 192.0.2.10
if grep -n '[^ -~]' "$dir/out"; then
  echo "FAILED: a hostile name is printed"
  failed=1
fi

# What the path changed in the packets, and nothing else.
paths ecmp-two --paths -n -e -t 16 -s 10.0.0.2 192.0.2.10
if grep -n QUOTE "$dir/out"; then
  echo "FAILED: what was asked for is no change"
  failed=1
fi
paths rewritten --paths -n -e 192.0.2.10
shows out '^ 3 .* <QUOTE:TOS=0xb8,SRC=203\.0\.113\.7> '

paths ecmp-packet-eight --dot -n 192.0.2.10
shows out '^digraph "paths to 192\.0\.2\.10" \{$' '^  "3a" -> "4";$' '^  "3b" -> "4";$' '^\}$'
shows err '^traceroute: hop 3: balanced per packet'
if command -v dot >/dev/null && ! dot -Tsvg "$dir/out" >/dev/null; then
  echo "FAILED: dot does not understand the graph"
  failed=1
fi

# The same seed sends the same flows, another one others.
flows() { sed -n 's/^ 2[ab] .* flows \([0-9,-]*\) .*/\1/p' "$dir/out"; }
paths ecmp-two --paths -n --seed 1 192.0.2.10
first=$(flows)
paths ecmp-two --paths -n --seed 1 192.0.2.10
shows out 'seed 1; each balancer.s next hops are all here with 95 % confidence(, if routers side by side are alike)?$'
[ -n "$first" ] && [ "$first" = "$(flows)" ] || {
  echo "FAILED: another run with the same seed sends other flows: $first, $(flows)"
  failed=1
}
paths ecmp-two --paths -n 192.0.2.10
seed=$(sed -n 's/.* seed \([0-9]*\);.*/\1/p' "$dir/out")
paths ecmp-two --paths -n 192.0.2.10
if grep -q " seed $seed;" "$dir/out"; then
  echo "FAILED: two runs with seed $seed"
  failed=1
fi

# Interrupted, or held up by a local firewall: what is known is printed, then why it is not all.
stopped() { # STATUS COMMAND…: behind partial-refusal
  status=$1 title="$*"
  shift
  "$simulate" "$top/tests/paths/partial-refusal" -- sh -c "$@" "$bin/traceroute" >"$dir/out" 2>"$dir/err"
  got=$?
  [ "$got" -eq "$status" ] || {
    echo "FAILED: $title: status $got"
    failed=1
  }
  shows out '^ 1 .*198\.18\.0\.1\)' 'flows, .*; there may be more paths than these: interrupted$'
}
stopped 130 '"$0" --paths 192.0.2.10 & pid=$!
  until awk "/sim0/ {exit \$3 < 3}" /proc/net/dev; do :; done; kill -INT $pid; wait $pid'
shows err '^traceroute: interrupted: the search for paths to 192\.0\.2\.10 is incomplete$'
# As soon as the signal does not end it at once.
"$simulate" "$top/tests/paths/partial-refusal" -- sh -c '"$0" --dot 192.0.2.10 & pid=$!
  until grep -qE "^Sig(Blk|Cgt):.*[2367abef]$" /proc/$pid/status; do :; done; kill -INT $pid; wait $pid' \
  "$bin/traceroute" >"$dir/out" 2>"$dir/err"
shows out '^  // .*; there may be more paths than these: interrupted$'
shows err '^traceroute: interrupted: the search for paths to 192\.0\.2\.10 is incomplete$'
if grep 'there may be more' "$dir/err"; then
  echo "FAILED: why a graph is not whole is told twice"
  failed=1
fi
title='interrupted while the name is looked up'
"$simulate" "$top/tests/paths/dead-resolver" -- sh -c '"$0" --paths a.example & pid=$!
  until ! kill -0 $pid || grep -q "^SigBlk:.*4003" /proc/$pid/status; do :; done; kill -INT $pid; wait $pid; echo $?' \
  "$bin/traceroute" >"$dir/out" 2>"$dir/err"
shows out '^130$'
shows err '^traceroute: interrupted: the address of a\.example is not known yet$'
if unshare -n iptables -w -A OUTPUT -p icmp -m limit --limit 1/hour -j ACCEPT 2>/dev/null; then
  stopped 1 'iptables -w -A OUTPUT -p icmp --icmp-type echo-request -m limit --limit 1/hour \
      --limit-burst 20 -j ACCEPT
    iptables -w -A OUTPUT -p icmp --icmp-type echo-request -j DROP
    "$0" --paths 192.0.2.10'
  shows err '^traceroute: send to 192\.0\.2\.10 past the local firewall: Operation not permitted$'
fi

"$bin/traceroute" --paths --networks 192.0.2.10 2>/dev/null
if [ $? -ne 2 ]; then
  echo "FAILED: --paths with --networks is no usage error"
  failed=1
fi
exit $failed
