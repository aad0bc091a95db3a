#!/bin/sh
# The echo, file and web services, and their client, against a program that people use for these.
# Arguments: the folder of the programs, and the other program, or "ours".
set -u
bin=$1
peer=$2
dir=$(mktemp -d)
pids=
failed=0
trap 'for pid in $pids; do kill "$pid" 2>/dev/null; done; rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; failed=1; }
skip() { echo "skipped: $*"; exit 77; }
same() { cmp "$1" "$2" || fail "$3"; }

# serve LOG ARGUMENT…: starts the server, waits for its words, and sets $port.
serve() {
  log=$dir/$1; shift
  : >"$log"
  "$bin/server" "$@" >"$log.out" 2>"$log" &
  pid=$!
  pids="$pids $pid"
  until grep -q 'listening on :: ' "$log"; do
    kill -0 "$pid" 2>/dev/null || { fail "server $*: $(cat "$log")"; exit 1; }
  done
  port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$log" | head -n 1)
}

. "$(dirname "$0")/common/loopback"
[ "$hosts" != 127.0.0.1 ] || skip 'there is no ::1 here'
[ "$peer" = ours ] || command -v "$peer" >/dev/null || skip "$peer is not installed"

mkdir -p "$dir/www/sub" "$dir/got"
head -c 5000000 /dev/urandom >"$dir/www/large"
head -c 500 /dev/urandom >"$dir/www/small"
: >"$dir/www/empty"
echo '<p>index' >"$dir/www/sub/index.html"
seq 1 20000 >"$dir/lines"
chmod -R a+rX "$dir"

# --- our server, other clients
serve web -w "$dir/www" -lv 0; web=$port web_pid=$pid
serve file -f "$dir/www" -v 0; file=$port file_pid=$pid
serve echo -e 0; echo=$port echo_pid=$pid

if [ $peer = curl ]; then
  for host in 127.0.0.1 '[::1]'; do
    url=http://$host:$web
    for name in large small empty; do
      curl -sS -o "$dir/got/$name" "$url/$name" || fail "curl $url/$name"
      same "$dir/www/$name" "$dir/got/$name" "curl $url/$name"
    done
  done
  head -c 1000000 "$dir/www/large" >"$dir/got/part"
  curl -sS -C - -o "$dir/got/part" "$url/large" || fail 'curl -C -'
  same "$dir/www/large" "$dir/got/part" 'curl -C -'
  curl -sS -r 10-19,30-39 "$url/large" | grep -aq 'Content-Range: bytes 30-39/5000000' || fail 'curl -r'
  [ "$(curl -sSL "$url/sub")" = '<p>index' ] || fail 'curl -L'
  curl -sS -o "$dir/got/dated" -R "$url/small"
  [ "$(curl -sS -z "$dir/got/dated" -o /dev/null -w '%{http_code}' "$url/small")" = 304 ] || fail 'curl -z'
  [ "$(curl -sS -d 'body' -o /dev/null -w '%{http_code}' "$url/small")" = 405 ] || fail 'curl -d'
  [ "$(curl -sS -I "$url/small" | tr -d '\r' | grep -icE '^(HTTP/1.1 200 OK|Content-Length: 500)$')" = 2 ] || fail 'curl -I'
  [ "$(curl -sS --http1.0 -o /dev/null -w '%{http_code}' "$url/small")" = 200 ] || fail 'curl --http1.0'
  [ "$(curl -sS "$url/small" "$url/small" -o /dev/null -o /dev/null -w '%{num_connects}')" = 10 ] ||
    fail 'curl: the second request did not use the first connection'
  curl -sS "$url/" | grep -q '<a href="sub/"' || fail 'curl: no list'
  [ "$(curl -sS --path-as-is -o /dev/null -w '%{http_code}' "$url/../../../etc/passwd")" = 404 ] || fail 'curl ..'
