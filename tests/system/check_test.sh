#!/bin/sh
# client -c against the real server: all checks hold, in TAP that adds up, under prove too; and against
# a server that dies in the middle. server -c says its seed and takes it. Arguments: the folder of the
# programs.
set -u
bin=$1
. "$(dirname "$0")/common/started"

start_server 0
if command -v prove >/dev/null; then
  prove -e '' "$bin/client" :: -c 127.0.0.1 "$port" >"$dir/prove" 2>&1 &
  prove_pid=$!
else
  prove_pid=
  echo 'prove is not installed: done without it'
fi
"$bin/client" -c 127.0.0.1 "$port" >"$dir/tap" 2>"$dir/err" || fail "client -c: exit status $?"
[ ! -s "$dir/err" ] || fail "client -c: words on stderr: $(cat "$dir/err")"
[ -z "$prove_pid" ] || wait $prove_pid || fail "prove: $(cat "$dir/prove")"

# With no more threads to be had, the checks are made by fewer: none is left out.
if setpriv --reuid=64321 --clear-groups prlimit --nproc=20 true 2>/dev/null; then
  chmod 755 "$dir" && install -m 755 "$bin/client" "$dir/client"
  setpriv --reuid 64321 --clear-groups prlimit --nproc=20 "$dir/client" -c 127.0.0.1 "$port" \
    >"$dir/few" 2>"$dir/err" || fail "client -c, few threads: exit status $?: $(tail -n 1 "$dir/few") $(cat "$dir/err")"
fi
# Nor with few descriptors; they do not wait for each other then (121 s).
(ulimit -n 64 && exec timeout 90 "$bin/client" -c 127.0.0.1 "$port") >"$dir/few" 2>"$dir/err" ||
  fail "client -c, few descriptors: exit status $?: $(tail -n 1 "$dir/few") $(cat "$dir/err")"
"$bin/client" -c --json 127.0.0.1 "$port" >"$dir/json" || fail "client -c --json: exit status $?"
grep -q '"failed": 0, ' "$dir/json" || fail "client -c --json: $(cat "$dir/json")"
stop_server

[ "$(head -n 2 "$dir/tap" | tr '\n' ' ')" = 'TAP version 14 1..5 ' ] || fail "no version and plan: $(head -n 2 "$dir/tap")"
grep 'not ok' "$dir/tap" && fail 'the lines above'
# Every plan, that of the top and those of the subtests, is followed by as many lines, in order.
awk '
  /^    1\.\./ { plan = substr($1, 4) + 0; n = 0; all += plan }
  /^    ok / { if ($2 != ++n) print "line out of order: " $0 }
  /^ok / { if (n != plan) print n " lines, " plan " planned, in subtest " $2; if ($2 != ++top) print "out of order: " $0 }
  END { if (top != 5) print top " subtests"; if (all < 80) print all " checks" }
' "$dir/tap" >"$dir/sums"
[ ! -s "$dir/sums" ] || fail "$(cat "$dir/sums")"

# A server that dies when the first checks have been made.
start_server 0
: >"$dir/tap" # of the run before, which is not to be taken for this one's
"$bin/client" -c -j 40 127.0.0.1 "$port" >"$dir/tap" 2>"$dir/err" &
client_pid=$!
until grep -q '^    ok 1 ' "$dir/tap"; do kill -0 $client_pid 2>/dev/null || break; done
stop_server KILL
wait $client_pid
status=$?
[ $status = 1 ] || fail "client -c, the server dies: exit status $status, 1 expected"
tail -n 1 "$dir/tap" | grep -q "^Bail out! the server at 127.0.0.1:$port answers no right a1 any more" ||
  fail "client -c, the server dies: $(tail -n 1 "$dir/tap")"

# Interrupted, it says so, and the report is whole.
start_server 0
: >"$dir/json"
"$bin/client" -c --json 127.0.0.1 "$port" >"$dir/json" 2>"$dir/err" &
client_pid=$!
until grep -q '"number"' "$dir/json"; do kill -0 $client_pid 2>/dev/null || break; done
kill -INT $client_pid
wait $client_pid
status=$?
[ $status = 130 ] || fail "client -c --json, interrupted: exit status $status, 130 expected"
[ "$(tail -n 1 "$dir/json")" = '], "bail_out": "interrupted"}' ] ||
  fail "client -c --json, interrupted: $(tail -n 1 "$dir/json")"
stop_server

# Nobody there: said at once.
"$bin/client" -c 127.0.0.1 "$port" >"$dir/tap" 2>"$dir/err" && fail 'client -c, no server: exit status 0'
refused='the port refused it'
! grep -qs '^SOCKHOP_POSIX:BOOL=ON' "$bin/CMakeCache.txt" || refused='nothing came'  # these bodies hear of no refusal
tail -n 1 "$dir/tap" | grep -q "^Bail out! .*: $refused\$" || fail "client -c, no server: $(cat "$dir/tap")"

# The seed: given attached, or as the first of two words; one word is the port. Numbers are repeated.
for seed in '-c7 0' '-c 7 0' '--check=7 0'; do
  # shellcheck disable=SC2086
  start_server $seed
  until grep -q 'exercising clients: seed ' "$dir/words"; do kill -0 "$server_pid" || exit 1; done
  grep -q 'exercising clients: seed 7 ' "$dir/words" || fail "server $seed: $(cat "$dir/words")"
  "$bin/client" -w 9 127.0.0.1 "$port" >"$dir/secrets" || fail "server $seed: client: exit status $?"
  [ ! -e "$dir/before" ] || cmp "$dir/before" "$dir/secrets" || fail "server $seed: other secrets with the same seed"
  mv "$dir/secrets" "$dir/before"
  tries=0
  until grep -q 'session 1: .*all four stages.*; seed 7: .*; wrong: nothing$' "$dir/words"; do
    tries=$((tries + 1))
    [ $tries -lt 100000 ] || { fail "server $seed: $(cat "$dir/words")"; break; }
  done
  stop_server
done
start_server -c 0
grep -q 'exercising clients: seed [0-9]* ' "$dir/words" || fail "server -c: $(cat "$dir/words")"
stop_server
for seed in '-cx 0' '-c x 0' '-c1 2 3'; do
  # shellcheck disable=SC2086
  "$bin/server" $seed 2>/dev/null
  [ $? = 2 ] || fail "server $seed: 2 expected"
done

[ $failed = 0 ] && echo 'all as expected'
exit $failed
