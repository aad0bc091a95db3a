#!/bin/sh
# traceroute --networks behind simulated networks: the lecture's path gives the lecture's picture.
# Arguments: the folder of the programs, the top of the source tree. Status 77: no right to namespaces.
set -eu
bin=$1 top=$2
simulate=$bin/tests/simnet/simulate
traceroute=$bin/traceroute
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$simulate" "$top/tests/paths/one-hop" true 2>"$dir/why" || {
  echo "SKIPPED: no simulated network: $(cat "$dir/why")"
  exit 77
}
failed=0
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
exit $failed
