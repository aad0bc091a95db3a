#!/bin/sh
# daytime_test.sh BUILD_FOLDER SOURCE_FOLDER: the library's example, a daytime client and server, over
# both families; a clean stop by SIGTERM; and that the pair stays as short as it is said to be.
set -u
bin=$1
. "$(dirname "$0")/common/loopback"
example=$bin/tests/example
source=$2/tests/example
failed=0
server_pid=
dir=$(mktemp -d)
trap '[ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null; rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; failed=1; }

# A port that is free at this moment, found by a server that says it.
"$bin/server" -e 0 2>"$dir/log" &
server_pid=$!
until grep -qs 'listening on' "$dir/log"; do kill -0 "$server_pid" || exit 1; done
port=$(sed -n '/listening on/{s/.*port \([0-9]*\).*/\1/p;q;}' "$dir/log")
kill "$server_pid"; wait "$server_pid"

"$example/daytime_server" "$port" 2>"$dir/err" &
server_pid=$!
until "$example/daytime_client" 127.0.0.1 "$port" >"$dir/time" 2>/dev/null; do
  kill -0 "$server_pid" 2>/dev/null || { fail "daytime_server: $(cat "$dir/err")"; exit 1; }
done
for host in $hosts localhost; do
  "$example/daytime_client" $host "$port" >"$dir/time" || fail "daytime_client $host: exit status $?"
  grep -Eq '^[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} [0-9]{4}$' "$dir/time" ||
    fail "daytime_client $host printed \"$(cat "$dir/time")\""
done
# Who says something first gets the time, too, and no reset.
for i in 1 2 3 4 5; do
  "$bin/client" -f words 127.0.0.1 "$port" >"$dir/time" 2>"$dir/err" || fail "daytime_server, told words: $(cat "$dir/err")"
  [ -s "$dir/time" ] || fail 'daytime_server, told words: no time'
done
kill -TERM "$server_pid"
wait "$server_pid" || fail "daytime_server: exit status $? after SIGTERM, 0 expected"
server_pid=
"$example/daytime_client" 127.0.0.1 "$port" 2>"$dir/err" && fail 'daytime_client: exit status 0 without a server'
grep -q "^daytime_client: connect to 127.0.0.1:$port: Connection refused$" "$dir/err" ||
  fail "daytime_client without a server says \"$(cat "$dir/err")\""

[ "$("$example/daytime_client" 127.0.0.1 2>&1)" = 'daytime_client: usage: daytime_client HOST PORT' ] ||
  fail "daytime_client without PORT says \"$("$example/daytime_client" 127.0.0.1 2>&1)\""
timeout 20 "$example/daytime_server" $((port + 65536)) 2>"$dir/err" && fail 'daytime_server at a port above 65535: exit status 0'
grep -q "find port \"$((port + 65536))\"" "$dir/err" || fail "daytime_server at a port above 65535: $(cat "$dir/err")"
[ "$("$example/daytime_server" 2>&1)" = 'daytime_server: usage: daytime_server PORT' ] ||
  fail "daytime_server without PORT says \"$("$example/daytime_server" 2>&1)\""

lines() { grep -cvE '^ *(//.*)?$' "$source/$1"; }
[ "$(lines daytime_client.cc)" -le 10 ] || fail "daytime_client.cc: $(lines daytime_client.cc) lines of code"
[ "$(lines daytime_server.cc)" -le 15 ] || fail "daytime_server.cc: $(lines daytime_server.cc) lines of code"
finish