fi
if [ $peer = wget ]; then
  wget --version 2>&1 | grep -q GNU || skip "this wget is not GNU's"
  wget -q -O "$dir/got/wget" "http://127.0.0.1:$web/large" || fail wget
  same "$dir/www/large" "$dir/got/wget" wget
  (cd "$dir/got" && wget -q -r -nH -P tree "http://127.0.0.1:$web/") || true
  same "$dir/www/sub/index.html" "$dir/got/tree/sub/index.html" 'wget -r'
  same "$dir/www/large" "$dir/got/tree/large" 'wget -r'
fi
if [ $peer = nc ]; then
  nc -h 2>&1 | grep -q OpenBSD || skip "this nc is not OpenBSD's"
  printf 'GET /small HTTP/1.0\n\n' | nc 127.0.0.1 "$web" | grep -aq '^HTTP/1.1 200 OK' || fail 'nc, by hand'
  printf 'large\0' | nc 127.0.0.1 "$file" >"$dir/got/nc" || fail 'nc: file'
  same "$dir/www/large" "$dir/got/nc" 'nc: file'
  nc -N 127.0.0.1 "$echo" <"$dir/lines" >"$dir/got/nc" || fail 'nc: echo'
  same "$dir/lines" "$dir/got/nc" 'nc: echo'
  [ "$(echo hello | nc -u -w 1 127.0.0.1 "$echo")" = hello ] || fail 'nc -u: echo'
fi
if [ $peer = python3 ]; then
  python3 - "$web" <<'PYTHON' || fail 'python3 http.client'
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
for name, status in (("/small", 200), ("/none", 404), ("/small", 200)):
    connection.request("GET", name, body=b"x" * 100 if status == 404 else None)
    response = connection.getresponse()
    response.read()
    assert response.status == status, response.status
PYTHON
fi

# --- our client, our server
if [ $peer = ours ]; then
  for name in large small empty; do
    "$bin/client" -o "$dir/got/$name" "http://localhost:$web/$name" || fail 'client: web'
    same "$dir/www/$name" "$dir/got/$name" 'client: web'
    "$bin/client" --empty -f "$name" ::1 "$file" 2>/dev/null >"$dir/got/$name" || fail 'client: file'
    same "$dir/www/$name" "$dir/got/$name" 'client: file'
  done
  "$bin/client" -f ../lines 127.0.0.1 "$file" 2>/dev/null && fail 'client: a file outside'
  # One too many is no empty file. It is served until a thread has taken the other one, which is silent; that
  # one may be one too many itself at first.
  serve small -f "$dir/www" -n 1 0
  mkfifo "$dir/silence"
  be_silent() { "$bin/client" -e 127.0.0.1 "$port" <"$dir/silence" 2>/dev/null & silent=$! pids="$pids $!"; }
  be_silent
  exec 3>"$dir/silence"
  tries=2000
  while "$bin/client" --empty -f small ::1 "$port" >"$dir/got/refused" 2>"$dir/got/err" && [ $tries -gt 0 ]; do
    same "$dir/www/small" "$dir/got/refused" 'client: refused by server -f'
    [ $failed = 0 ] || break
    tries=$((tries - 1))
    kill -0 "$silent" 2>/dev/null || be_silent
  done
  exec 3>&-
  grep -qi 'connection reset' "$dir/got/err" || fail "server -f -n 1: $(cat "$dir/got/err")"
  "$bin/client" -e 127.0.0.1 "$echo" <"$dir/www/large" >"$dir/got/echo" || fail 'client -e'
  same "$dir/www/large" "$dir/got/echo" 'client -e'
  "$bin/client" -eu ::1 "$echo" <"$dir/lines" | sort -n >"$dir/got/lines" || fail 'client -eu'
  same "$dir/lines" "$dir/got/lines" 'client -eu'
  "$bin/client" "http://127.0.0.1:$web/none" >"$dir/got/none" 2>"$dir/got/err" && fail 'client: 404 and exit status 0'
  grep -q '<h1>404 Not Found</h1>' "$dir/got/none" || fail 'client: no page of the 404'
  grep -q "^client: http://127.0.0.1:$web/none: 404 Not Found$" "$dir/got/err" || fail "client: $(cat "$dir/got/err")"
  "$bin/client" https://127.0.0.1/ 2>&1 | grep -qx 'client: https://127.0.0.1/: https is not supported' || fail 'client: https'
  "$bin/client" -o "$dir/got/none" "http://127.0.0.1:1/" 2>/dev/null && fail 'client: a closed port'
  grep -q '"GET /small HTTP/1.1" 200 500$' "$dir/web.out" || fail "log: $(head -n 5 "$dir/web.out")"
