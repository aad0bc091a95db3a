#!/bin/sh
# A real browser, headless Chromium, loads a page with style, picture and script from `server -w`, and
# the script tells what came of it. Arguments: the folder of the programs. With $SCREENSHOT, a file's
# name, the browser also draws the page there.
set -eu
bin=$1
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
  echo "skipped: no Chromium is installed"
  exit 77
}
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$dir"' EXIT

mkdir "$dir/www" "$dir/www/parts"
cat >"$dir/www/index.html" <<'END'
<!doctype html><meta charset="utf-8"><title>Sockhop</title>
<link rel="stylesheet" href="parts/style.css">
<h1>Sockhop</h1><p>Style, picture and script from <code>server -w</code>:
<img src="parts/a%20picture.svg" alt="no picture"><p id="told">no script
<script src="parts/script.js"></script>
END
echo 'body { color: rgb(1, 2, 3); font-family: sans-serif; margin: 2em }' >"$dir/www/parts/style.css"
cat >"$dir/www/parts/a picture.svg" <<'END'
<svg xmlns="http://www.w3.org/2000/svg" width="123" height="45"><circle cx="60" cy="22" r="20" fill="teal"/></svg>
END
cat >"$dir/www/parts/script.js" <<'END'
addEventListener("load", () => {
  const color = getComputedStyle(document.body).color;
  document.getElementById("told").textContent =
    "style " + color + ", picture " + document.images[0].naturalWidth + " wide, script ran";
});
END
chmod -R a+rX "$dir"

"$bin/server" -w "$dir/www" -v 0 >"$dir/log" 2>"$dir/words" &
server=$!
until grep -q 'listening on :: ' "$dir/words"; do kill -0 "$server"; done
url=http://127.0.0.1:$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$dir/words" | head -n 1)/

browse() {
  timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$dir/profile" --virtual-time-budget=10000 "$@" "$url" 2>"$dir/browser"
}
browse --dump-dom >"$dir/page" || { echo "FAILED: the browser"; cat "$dir/browser"; exit 1; }
[ -z "${SCREENSHOT:-}" ] || browse --screenshot="$SCREENSHOT" --window-size=640,300

grep -q 'style rgb(1, 2, 3), picture 123 wide, script ran' "$dir/page" || {
  echo "FAILED: the page is not as it should be:"
  cat "$dir/page" "$dir/log"
  exit 1
}
for name in / /parts/style.css /parts/a%20picture.svg /parts/script.js; do
  grep -qF "\"GET $name HTTP/1.1\" 200 " "$dir/log" || { echo "FAILED: $name: $(cat "$dir/log")"; exit 1; }
done
echo "all as expected"
