#!/bin/sh
# traceroute_test.sh BUILD_FOLDER: real traces, over simulated paths (tests/paths) and through real
# routers.
set -u
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
bin=$build
. "$here/common/simulated"
. "$here/common/loopback"
name=trt$$
trap 'for n in a r1 r2 b; do ip netns del $name$n 2>/dev/null; done; rm -rf "$folder"' EXIT
ip netns list >/dev/null 2>&1 && command -v sysctl >/dev/null || {
  echo "skipped: ip (of iproute2) or sysctl is not installed"
  exit 77
}

# --- The layout, without any peer.

expect "a path with labels" \
"traceroute to destination.example.net (192.0.2.10), 30 hops max, 60 byte packets
 1  r1.example.net (198.18.0.1)  RTT  RTT  RTT
 2  r2.example.net (198.18.0.2) <MPLS:L=24013,E=0,S=1,T=1>  RTT  RTT  RTT
 3  r3.example.net (198.18.0.3) <MPLS:L=24014,E=3,S=0,T=254/L=16004,E=0,S=1,T=1>  RTT  RTT  RTT
 4  r4.example.net (198.18.0.4) <MPLS:L=24015,E=0,S=1,T=1>  RTT  RTT  RTT
 5  r5.example.net (198.18.0.5) <INC:5,\"xe-0/0/1.100\">  RTT  RTT  RTT
 6  r6.example.net (198.18.0.6) <MPLS:L=299776,E=0,S=1,T=1;INC:6,\"ae3\">  RTT  RTT  RTT
 7  destination.example.net (192.0.2.10)  RTT  RTT  RTT" \
"$(masked behind mpls "$ours" -e destination.example.net)"

expect "an unreachable, IPv6, no names" \
"traceroute to 2001:db8::10 (2001:db8::10), 30 hops max, 80 byte packets
 1  2001:2::1  RTT  RTT  RTT
 2  2001:2::2  RTT  RTT  RTT
 3  2001:2::3  RTT  RTT  RTT
 4  2001:2::4  RTT  RTT  RTT
 5  2001:2::4  RTT !X  RTT !X  RTT !X" \
"$(masked behind unreachable "$ours" -n 2001:db8::10)"

expect "IPv6 errors of a type that nobody knows, where no other answer comes" \
"traceroute to 2001:db8::143 (2001:db8::143), 3 hops max, 80 byte packets
 1  2001:2::1  RTT  RTT  RTT
 2  2001:2::d  RTT !<100-0>  RTT !<100-0>  RTT !<100-0>
 3  2001:2::d  RTT !<100-0>  RTT !<100-0>  RTT !<100-0>" \
"$(masked behind unreachable-codes "$ours" -n -m 3 2001:db8::143)"

expect "hostile names are not printed" \
"198.18.0.1 198.18.0.2 198.18.0.3 198.18.0.4 198.18.0.5 198.18.0.6 198.18.0.7" \
"$(behind hostile-names "$ours" 192.0.2.10 | awk '$1 ~ /^[1-7]$/ { print $2 }' | xargs)"

cat >"$folder/origins" <<END
all delay 2 as 64500
hop
target 192.0.2.10 2001:db8::10 as 64501 name destination.example.net
END
expect "the networks that announce the addresses" \
" 1  198.18.0.1 (198.18.0.1) [AS64500]  RTT  RTT  RTT
 2  destination.example.net (192.0.2.10) [AS64501]  RTT  RTT  RTT" \
"$(masked "$here/simulate" "$folder/origins" "$ours" -A 192.0.2.10 | tail -2)"

expect "a resolver that never answers" \
"10  192.0.2.10 (192.0.2.10) [*]  RTT  RTT  RTT" \
"$(masked behind dead-resolver "$ours" -A 192.0.2.10 | tail -1)"

expect "a router whose slow path takes 300 ms longer than the destination" \
" 5  198.18.0.5  RTT  RTT  RTT" \
"$(masked behind slow-path "$ours" -n 192.0.2.10 | grep '^ 5')"

