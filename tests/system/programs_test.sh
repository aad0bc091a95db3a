#!/bin/sh
# The programs as they are installed: failures, a whole exchange over both families, and
# a stop with a session open. Arguments: the folder of the programs.
set -u
bin=$1
. "$(dirname "$0")/common/started"
. "$(dirname "$0")/common/loopback"

# expect STATUS TEXT COMMAND…: the exit status, and one line on stderr that begins with the text;
# nothing on stdout.
expect() {
  status=$1 text=$2; shift 2
  "$@" >"$dir/out" 2>"$dir/err" </dev/null
  got=$?
  [ "$got" = "$status" ] || fail "$*: exit status $got, $status expected"
  [ "$(wc -l <"$dir/err")" = 1 ] || fail "$*: $(wc -l <"$dir/err") lines on stderr, 1 expected"
  case $(cat "$dir/err") in "$text"*) ;; *) fail "$*: \"$(cat "$dir/err")\", \"$text…\" expected" ;; esac
  [ ! -s "$dir/out" ] || fail "$*: words on stdout"
}

expect 1 'server: open the directory /nosuch: No such file or directory' "$bin/server" -w /nosuch 0
expect 1 'client: https://h/: https is not supported' "$bin/client" https://h/
expect 1 'client: connect to 127.0.0.1:1: Connection refused' "$bin/client" -e 127.0.0.1 1
expect 1 'client: resolve nosuch.invalid: ' "$bin/client" -t 5 nosuch.invalid
# The POSIX bodies hear of no refusal.
refused='Connection refused'
! grep -qs '^SOCKHOP_POSIX:BOOL=ON' "$bin/CMakeCache.txt" || refused='no answer'
expect 1 "client: stage a: awaited a2 (28 bytes) from 127.0.0.1: 127.0.0.1:1: $refused" \
  "$bin/client" -t 5 127.0.0.1 1
for program in client server; do
  for option in --help --version; do
    "$bin/$program" $option >"$dir/out" 2>"$dir/err" || fail "$program $option: exit status $?"
    [ -s "$dir/out" ] && [ ! -s "$dir/err" ] || fail "$program $option: nothing on stdout, or words on stderr"
  done
done
if [ -e /dev/full ]; then
  ! "$bin/client" --help >/dev/full 2>"$dir/err" || fail "client --help >/dev/full: exit status 0"
  grep -q 'client: write to standard output: ' "$dir/err" || fail "client --help >/dev/full: $(cat "$dir/err")"
fi

start_server -n 5 0
expect 1 "server: listen on 0.0.0.0:$port (udp): Address " "$bin/server" "$port"
grep -q ' in use$' "$dir/err" || fail "a port in use: $(cat "$dir/err")"
for host in $hosts; do
  "$bin/client" -w 64 "$host" "$port" >"$dir/out" 2>"$dir/err" || fail "client $host: $(cat "$dir/err")"
  secrets=$(sed -n 's/^secret [ABCD]: //p' "$dir/out" | tr '\n' ' ')
  [ "$(echo "$secrets" | wc -w)" = 4 ] || fail "client $host: \"$(cat "$dir/out")\", four secrets expected"
  # The session's line follows the last secret.
  tries=0
  until grep -q "all four stages.*secrets ${secrets% }\$" "$dir/words"; do
    tries=$((tries + 1))
    [ $tries -lt 100000 ] || { fail "$host: $secrets not in the log: $(cat "$dir/words")"; break; }
  done
done
"$bin/client" -v 127.0.0.1 "$port" >/dev/null 2>"$dir/err" || fail "client -v: exit status $?"
for message in '> a1' '< a2' '> b1' '< ack' '< b2' '> c1' '< c2' '> d1' '< d2'; do
  grep -q "client: $message " "$dir/err" || fail "client -v: no line for $message"
done
! grep -q deviation "$dir/err" || fail "client -v: $(grep deviation "$dir/err")"

# A stop with a session open: the client's words show that it is in stage b.
"$bin/client" -v 127.0.0.1 "$port" >"$dir/out" 2>"$dir/stopped" &
client_pid=$!
until grep -qs '> b1' "$dir/stopped"; do kill -0 $client_pid 2>/dev/null || break; done
stop_server
grep -q 'the server was stopped' "$dir/words" || fail "stop: $(cat "$dir/words")"
kill $client_pid 2>/dev/null
wait $client_pid 2>/dev/null

