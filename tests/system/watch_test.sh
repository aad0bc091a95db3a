#!/bin/sh
# traceroute --watch behind simulated networks: lines of events on a pipe, the report, the log, JSON
# for each round, several targets, both families, and without privilege.
# Arguments: the folder of the programs, the top of the source tree. Status 77: no right to namespaces.
set -eu
build=$1 top=$2
here=$top/tests/system
. "$here/common/simulated"
cd "$folder"
fail() {
  echo "FAILED: $*"
  failed=1
}
# words FILE: each line of the report that is no comment has 17 words.
words() { grep -v '^#' "$1" | awk 'NF != 17 { bad = 1 } END { exit NR < 2 || bad }' || fail "$1: $(cat "$1")"; }

for target in 192.0.2.10 2001:db8::10; do
  # With --rounds on a pipe only the report; the log has the events, each with its time. Where the
  # machine is too busy for the names, in more rounds.
  for rounds in 10 40 160; do
    rm -f log
    behind ten-hops "$ours" --watch=0.1 --rounds=$rounds --log=log "$target" >out 2>err || fail "status $?: $(cat err)"
    ! grep -q 'destination.example.net$' out || break
  done
  expect "nothing on standard error" "" "$(cat err)"
  words out
  expect "the destination at hop 10" "10 $target - 0 $rounds $rounds destination.example.net" \
    "$(awk '$1 == 10 { print $1, $2, $3, $4, $7, $8, $17 }' out)"
  expect "the log of $target" "start end" "$(sed -E 's/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z ([a-z]+) .*/\1/' log | paste -s -d ' ')"

  # The report waits for names as long as a trace does: of one round, too, which is over sooner than they come.
  for try in 1 2 3 4 5; do
    behind slow-names "$ours" --watch=0.1 --rounds=1 "$target" >out || fail "status $? of one round"
    ! grep -q 'destination.example.net$' out || break
  done
  expect "names in the report of one round" 10 "$(grep -c 'example.net$' out)"

  # JSON: a line for each round, as a trace has it, and one at the end.
  behind ten-hops "$ours" --watch=0.1 --rounds=5 --json -n "$target" >out || fail "status $? of --json"
  expect "lines of JSON" 6 "$(wc -l <out)"
  head -5 out | "$build/tests/atlas_check" >check || fail "$(cat check)"
  expect "the source that was asked for" 1 "$(behind ten-hops sh -c 'ip addr add 10.0.0.77/32 dev sim0
     ip addr add fd00::77/128 dev sim0; until ip -6 route show table local | grep -q "fd00::77 "; do :; done; "$@"' - "$ours" --watch=0.1 --rounds=1 --json -n \
     -s "$(case $target in *:*) echo fd00::77;; *) echo 10.0.0.77;; esac)" "$target" | grep -c '"src_addr":"[^"]*77"')"
  expect "the summary" '{"type":"watch","dst_name":"'"$target"'"' "$(tail -1 out | cut -d, -f1-2)"
  expect "rounds" '"rounds":5' "$(tail -1 out | grep -o '"rounds":5')"

  # Several targets, and without any privilege.
  printf '%s\n%s\n' "$target" "$target" >targets
  rm -f log
  behind ten-hops "$ours" --watch=0.1 --rounds=3 -n --targets=targets --log=log >out || fail "status $? of --targets"
  expect "two reports" 2 "$(grep -c '^hop address' out)"
  expect "whose watch ends" 2 "$(grep -c "Z $target: end after 3 rounds" log)"
  # The POSIX bodies need a raw socket.
  ! grep -qs '^SOCKHOP_POSIX:BOOL=ON' "$build/CMakeCache.txt" || continue
  "$here/simulate" -u nobody "$paths/ten-hops" -- "$ours" --watch=0.2 --rounds=5 -n "$target" >out 2>err ||
    fail "status $? without privilege: $(cat err)"
  words out
  expect "the destination without privilege" "$target" "$(awk '$1 == 10 { print $2 }' out)"
  grep -q 'no right to a raw' err || fail "which way it goes: $(cat err)"
done

# Without --rounds, events go to standard output as they happen; a signal ends it well. The reader
# waits for the line of the loss, then ends the watch.
mkfifo events
printf 'all delay 5\nhops 2\nhop loss 30\ntarget 192.0.2.10\n' >lossy
"$here/simulate" lossy -- sh -c '"$1" --watch=0.1 -n 192.0.2.10 & echo $! >pid; wait $!; echo $? >status' sh "$ours" >events 2>err &
while read -r line; do
  echo "$line"
  # Hop 3 may have lost none of its own probes yet.
  case $line in *"loss begins, seen from hop "[34]" on: "*) kill -INT "$(cat pid)" || : ;; esac
done <events >seen
wait
expect "status after a signal" 0 "$(cat status)"
expect "the first line" "start" "$(sed -n '1s/^[^ ]* \([a-z]*\) .*/\1/p' seen)"
grep -q ' end after ' seen || fail "no end: $(cat seen)"
grep '^ *[0-9]* [0-9.]* \|^hop' seen >report
words report

# What cannot be is one line and a status.
status=0
behind ten-hops "$ours" --watch --rounds=1 nosuch.example.net >out 2>err || status=$?
expect "status of a name without address" "1 1" "$status $(wc -l <err)"
for rows in "nosuch.example.net" "--targets=unknown" "-i nosuch0 192.0.2.10"; do
  echo nosuch.example.net >unknown
  status=0
  behind ten-hops "$ours" --watch --rounds=1 --json $rows >out 2>err || status=$?
  expect "the JSON of $rows, which cannot be watched" "1 1 1" "$status $(wc -l <out) $(grep -c '"result":\[{"error":' out)"
  "$build/tests/atlas_check" <out >check || fail "$(cat check)"