expect "a translator's quotes, eight bytes of quote, IP options in it" \
"7" \
"$(masked behind quotes "$ours" -n 192.0.2.10 | grep -c '^ [1-7]  198.18.0.[1-7]  RTT  RTT  RTT$')"

for path in ecmp-flow ecmp-sixteen ecmp-nested ecmp-meshed ecmp-asymmetric; do
  expect "$path: the same one path in each of five runs" "1 0" \
    "$(behind $path sh -c 'for i in 1 2 3 4 5; do "$0" -n 192.0.2.10 >'"$folder"'/run$i; done' "$ours"
       for i in 1 2 3 4 5; do sed -E 's/ [0-9.]+ ms//g' "$folder/run$i" | cksum; done |
         sort -u | wc -l | tr '\n' ' '
       sed -E 's/ [0-9.]+ ms//g' "$folder/run1" | awk 'NR > 1 && NF > 2' | wc -l)"
done

# --- As an ordinary user, and what only the Linux bodies can.

linux=yes
! grep -qs '^SOCKHOP_POSIX:BOOL=ON' "$1/CMakeCache.txt" || linux=
if [ "$linux" ]; then

install -m 755 "$ours" "$folder/plain"
for family in 192.0.2.10 2001:db8::10; do
  for way in "ping:0 2147483647" "UDP:1 0"; do
    expect "$family without privilege, by ${way%%:*}" "7 ${way%%:*}" \
      "$("$here/simulate" -u nobody -s "net.ipv4.ping_group_range=${way#*:}" "$paths/mpls" -- \
           "$folder/plain" -n -e $family >"$folder/output" 2>"$folder/messages"
         printf '%s %s' "$(grep -c '^ [1-7]  [^ ]*\( <.*>\)\{0,1\}  [0-9.]* ms  [0-9.]* ms  [0-9.]* ms$' "$folder/output")" \
           "$(sed -n 's/.*using a \(ping\) socket$/\1/p; s/.*using \(UDP\).*/\1/p' "$folder/messages")")"
    expect "$family: redirects and source quenches are no answers, by ${way%%:*}" "1 2 3 4 5" \
      "$("$here/simulate" -u nobody -s "net.ipv4.ping_group_range=${way#*:}" "$paths/redirects" -- \
           "$folder/plain" -n $family 2>/dev/null | awk 'NR > 1 && !/!/ { print $1 }' | xargs)"
    expect "$family: a firewall that refuses some packets is no destination, by ${way%%:*}" "10 $family" \
      "$("$here/simulate" -u nobody -s "net.ipv4.ping_group_range=${way#*:}" "$paths/partial-reject" -- \
           "$folder/plain" -n $family 2>/dev/null | awk 'END { print $1, $2 }')"
  done
  expect "$family: a ping socket sends by the same path as a raw one" \
    "$(behind ecmp-sixteen "$ours" -n $family | awk '$1 == 2 { print $2 }')" \
    "$("$here/simulate" -u nobody -s "net.ipv4.ping_group_range=0 2147483647" "$paths/ecmp-sixteen" -- \
         "$folder/plain" -n $family 2>/dev/null | awk '$1 == 2 { print $2 }')"
done

# Sizes are those of the answers that a raw socket would have had.
for way in '"proto":"ICMP","paris_id":20680,:0 2147483647' '"proto":"UDP","paris_id":0,:1 0'; do
  expect "JSON without privilege, by ${way##*:}" "${way%:*} 60" \
    "$("$here/simulate" -u nobody -s "net.ipv4.ping_group_range=${way##*:}" "$paths/ten-hops" -- \
         "$folder/plain" -n --json 192.0.2.10 2>/dev/null |
       sed -E 's/.*("proto":[^,]*,"paris_id":[0-9]+,).*"hop":1,[^}]*"size":([0-9]+).*/\1 \2/')"
done

