#!/bin/sh
# traceroute --networks and --map behind simulated networks: the lecture's path gives the lecture's
# picture and its map.
# Arguments: the folder of the programs, the top of the source tree. Status 77: no right to namespaces.
set -eu
bin=$1 top=$2
traceroute=$bin/traceroute
. "$(dirname "$0")/common/network"
# picture PATH OPTION… HOST: the picture alone.
picture() {
  path=$1
  shift
  "$simulate" "$top/tests/paths/$path" -- "$traceroute" --networks "$@" >"$dir/out" 2>&1 || {
    echo "FAILED: traceroute --networks $* behind $path:"
    cat "$dir/out"
    failed=1
  }
  sed '1,/^$/d' "$dir/out" >"$dir/picture"
}
# shows TEXT…: each stands in a line of the picture, in this order, however far apart its words.
shows() {
  rest=$dir/picture
  for text in "$@"; do
    pattern=$(printf '%s' "$text" | sed 's/ /.* */g')
    line=$(grep -n -m 1 -- "$pattern" "$rest" | cut -d: -f1)
    if [ -z "$line" ]; then
      echo "FAILED: \"$text\" is not, or not here, in the picture of $path:"
      cat "$dir/picture"
      failed=1
      return
    fi
    sed "1,${line}d" "$rest" >"$dir/rest.new"
    mv "$dir/rest.new" "$dir/rest"
    rest=$dir/rest
  done
}

LC_ALL=C.UTF-8
export LC_ALL
picture lecture -A www.washington.edu
shows 'my computer' 'home 1 hop' 'telefonica-wholesale.net (Telxius) AS12956 3 hops' 'Madrid, ES' 'long haul' \
  'level3.net (Lumen) AS3356 6 hops' 'New York, NY, US 10[0-2]\.. ms' 'San Jose, CA, US 18[0-2]\.. ms' \
  'pnw-gigapop.net AS101 1 hop' 'Seattle, WA, US' 'washington.edu AS73 1 hop 20[0-9]\.. ms' \
  'Seattle, WA, US?' 'www.washington.edu (128.95.155.135) hop 13'
if ! grep -q '│' "$dir/picture"; then
  echo "FAILED: no line drawing in a UTF-8 locale"
  failed=1
fi

LC_ALL=C
picture lecture -v www.washington.edu
shows 'o my computer' '# level3.net' 'hop 5: registered domain of' 'hop 10: of the same prefix'
if grep -n '[^ -~]' "$dir/picture" || awk 'length($0) > 80' "$dir/picture" | grep .; then
  echo "FAILED: more than ASCII, or than 80 columns, in the C locale"
  failed=1
fi

picture nat-all 192.0.2.10
shows 'home 1 hop' 'hidden: one address answers for all 4 hops' '192.0.2.10'
picture loop 192.0.2.10
shows 'a loop 28 hops' '192.0.2.10 no answer'
picture all-silent 192.0.2.10
shows 'no answer 30 hops' '192.0.2.10 no answer'
picture hostile-names 192.0.2.10
shows 'my computer' '192.0.2.10 hop 12'
picture unreachable 192.0.2.10
shows 'no answer' 'says that it can not be reached'

# map PATH OPTIONS TEXT…: a map that is drawn without a word on standard error and has these texts.
map() {
  path=$top/tests/paths/$1 options=$2
  [ -e "$path" ] || path=$1
  shift 2
  "$simulate" "$path" -- "$traceroute" --map $options >"$dir/map" 2>"$dir/err" || {
    echo "FAILED: traceroute --map $options behind $path:"
    cat "$dir/err"
    failed=1
  }
  for text in '<svg xmlns="http://www.w3.org/2000/svg"' '</svg>' "$@"; do
    grep -qF -- "$text" "$dir/map" || {
      echo "FAILED: \"$text\" is not in the map of $path"
      failed=1
    }
  done
  if [ -s "$dir/err" ] || [ "$(wc -c <"$dir/map")" -ge 150000 ] || grep -nE '<script|href|url\(' "$dir/map"; then
    echo "FAILED: the map of $path: large, not harmless, or words on standard error:"
    cat "$dir/err"
    failed=1
  fi
}
map lecture www.washington.edu '>New York<' '>level3.net (Lumen)<' '>6 hops<' '1 192.168.1.1' '>San Jose<'
map lecture '-A www.washington.edu' '>San Jose<' 'AS3356<'
cat >"$dir/both" <<EOF
hop 192.168.1.1 fd00::1 delay 1
hop 4.68.70.1 2001:db8:1::1 delay 9 name ae1.edge3.Paris1.Level3.net
hop 4.68.70.2 2001:db8:1::2 delay 80 name ae2.edge3.NewYork1.Level3.net
target 192.0.2.10 2001:db8::10 delay 1 name www.example.edu
EOF
for family in -4 -6; do map "$dir/both" "$family www.example.edu" '>Paris<' '>New York<' '>4 hops, ' '>2 hops<'; done
map hostile-names 192.0.2.10 'Without a place'
map all-silent 192.0.2.10 'no answer from there'
printf 'www.washington.edu\n128.95.155.135\n' >"$dir/targets"
cd "$dir"
map lecture '--targets targets' '>2 paths<' '>Madrid<' '>Destinations<'
"$simulate" "$top/tests/paths/lecture" -- "$traceroute" --json www.washington.edu >"$dir/json"
grep -qF '{"hop":5,"city":"New York","country":"us","state":"ny","lat":40.71,"lon":-74.01,"sure":true}' "$dir/json" || {
  echo "FAILED: no places in the JSON: $(cat "$dir/json")"
  failed=1
}
if "$traceroute" --map --targets /dev/null >"$dir/map" 2>"$dir/err" && [ -s "$dir/map" ]; then
  echo "FAILED: a map of nothing"
  failed=1
fi
exit $failed