# The time of day, asked for by the library's own example of a client.
start_server -d 0
for host in $hosts; do
  "$bin/tests/example/daytime_client" "$host" "$port" >"$dir/out" 2>&1 || fail "daytime $host: $(cat "$dir/out")"
  grep -q "^[0-3][0-9] ... 20[0-9][0-9] ..:..:.. UTC" "$dir/out" || fail "daytime $host: $(cat "$dir/out")"
done
stop_server

# With descriptors for a few sessions only, newcomers wait, and nobody who is in fails.
if command -v prlimit >/dev/null && [ -e /proc/self/fd ]; then
  start_server -n 10 0
  own=$(ls "/proc/$server_pid/fd" | wc -l)
  prlimit --pid "$server_pid" --nofile=$((own + 4)):$((own + 4))
  clients=
  for i in 1 2 3 4 5 6; do
    "$bin/client" -w 64 127.0.0.1 "$port" >"$dir/secrets.$i" 2>"$dir/words.$i" &
    clients="$clients $!"
  done
  for pid in $clients; do wait "$pid" || fail "a client while descriptors are short: $(cat "$dir"/words.*)"; done
  stop_server
  grep -q 'too few descriptors\|Too many open\|No file descriptors available' "$dir/words" || fail "descriptors never ran short: $(cat "$dir/words")"
  ! grep 'failed in stage' "$dir/words" || fail "a session failed for want of a descriptor"
fi

# What is said at the start: where it listens; that fewer are served than were asked for, and no word of
# it when nobody asked; why a folder cannot be served.
# words LINES DESCRIPTORS ARGUMENT…: a server with this limit says as many lines before it serves.
words() {
  lines=$1 limit=$2; shift 2
  : >"$dir/words"
  (ulimit -n "$limit" && exec "$bin/server" "$@" 2>"$dir/words") &
  server_pid=$!
  until grep -q 'listening on :: ' "$dir/words"; do
    kill -0 $server_pid 2>/dev/null || { fail "server $*: $(cat "$dir/words")"; return; }
  done
  stop_server
  [ "$(wc -l <"$dir/words")" = "$lines" ] || fail "server $*: $lines lines expected: $(cat "$dir/words")"
}
if (ulimit -n 1000) 2>/dev/null; then
  words 2 1000 -w "$dir" 0
  words 2 1000 -n 400 -w "$dir" 0
  words 3 1000 -n 500 -w "$dir" 0
  grep -q '^server: connections at once: 484, since 1000 descriptors may be open$' "$dir/words" ||
    fail "server -n 500: $(cat "$dir/words")"
  words 3 40 -n 500 -w "$dir" 0
  grep -q '^server: connections at once: 7, since 40 descriptors may be open$' "$dir/words" ||
    fail "server -n 500 with 40 descriptors: $(cat "$dir/words")"
else
  left_out='a server with 1000 descriptors: fewer may be open here'
fi
if setpriv --reuid=64321 --clear-groups true 2>/dev/null; then
  install -m 755 "$bin/server" "$dir/server" && chmod 755 "$dir" && mkdir -m 700 "$dir/closed"
  for service in -w -f; do
    expect 1 "server: open the directory $dir/closed: Permission denied" \
      setpriv --reuid 64321 --clear-groups timeout 30 "$dir/server" $service "$dir/closed" 0
  done
  # With too few descriptors for one client: arguments, and a limit that only root may raise. What is
  # told depends on how many the test itself has inherited. Sanitizers need descriptors to look at memory.
  if grep -q __ubsan_ "$dir/server"; then
    left_out='a server with few descriptors: a sanitizer needs some itself'
  else while read -r arguments limit; do
    expect 1 'server: open ' setpriv --reuid 64321 --clear-groups \
      sh -c "cd '$dir' && ulimit -n $limit && exec timeout 30 ./server ${arguments#stages} 0"
    grep -q -e ': Too many open files$' -e ': No file descriptors available$' "$dir/err" || fail "ulimit -n $limit: $(cat "$dir/err")"
  done <<END
stages 7
-d 8
-e 8
-f. 8
-w. 8
END
  fi
fi

# Where it listens is a name that nobody resolves: Ctrl-C ends that.
dead_resolver=$(dirname "$0")/../paths/dead-resolver
if "$bin/tests/simnet/simulate" "$dead_resolver" true 2>/dev/null; then
  "$bin/tests/simnet/simulate" "$dead_resolver" \
    timeout -s INT -k 3 0.5 "$bin/server" -b server.example.net 0 >"$dir/out" 2>"$dir/err"
  got=$?
  [ $got = 124 ] || fail "SIGINT while a name is resolved: exit status $got: $(cat "$dir/err")"
fi

finish