# The leak sanitizer cannot work under strace.
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
  expect "a kernel without ping sockets" "no right to a raw or a ping socket: using UDP and the error queue" \
    "$("$here/simulate" -u nobody "$paths/one-hop" -- strace -o /dev/null -e trace=socket \
         -E ASAN_OPTIONS=detect_leaks=0 -e inject=socket:error=EPROTONOSUPPORT:when=2 "$folder/plain" -4 -n 192.0.2.10 2>&1 >/dev/null |
       sed 's/^plain: //')"
  # What a router says of an earlier packet fails the next one that is sent, once.
  expect "a packet that was too large for a link does not end the trace" "10 0" \
    "$(behind ten-hops strace -o /dev/null -e trace=sendmmsg -E ASAN_OPTIONS=detect_leaks=0 \
         -e inject=sendmmsg:error=EMSGSIZE:when=3 "$ours" -n -F 192.0.2.10 >"$folder/output" 2>&1
       echo "$(grep -c ' ms$' "$folder/output") $?")"
fi
expect "a firewall mark without the right to it" "plain: set the firewall mark 7: Operation not permitted" \
  "$("$here/simulate" -u nobody "$paths/one-hop" -- "$folder/plain" --fwmark 7 -n 192.0.2.10 2>&1)"

# The capabilities while it waits for answers that will not come.
expect "root's capabilities are given up before anything is read" "0000000000000000" \
  "$(behind all-silent sh -c '"$0" -n 192.0.2.10 >"$1" & pid=$!
       until [ -s "$1" ] || ! kill -0 $pid 2>/dev/null; do :; done
       sed -n "s/^CapPrm:[[:space:]]*//p" /proc/$pid/status; kill $pid' "$ours" "$folder/header")"

fi

# --- What cannot be done.

# refused STATUS PATTERN ARGUMENTS...: one line that matches, for status 2 one more that names --help.
refused() {
  status=$1 pattern=$2; shift 2
  "$ours" "$@" >"$folder/output" 2>"$folder/messages"
  seen=$?
  expect "$*: status, output, lines, match" "$status 0 $status 1" \
    "$seen $(wc -c <"$folder/output") $(wc -l <"$folder/messages") $(grep -c -e "$pattern" "$folder/messages")"
}
refused 2 '"0": a number from 1 to 255' -m 0 127.0.0.1
refused 2 '"99": a number from 1 to 10' -q 99 127.0.0.1
refused 2 '"x": seconds' -w x 127.0.0.1
refused 2 '"-x"' -- -x
refused 2 '^traceroute: -T: this traceroute can only send ICMP' -T 127.0.0.1
refused 2 '^traceroute: -U: ' -U 127.0.0.1
for host in '#x' ' ' 'a b' '127.0.0.1
::1'; do refused 2 'no host has such a name' "$host"; done
refused 2 'a HOST is needed' -n
refused 1 '^traceroute: resolve nosuch.invalid: ' nosuch.invalid
refused 1 '^traceroute: resolve 127.0.0.1 to an IPv6 address: ' -l 5 127.0.0.1
refused 1 '^traceroute: send from 192.0.2.77: ' -s 192.0.2.77 127.0.0.1
refused 1 '^traceroute: send by interface nosuch0: ' -i nosuch0 127.0.0.1
[ -z "$linux" ] || expect "that is JSON, too" '"dst_name":"127.0.0.1" [{"error":"send by interface nosuch0: No such device"}]' \
  "$("$ours" --json -i nosuch0 127.0.0.1 2>/dev/null | sed -n 's/.*\("dst_name":[^,]*\),.*"result":\(.*\)}$/\1 \2/p')"
[ -z "$linux" ] || [ "$hosts" = 127.0.0.1 ] || for i in 1 2; do
  expect "one flow label in use twice" 1 "$("$ours" -n -l 0x12345 ::1 2>&1 | grep -c '::1  .* ms')"
done
ln -s "$ours" "$folder/traceroute6"
[ "$hosts" = 127.0.0.1 ] || expect "called by a name that ends in 6" "traceroute to ::1 (::1), 30 hops max, 80 byte packets" \
  "$("$folder/traceroute6" -n ::1 | head -1)"

# --- Addresses and targets.