fi

# --- our client, other servers
# free_port: a port that was free a moment ago, for servers that cannot choose one.
free_port() {
  serve probe -e 0
  kill "$pid" && wait "$pid"
}
# until_served URL PID: waits until a server answers.
until_served() {
  until "$bin/client" -t 5 "$1" >/dev/null 2>&1; do kill -0 "$2" 2>/dev/null || return 1; done
}
get() {
  name=$1; shift
  "$bin/client" -o "$dir/got/$name" "$@" || fail "client: $*"
  same "$dir/www/$name" "$dir/got/$name" "client: $*"
}
if [ $peer = nginx ]; then
  free_port
  cat >"$dir/nginx.conf" <<CONFIGURATION
daemon off; pid $dir/nginx.pid; error_log $dir/nginx.err;
events {}
http { access_log off; client_body_temp_path $dir/t1; proxy_temp_path $dir/t2; fastcgi_temp_path $dir/t3;
uwsgi_temp_path $dir/t4; scgi_temp_path $dir/t5; gzip on; gzip_types *;
server { listen 127.0.0.1:$port; root $dir/www; } }
CONFIGURATION
  nginx -c "$dir/nginx.conf" 2>/dev/null & pids="$pids $!"
  until_served "http://127.0.0.1:$port/small" $! || fail 'nginx does not start'
  for name in large small empty; do get $name "http://127.0.0.1:$port/$name"; done
  "$bin/client" -o "$dir/got/index" "http://127.0.0.1:$port/sub" || fail 'nginx: redirect'
  same "$dir/www/sub/index.html" "$dir/got/index" 'nginx: redirect'
  head -c 1000000 "$dir/www/large" >"$dir/got/resumed.part"
  etag=$("$bin/client" -v "http://127.0.0.1:$port/large" 2>&1 >/dev/null | sed -n 's/^client: < ETag: //p')
  printf 'sockhop part 1\nurl http://127.0.0.1:%s/large\nvalidator %s\nend\n' "$port" "$etag" >"$dir/got/resumed.from"
  "$bin/client" -vk -o "$dir/got/resumed" "http://127.0.0.1:$port/large" 2>"$dir/got/err" || fail 'nginx: resumed'
  same "$dir/www/large" "$dir/got/resumed" 'nginx: resumed'
  grep -q '< HTTP/1.1 206 ' "$dir/got/err" || fail "nginx: not resumed: $(cat "$dir/got/err")"
fi
if [ $peer = python3 ]; then
  free_port
  python3 -m http.server -b 127.0.0.1 -d "$dir/www" "$port" >/dev/null 2>&1 & pids="$pids $!"
  until_served "http://127.0.0.1:$port/small" $! || fail 'python3 -m http.server does not start'
  for name in large small empty; do get $name "http://127.0.0.1:$port/$name"; done
fi
if [ $peer = busybox ]; then
  free_port
  busybox httpd -f -p "127.0.0.1:$port" -h "$dir/www" & pids="$pids $!"
  until_served "http://127.0.0.1:$port/small" $! || fail 'busybox httpd does not start'
  for name in large small empty; do get $name "http://127.0.0.1:$port/$name"; done
fi

# --- what the log says, and the end
grep -Evq '^[0-9a-f.:]+ - - \[[0-3][0-9]/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} \+0000\] ".*" [0-9]{3} [0-9]+$' \
  "$dir/web.out" && fail 'log: lines in another format'
for pid in $web_pid $file_pid $echo_pid; do
  kill -TERM "$pid"
  wait "$pid" || fail "server: exit status $? after SIGTERM, 0 expected"
done
[ $failed = 0 ] && echo "all as expected"
exit $failed
