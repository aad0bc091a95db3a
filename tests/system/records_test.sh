#!/bin/sh
# What a server tells for who runs a course: times, a line of JSON a session, a log file that is
# reopened, a bound on the sessions of one host. Arguments: the folder of the programs.
set -u
bin=$1
. "$(dirname "$0")/common/started"

exchange() { "$bin/client" -w 64 -i "$1" 127.0.0.1 "$port" >"$dir/secrets" 2>"$dir/err" || fail "client: $(cat "$dir/err")"; }
# await FILE REGULAR-EXPRESSION: a line that matches comes.
await() {
  until grep -qsE "$2" "$1"; do
    kill -0 "$server_pid" 2>/dev/null || { fail "no line \"$2\" in $(cat "$1")"; break; }
  done
}

time='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z'

# The time, where standard error is no terminal; and a session as JSON on standard output.
start_server -l 0 --json 0
exchange 7
await "$dir/words" "^$time server: session 1: 127.0.0.1:[0-9]+ id 7: all four stages"
await "$dir/out" "^\{\"time\":\"$time\",\"session\":1,\"peer\":\"127.0.0.1\",\"port\":[0-9]+,\"id\":7,\"stage\":\"d\",\"complete\":true,\"duration\":[0-9]+\.[0-9]{3},\"packets_in\":[0-9]+,\"packets_out\":[0-9]+,\"rule\":null,\"message\":null,\"seen\":null,\"expected\":null,\"guess\":null,\"words\":null,\"wrong\":null\}\$"
grep -q '^server: listening on' "$dir/words" || fail "listening: $(cat "$dir/words")"
stop_server
[ "$(wc -l <"$dir/out")" = 1 ] || fail "--json: $(cat "$dir/out")"

# Nobody reads them: the session goes on, and the line is counted at the end.
mkfifo "$dir/pipe"
: >"$dir/words"  # the last server's, which the shell may empty later than it is read below
"$bin/server" -l 0 --json 0 2>"$dir/words" >"$dir/pipe" &
server_pid=$!
: <"$dir/pipe"
until grep -q 'listening on' "$dir/words"; do kill -0 "$server_pid" 2>/dev/null || break; done
port=$(sed -n 's/.*listening on.* port \([0-9]*\).*/\1/p' "$dir/words" | head -n 1)
exchange 8
await "$dir/words" 'session 1: .* id 8: all four stages'
stop_server
grep -q 'lines lost of standard output: 1$' "$dir/words" || fail "--json, not read: $(cat "$dir/words")"

# A refused a1 shows its student id, and a guess. The bytes: payload_len 12 in the other byte order,
# psecret 0, step 1, student_id 461.
start_server 0
if [ -n "$(command -v bash)" ]; then
  bash -c "printf '\\x0c\\0\\0\\0\\0\\0\\0\\0\\0\\x01\\x01\\xcdhello world\\0' >/dev/udp/127.0.0.1/$port"
  await "$dir/words" 'id 461 refused: payload_len 201326592, 12 expected: 12 in little-endian byte order\?'
fi
stop_server

# A log file, moved away and opened anew; JSON alone goes there, if it is asked for.
for records in '' --json; do
  rm -f "$dir"/log*
  # shellcheck disable=SC2086
  start_server -l 0 $records --log "$dir/log" 0
  exchange 1
  await "$dir/log" '(session 1: .*all four stages|"session":1,)'
  mv "$dir/log" "$dir/log.1"
  kill -HUP "$server_pid"
  until [ -e "$dir/log" ]; do kill -0 "$server_pid" 2>/dev/null || break; done
  exchange 2
  await "$dir/log" '(session 2: .*all four stages|"session":2,)'
  ! grep -qE '(session 2:|"session":2,)' "$dir/log.1" || fail "--log $records: the old file got session 2"
  [ ! -s "$dir/out" ] || fail "--log $records: words on standard output"
  [ -z "$records" ] || ! grep -v '^{' "$dir/log" || fail "--log --json: not JSON alone"
  stop_server
done
"$bin/server" --log "$dir/no/log" 0 2>"$dir/err"
[ $? = 1 ] && grep -q "^server: open the log $dir/no/log: No such file" "$dir/err" || fail "--log: $(cat "$dir/err")"
start_server -w "$dir" -v --log "$dir/requests" 0
"$bin/client" "http://127.0.0.1:$port/words" >"$dir/page" 2>"$dir/err"
await "$dir/requests" '^127.0.0.1 - - \[.*\] "GET /words HTTP/1.1" 200 '
stop_server

# Two sessions of one host at most: two clients that wait are in, the third is not.
start_server --per-host 2 -t 60 0
for i in 1 2 3; do
  bash -c "exec 5<>/dev/udp/127.0.0.1/$port; printf '\\0\\0\\0\\x0c\\0\\0\\0\\0\\0\\x01\\0\\x0$i''hello world\\0' >&5" 2>/dev/null
done
[ -z "$(command -v bash)" ] || await "$dir/words" 'a1 from 127.0.0.1:[0-9]+ id [123] turned away: 2 sessions of this host are open'
stop_server

[ $failed = 0 ] && echo "all as expected"
exit $failed