expect "an IPv4 address in IPv6" "127.0.0.1" "$("$ours" -n ::ffff:127.0.0.1 | awk 'NR == 2 {print $2}')"
behind other-letters env LC_ALL=C "$ours" bücher.example >"$folder/output" 2>"$folder/messages"
grep -q 'Name does not resolve$' "$folder/messages" ||  # musl, which asks for no such names
  expect "a name in other letters, in any locale" "xn--bcher-kva.example" "$(awk 'NR == 3 {print $2}' "$folder/output")"
# no_ipv4 COMMAND...: without an IPv4 route, except to the resolver
no_ipv4() {
  behind other-letters sh -c 'ip -4 route add 10.0.0.53 dev sim0; ip -4 route del default; exec "$@"' sh "$@" 2>&1
}
expect "the next address, where there is no route to the first" \
"traceroute: xn--bcher-kva.example: no route to 192.0.2.10, tracing to 2001:db8::10
 2  2001:db8::10  RTT  RTT  RTT" \
"$(masked no_ipv4 "$ours" -n xn--bcher-kva.example | sed '/^traceroute to/d; /^ 1/d')"
expect "both families of a name" "192.0.2.10 2001:db8::10" \
  "$(behind other-letters "$ours" -n -4 -6 xn--bcher-kva.example | sed -n 's/^ 2  \([^ ]*\) .*/\1/p' | sort | tr '\n' ' ' | sed 's/ $//')"
[ "$hosts" = 127.0.0.1 ] || expect "targets that cannot be traced from an address stop no others" \
"::1 1
traceroute: send from ::1 to IPv4: not of the same family
traceroute: resolve nosuch.invalid: no such name" \
"$(printf '127.0.0.1\n::1\nnosuch.invalid\n' | "$ours" -n --targets=- -s ::1 2>"$folder/messages" |
   awk 'NR == 2 {printf "%s ", $2}'
   printf '127.0.0.1\n' | "$ours" -n --targets=- -s ::1 2>/dev/null
   echo $?; sort -r "$folder/messages" | sed 's/\(resolve nosuch.invalid: \).*/\1no such name/')"
expect "an address that is not ours" 2 \
  "$(printf '127.0.0.1\n127.0.0.2\n' | "$ours" -n --targets=- -s 192.0.2.77 2>&1 | grep -c 'send from 192.0.2.77: ')"

expect "what the path changed" \
"<QUOTE:TOS=0xb8,SRC=203.0.113.7> <QUOTE:TOS=0xb8,SRC=203.0.113.7> <QUOTE:TOS=0xb8,SRC=203.0.113.9> <QUOTE:TOS=0xb8,SRC=2001:db8:7::1> " \
"$(for target in 192.0.2.10 2001:db8::10; do behind rewritten "$ours" -n -e $target; done |
   grep -o '<[^>]*>' | head -4 | tr '\n' ' ')"
expect "the same in JSON" '{"hop":3,"from":"198.18.0.3","src_addr":"203.0.113.7","tos":184}' \
  "$(behind rewritten "$ours" -n -e --json 192.0.2.10 | sed 's/.*"quotes":\[\([^}]*}\).*/\1/')"
expect "JSON tells the source address however it was typed" '"from":"10.0.0.2","src_addr":"10.0.0.2"' \
  "$(behind one-hop "$ours" -n -s 10.2 --json 192.0.2.10 | grep -o '"from":"10[^,]*,"src_addr":"[^"]*"')"
expect "a source address in a mapped form" 0 \
  "$(behind one-hop "$ours" -n -s ::ffff:10.0.0.2 192.0.2.10 >/dev/null 2>&1; echo $?)"
# Nothing is where nothing was changed, however it is quoted.
for path in mpls unreachable quotes; do
  for options in '' '-s 10.0.0.2 -t 0x10' '-q 1'; do
    # shellcheck disable=SC2086
    expect "$path $options: nothing changed" 0 "$(behind $path "$ours" -n -e $options 192.0.2.10 | grep '^ [1-5] ' | grep -c QUOTE)"
  done