done
expect "a watch that is ended before it knows the address" \
  "1 traceroute: interrupted: the address of a.example is not known yet" \
  "$(behind dead-resolver sh -c '"$0" --watch --rounds=1 a.example >out 2>err & pid=$!
       until grep -q "SigBlk:.*4003" /proc/$pid/status; do :; done; kill -INT $pid; wait $pid; echo "$? $(cat err)"' "$ours")"
if env --block-signal=INT true 2>/dev/null; then  # GNU
  status=0
  behind dead-resolver env --block-signal=INT sh -c 'kill -INT $$; exec "$0" --watch --rounds=1 a.example' "$ours" >out 2>err || status=$?
  expect "also before it asks for it" "1 traceroute: interrupted: the address of a.example is not known yet" "$status $(cat err)"
  for options in --watch -n; do
    behind one-hop env --block-signal=INT sh -c 'kill -INT $$; exec "$@"' sh "$ours" $options 192.0.2.10 >out 2>err || :
    expect "an address is known, $options" "192.0.2.10 (192.0.2.10), " "$(sed -n '1s/.*\(192.0.2.10 (192.0.2.10), \).*/\1/p' out)"
  done
fi
{ timeout -k 1 60 "$here/simulate" "$paths/one-hop" -- "$ours" --watch=0.1 -n 192.0.2.10 || echo $? >status; } | head -n 1 >out
expect "it ends when nobody reads it any more" "start 141" "$(cut -d ' ' -f 2 out) $(cat status)"
{ trap '' PIPE; timeout -k 1 60 "$here/simulate" "$paths/one-hop" -- "$ours" --watch=0.1 -n 192.0.2.10 2>err || echo $? >status; } | head -n 1 >out
expect "or by words where SIGPIPE is ignored" "start 1 traceroute: write to standard output: Broken pipe" \
  "$(cut -d ' ' -f 2 out) $(cat status) $(cat err)"
status=0
timeout -k 1 60 "$here/simulate" "$paths/one-hop" -- "$ours" --watch=0.1 -n 192.0.2.10 >/dev/full 2>err || status=$?
expect "status where nothing can be written" "1 1" "$status $(wc -l <err)"
status=0
behind ten-hops "$ours" --watch --rounds=1 --log=/nonexistent/log 192.0.2.10 >out 2>err || status=$?
expect "status of a log that cannot be" "1 1" "$status $(wc -l <err)"

# A log that nobody reads any more is no reason to watch no longer, but a failure in the end. A pipe that nobody has opened is none.
mkfifo log_pipe
status=0
timeout -k 1 60 "$here/simulate" "$paths/one-hop" -- "$ours" --watch=0.1 --rounds=1 --log=log_pipe 192.0.2.10 >out 2>err ||
  status=$?
expect "status of a log that nobody reads" "1 1" "$status $(wc -l <err)"
head -n 1 <log_pipe >seen &
status=0
behind one-hop "$ours" --watch=0.1 --rounds=20 -n --log=/dev/fd/3 192.0.2.10 3>log_pipe >out 2>err || status=$?
wait
expect "a log whose reader left" "1 1 start" "$status $(wc -l <err) $(cut -d ' ' -f 2 seen)"
words out

# Nor one whose reader takes nothing: what is lost is counted, and told when it takes lines again, or at the end.
exec 5<>log_pipe
head -c 65536 /dev/zero >&5
status=0
behind one-hop "$ours" --watch=0.1 --rounds=5 -n --log=log_pipe 192.0.2.10 5<&- >out 2>err || status=$?
expect "a log that is full" "1 traceroute: lines lost of log_pipe: 2" "$status $(cat err)"
words out
exec 5<&-

# Nor does a pipe that nobody reads keep it, or a trace, from ending by a signal.
mkfifo full_pipe
exec 5<>full_pipe
yes 192.0.2.10 | head -5000 >many
for arguments in "--watch=0.1 192.0.2.10" "--json --targets=many" "--targets=many" "--paths 192.0.2.10"; do
  head -c 65536 /dev/zero >&5
  rm -f pid
  behind one-hop sh -c 'echo $$ >pid; exec "$@" >&5' sh "$ours" -n $arguments 2>err &
  until grep -qs 'SigBlk:.*4003' "/proc/$(cat pid 2>/dev/null)/status"; do sleep 0.1; done
  kill "$(cat pid)"
  wait $! || :
  expect "$arguments, by a signal" "write to standard output: Operation canceled" "$(sed 's/^traceroute: //' err)"
  dd bs=65536 count=1 <&5 >/dev/null 2>&1
done
exec 5<&-

# A path that changes while it is watched: the reader of events wishes for the next network.
printf 'all delay 5\nhops 4\ntarget 192.0.2.10\n' >before
printf 'all delay 5\nhops 2\nhop 198.51.100.3\nhop\ntarget 192.0.2.10\n' >after
"$here/simulate" -n after before -- sh -c '"$1" --watch=0.1 -n --json --log=/dev/fd/3 192.0.2.10 & echo $! >pid; echo $PPID >network; wait' \
  sh "$ours" 3>events >rounds 2>err &
while read -r line; do
  echo "$line"
  case $line in
  *" start "*) while [ "$(grep -c '^{' rounds)" -lt 10 ]; do sleep 0.1; done; kill -USR1 "$(cat network)" ;;
  *" change "*) kill -INT "$(cat pid)" || : ;;
  esac
done <events >seen
wait
expect "the change" "change hop 3 from 198.18.0.3 to 198.51.100.3" \
  "$(sed -n 's/^[^ ]* \(change .*\)/\1/p' seen | sed -E 's/ [0-9.]+ ms//g')"
exit $failed
