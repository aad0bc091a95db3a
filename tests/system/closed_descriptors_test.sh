#!/bin/sh
# closed_descriptors_test.sh BUILD_FOLDER: programs started with standard descriptors closed. No socket
# or file gets their numbers, and output that cannot be written is a failure.
set -u
bin=$1
. "$(dirname "$0")/common/started"
. "$(dirname "$0")/common/loopback"

# expect STATUS WORDS…: the exit status just seen, and what was tried.
expect() {
  status=$1; shift
  [ "$got" = "$status" ] || fail "$*: exit status $got, $status expected; stderr: $(cat "$dir/err" 2>/dev/null)"
}

start_server() {
  : >"$dir/words"  # the last server's, which the shell empties later than this one reads it
  "$bin/server" "$@" 2>"$dir/words" <&- >&- &
  server_pid=$!
  until grep -qs 'listening on' "$dir/words"; do
    kill -0 "$server_pid" 2>/dev/null || { fail "server $*: $(cat "$dir/words")"; exit 1; }
  done
  port=$(sed -n '/listening on/{s/.*port \([0-9]*\).*/\1/p;q;}' "$dir/words")
}

mkdir "$dir/site"
echo 'a page' >"$dir/site/page"
start_server -w "$dir/site" 0
for host in $hosts; do
  [ $host = 127.0.0.1 ] || host="[$host]"
  "$bin/client" "http://$host:$port/page" >&- 2>"$dir/err"; got=$?
  expect 1 "client http://$host/page >&-"
  grep -q 'standard output: Bad file descriptor' "$dir/err" || fail "client URL >&- says: $(cat "$dir/err")"
  "$bin/client" -o "$dir/copy" "http://$host:$port/page" <&- >&- 2>&-; got=$?
  expect 0 'client -o FILE URL, all closed'
  cmp -s "$dir/copy" "$dir/site/page" || fail 'client -o FILE URL, all closed: another page'
  rm -f "$dir/copy"
done
stop_server

start_server -e 0
for host in $hosts; do
  printf 'text\n' | "$bin/client" -e $host "$port" >&- 2>"$dir/err"; got=$?
  expect 1 "client -e $host >&-"
  "$bin/client" -e $host "$port" <&- >"$dir/out" 2>"$dir/err"; got=$?
  expect 1 "client -e $host <&-"
  grep -q 'standard input: Bad file descriptor' "$dir/err" || fail "client -e <&- says: $(cat "$dir/err")"
  [ ! -s "$dir/out" ] || fail 'client -e <&- printed something'
done
stop_server

for host in $hosts; do
  "$bin/traceroute" -n $host >&- 2>"$dir/err"; got=$?
  expect 1 "traceroute $host >&-"
  "$bin/traceroute" -n $host <&- >"$dir/out" 2>"$dir/err"; got=$?
  expect 0 "traceroute $host <&-"
  grep -q "^ 1  $host " "$dir/out" || fail "traceroute $host <&- printed: $(cat "$dir/out")"
done
"$bin/client" --help >&- 2>"$dir/err"; got=$?
expect 1 'client --help >&-'
finish
