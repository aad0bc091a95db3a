#!/bin/sh
# What RFC 9110 has a server of files answer, row by row of tests/http/cases.txt: our server, and beside
# it those of others that are installed. Arguments: the folder of the programs, that of the sources.
set -u
bin=$1
cases=$2/tests/http/cases.txt
dir=$(mktemp -d)
pids=
trap 'for pid in $pids; do kill "$pid" 2>/dev/null; done; rm -rf "$dir"' EXIT

mkdir -p "$dir/www/indexed" "$dir/www/plain"
printf 0123456789 >"$dir/www/file.txt"
printf 012 >"$dir/www/future.txt"
: >"$dir/www/empty.txt"
echo '<p>index' >"$dir/www/indexed/index.html"
find "$dir/www" -exec env TZ=UTC touch -t 199411060849.37 {} +
TZ=UTC touch -t 210001010000.00 "$dir/www/future.txt"
chmod -R a+rX "$dir"

# until_answered PID PORT: waits until a server answers.
until_answered() {
  until "$bin/client" -t 5 "http://127.0.0.1:$2/file.txt" >/dev/null 2>&1; do
    kill -0 "$1" 2>/dev/null || return 1
  done
}
# start NAME COMMAND…: starts a server of this version on $port, and adds it to $servers.
start() {
  name=$1; shift
  "$@" >"$dir/log" 2>&1 & pids="$pids $!"
  until_answered $! "$port" || { echo "$name does not start: $(cat "$dir/log")"; exit 1; }
  servers="$servers $name=$port"
}
# free_port: sets $port to one that was free a moment ago.
free_port() {
  : >"$dir/free"
  "$bin/server" -e 0 2>"$dir/free" &
  until grep -q listening "$dir/free"; do kill -0 $! 2>/dev/null || exit 1; done
  port=$(sed -n '1s/.*port \([0-9]*\).*/\1/p' "$dir/free")
  kill $! && wait $!
}

servers=
free_port
start ours/0 "$bin/server" -w "$dir/www" "$port"
if command -v nginx >/dev/null; then
  free_port
  cat >"$dir/nginx.conf" <<CONFIGURATION
daemon off; pid "$dir/nginx.pid"; error_log "$dir/nginx.err";
events {}
http { access_log off; client_body_temp_path "$dir/t1"; proxy_temp_path "$dir/t2"; fastcgi_temp_path "$dir/t3";
uwsgi_temp_path "$dir/t4"; scgi_temp_path "$dir/t5"; types { text/plain txt; text/html html; }
server { listen 127.0.0.1:$port; root "$dir/www"; } }
CONFIGURATION
  start "nginx/$(nginx -v 2>&1 | sed 's/.*\///')" nginx -c "$dir/nginx.conf"
else
  echo 'skipped: nginx is not installed'
fi
if command -v lighttpd >/dev/null; then
  free_port
  cat >"$dir/lighttpd.conf" <<CONFIGURATION
server.document-root = "$dir/www"
server.bind = "127.0.0.1"
server.port = $port
index-file.names = ("index.html")
mimetype.assign = (".txt" => "text/plain", ".html" => "text/html")
CONFIGURATION
  start "lighttpd/$(lighttpd -v | sed 's/lighttpd\/\([0-9.]*\).*/\1/;q')" lighttpd -D -f "$dir/lighttpd.conf"
else
  echo 'skipped: lighttpd is not installed'
fi
"$bin/tests/http_cases" "$cases" "$dir/www" $servers