done

# --- Ends before the end.

expect "--give-up" "9 0" "$(behind silent-destination "$ours" -n --give-up=3 192.0.2.10 >"$folder/output"
  echo "$(tail -1 "$folder/output" | awk '{print $1}') $?")"
expect "--reached" "traceroute: 192.0.2.10 (192.0.2.10): the destination was not reached
1 0" "$(behind silent-destination "$ours" -n --give-up=2 --reached 192.0.2.10 2>&1 >/dev/null
  printf '%s ' $?; behind ten-hops "$ours" -n --reached 192.0.2.10 >/dev/null; echo $?)"
# interrupted OPTION...: what is printed by a trace that gets $signal when the first hop has answered
signal=INT
interrupted() {
  behind slow-access sh -c '"$@" >"$0" 2>&1 & pid=$!
       until awk "/sim0/ {exit \$3 < 3}" /proc/net/dev; do :; done; kill -'$signal' $pid; wait $pid; echo $?' \
    "$folder/interrupted" "$ours" "$@"
  sed -E 's/[0-9]+\.[0-9]+ ms/RTT/g' "$folder/interrupted"
}
expect "what is known is printed" "130
traceroute to 192.0.2.10 (192.0.2.10), 30 hops max, 60 byte packets
 1  198.18.0.1  RTT  RTT  RTT
traceroute: interrupted: the trace to 192.0.2.10 is incomplete" "$(interrupted -n 192.0.2.10)"
echo 192.0.2.10 >"$folder/targets"
expect "also of many targets" "$(interrupted -n 192.0.2.10)" "$(interrupted -n --targets "$folder/targets")"
expect "also as JSON" '1 "error":"interrupted: the trace to 192.0.2.10 is incomplete"' \
  "$(interrupted --json -n 192.0.2.10 | sed -n 's/.*"result":\[{"hop":\(.\).*"sockhop":{\(.*\)}}/\1 \2/p')"
expect "also before a name is known" '130
[{"error":"interrupted: the address of a.example is not known yet"}]' \
  "$(behind dead-resolver sh -c '"$0" --json a.example >"$1" 2>/dev/null & pid=$!
       until grep -q "SigBlk:.*4003" /proc/$pid/status; do :; done; kill -INT $pid; wait $pid; echo $?' \
         "$ours" "$folder/interrupted"
     sed -n 's/.*"result":\(.*\)}$/\1/p' "$folder/interrupted")"
expect "also when its terminal is closed" "$(interrupted -n 192.0.2.10)" "$(signal=HUP; interrupted -n 192.0.2.10)"
expect "but not when that is ignored, as by nohup" "0
10  192.0.2.10  RTT  RTT  RTT" \
  "$(trap '' HUP; signal=HUP; interrupted -n 192.0.2.10 | sed -n '1p;$p')"
if unshare -n iptables -w -A OUTPUT -p icmp -m limit --limit 1/hour -j ACCEPT 2>/dev/null; then
  expect "what a firewall refuses in the middle costs no hop that is known" \
