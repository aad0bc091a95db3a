#!/bin/sh
# The server's log never holds up the service or its stop: on a pipe that nobody reads, with 200
# sessions behind it, on a full disk, closed; and what was lost is told. Arguments: the folder of the
# programs.
set -u
bin=$1
dir=$(mktemp -d)
server_pid= reader_pid=
failed=0
trap 'for pid in $server_pid $reader_pid; do kill "$pid" 2>/dev/null; done; rm -rf "$dir"' EXIT

fail() { echo "FAILED: $*"; failed=1; }

# Sets $port from the server's words on descriptor 4, which nobody reads afterwards.
read_port() {
  port=
  while [ -z "$port" ] && read -r line <&4; do
    port=$(echo "$line" | sed -n 's/.*listening on.* port \([0-9]*\).*/\1/p')
  done
}
# Ends the server; without the rule that a log never blocks this waits for ever.
stop_server() {
  kill -TERM "$server_pid"
  wait "$server_pid" || fail "$1: exit status $? after SIGTERM, 0 expected"
  server_pid=
}
# A pipe whose reading end is open, at descriptor 4, and nobody reads.
new_pipe() {
  rm -f "$dir/pipe"
  mkfifo "$dir/pipe"
  exec 4<>"$dir/pipe"
}
# exchange TIMES: whole exchanges, four at a time.
exchange() {
  seq "$1" | xargs -P 4 -I {} "$bin/client" -w 64 -t 20 127.0.0.1 "$port" >"$dir/out" 2>"$dir/err" || fail "of $1 sessions: $(cat "$dir/err")"
}

new_pipe
"$bin/server" -v -l 0 0 2>"$dir/pipe" &
server_pid=$!
read_port
exchange 200
stop_server 'server -v, log not read'
new_pipe

# The number of lines lost is told once the log is read.
"$bin/server" -v -l 0 0 2>"$dir/pipe" &
server_pid=$!
read_port
exchange 200
cat <&4 >"$dir/log" &
reader_pid=$!
until grep -q '^\[[0-9]* lines of this log are lost\]$' "$dir/log"; do kill -0 "$server_pid" 2>/dev/null || break; done
exchange 1
stop_server 'server -v, log read late'
until grep -q 'session 201: .*all four stages' "$dir/log"; do kill -0 $reader_pid 2>/dev/null || break; done
kill $reader_pid
wait $reader_pid 2>/dev/null
reader_pid=
new_pipe
told=$(grep -c '^\[[1-9][0-9]* lines of this log are lost\]$' "$dir/log")
[ "$told" -gt 0 ] || fail 'no lost lines are told'
sed '/^\[/d' "$dir/log" | grep -vE '^([0-9T:.-]+Z )?server: ' && fail 'lines cut or mixed'

# The files by name, and the web's requests on standard output.
printf 'hello' >"$dir/file"
"$bin/server" -f "$dir" -v 0 2>"$dir/pipe" &
server_pid=$!
read_port
name=$(printf '%0300d' 0)
for i in $(seq 400); do
  "$bin/client" -f "$name" 127.0.0.1 "$port" >"$dir/out" 2>"$dir/err"
done
"$bin/client" -f file 127.0.0.1 "$port" >"$dir/out" 2>"$dir/err" || fail "server -f: $(cat "$dir/err")"
stop_server 'server -f -v, log not read'
new_pipe

"$bin/server" -w "$dir" -v 0 2>"$dir/words" >"$dir/pipe" &
server_pid=$!
until grep -q 'listening on' "$dir/words"; do kill -0 "$server_pid" 2>/dev/null || break; done
port=$(sed -n 's/.*listening on.* port \([0-9]*\).*/\1/p' "$dir/words" | head -n 1)
for i in $(seq 400); do
  "$bin/client" "http://127.0.0.1:$port/$name" >"$dir/out" 2>"$dir/err"
done
"$bin/client" "http://127.0.0.1:$port/file" >"$dir/out" 2>"$dir/err" || fail "server -w: $(cat "$dir/err")"
stop_server 'server -w -v, log not read'
exec 4>&-

# A full disk, and standard error closed. These servers cannot say their port: it is the last one's, or the
# next that nobody else has.
# served FUNCTION: runs a server that this function becomes, until it has served, and stops it.
served() {
  tries=0
  "$1" &
  server_pid=$!
  until "$bin/client" -w 64 -t 20 127.0.0.1 "$port" >"$dir/out" 2>"$dir/err"; do
    [ $((tries += 1)) -lt 1000 ] || { fail "$1: $(cat "$dir/err")"; break; }
    kill -0 "$server_pid" 2>/dev/null && continue
    port=$((port + 1))
    "$1" &
    server_pid=$!
  done
  stop_server "$1"
}
full=/dev/full
[ -c $full ] || { mknod "$dir/full" c 1 7 2>/dev/null && full=$dir/full; }
disk_full() { exec "$bin/server" -v "$port" 2>$full; }
stderr_closed() { exec "$bin/server" -v "$port" 2>&-; }
[ ! -c $full ] || served disk_full
served stderr_closed

[ $failed = 0 ] && echo "all as expected"
exit $failed