"10 1
traceroute: send to 192.0.2.10 past the local firewall: Operation not permitted" \
"$(behind ten-hops sh -c 'iptables -w -A OUTPUT -p icmp --icmp-type echo-request -m limit --limit 1/hour --limit-burst 20 -j ACCEPT
     iptables -w -A OUTPUT -p icmp --icmp-type echo-request -j DROP
     "$1" -n 192.0.2.10 >"$0/output" 2>"$0/messages"; status=$?
     echo "$(grep -c "ms$" "$0/output") $status"; cat "$0/messages"' "$folder" "$ours")"
fi

# --- Real routers:  a 10.1.0.1 -- r1 -- r2 -- b 10.3.0.2, and fd01::1 to fd03::2

for n in a r1 r2 b; do
  ip netns add $name$n && ip -n $name$n link set lo up || {
    [ $failed = 0 ] || exit 1
    echo "skipped: traces through real routers, since ip makes no network namespaces"
    exit 77
  }
  ip netns exec $name$n sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
done
# cable NUMBER LEFT RIGHT
cable() {
  ip -n $name"$2" link add e"$1" type veth peer name w"$1" netns $name"$3"
  ip -n $name"$2" addr add 10."$1".0.1/24 dev e"$1"
  ip -n $name"$3" addr add 10."$1".0.2/24 dev w"$1"
  ip -n $name"$2" addr add fd0"$1"::1/64 dev e"$1" nodad
  ip -n $name"$3" addr add fd0"$1"::2/64 dev w"$1" nodad
  ip -n $name"$2" link set e"$1" up
  ip -n $name"$3" link set w"$1" up
}
cable 1 a r1
cable 2 r1 r2
cable 3 r2 b
ip -n ${name}a route add default via 10.1.0.2
ip -n ${name}a route add default via fd01::2
ip -n ${name}r1 route add 10.3.0.0/24 via 10.2.0.2
ip -n ${name}r1 route add fd03::/64 via fd02::2
ip -n ${name}r2 route add 10.1.0.0/24 via 10.2.0.1
ip -n ${name}r2 route add fd01::/64 via fd02::1
ip -n ${name}b route add default via 10.3.0.1
ip -n ${name}b route add default via fd03::1

# A new link is not ready at once. Only the destination is asked: routers keep all their answers.
for address in 10.3.0.2 fd03::2; do
  until ip netns exec ${name}a "$ours" -n -q 1 -f 3 -m 3 -w 1 $address | grep -q ms; do :; done
done
expect "a round trip to ourselves in a group of hosts is no zero" "3 0" \
  "$(ip netns exec ${name}a "$ours" -n ff02::1%e1 | awk 'NR == 2 { print gsub(/ ms/, ""), gsub(/ 0\.000/, "") }')"
expect "through kernel routers with their usual limits" \
"traceroute to 10.3.0.2 (10.3.0.2), 30 hops max, 60 byte packets
 1  10.1.0.2  RTT  RTT  RTT
 2  10.2.0.2  RTT  RTT  RTT
 3  10.3.0.2  RTT  RTT  RTT" \
"$(masked ip netns exec ${name}a "$ours" -n 10.3.0.2)"
expect "the same, IPv6" \
"traceroute to fd03::2 (fd03::2), 30 hops max, 80 byte packets
 1  fd01::2  RTT  RTT  RTT
 2  fd02::2  RTT  RTT  RTT
 3  fd03::2  RTT  RTT  RTT" \
"$(masked ip netns exec ${name}a "$ours" -n fd03::2)"
# Limits are counted over all traces.
ip netns exec ${name}r2 sysctl -qw net.ipv4.icmp_ratelimit=0
expect "a kernel router without a route" " 2  10.2.0.2  RTT !N  RTT !N  RTT !N" \
  "$(ip -n ${name}r1 route add 10.9.0.0/24 via 10.2.0.2
     masked ip netns exec ${name}a "$ours" -n 10.9.0.1 | tail -1)"
if [ "$linux" ]; then # which can forbid fragments
# A queue of one packet, 64 kbit/s: what does not fit waits for room.
expect "a queue that is full" " 3  10.3.0.2  RTT  RTT  RTT" \
  "$(ip netns exec ${name}a tc qdisc add dev e1 root tbf rate 64kbit burst 1600 limit 2000 2>/dev/null
     masked ip netns exec ${name}a "$ours" -n -F 10.3.0.2 1400 | tail -1
     ip netns exec ${name}a tc qdisc del dev e1 root 2>/dev/null)"
expect "many packets at once find the MTU" " 3  10.3.0.2  RTT F=1500  RTT F=1500  RTT F=1500" \
  "$(masked ip netns exec ${name}a "$ours" -n --mtu -N 8 -f 3 10.3.0.2 | tail -1)"
fi
expect "only to attached networks" "traceroute: send to 10.3.0.2: Network unreachable" \
  "$(ip netns exec ${name}a "$ours" -n -r 10.3.0.2 2>&1 >/dev/null | sed 's/ is unreachable/ unreachable/')"

finish
