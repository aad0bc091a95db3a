#!/bin/sh
# hops_test.sh BUILD_FOLDER: every router that answers is shown at its hop and none is invented, with
# real packets through networks that make it hard: slow, limited, lossy and refusing ones.
set -u
here=$(dirname "$0")
build=$1
. "$here/common/simulated"

# Who stands at each hop: "1 2 3!X * 192.0.2.10", a router of simulated networks by its number alone.
hops() {
  sed -E '/^traceroute/d; s/^ *[0-9]+ //; s/ +[0-9.]+ ms//g; s/ \* \* \*/ -/; s/ \*//g
    s/198\.18\.0\.([0-9]+)/\1/g; s/2001:2::([0-9a-f]+)/\1/g; s/( ![A-Z])+/\1/g; s/ !/!/g
    s/^ +//; s/ +/,/g' | paste -s -d ' '
}

# shows TITLE EXPECTED PATH TARGET RUNS [OPTION]...: each of so many runs, one right after the other.
shows() {
  title=$1 expected=$2 path=$3 target=$4 runs=$5
  shift 5
  i=0
  while [ $((i += 1)) -le "$runs" ]; do echo; done >"$folder/each"
  "$here/simulate" "$paths/$path" -- sh -c 'each=$1 out=$2; shift 2; n=0
    while read -r _; do "$@" >"$out$((n += 1))"; done <"$each"' \
    sh "$folder/each" "$folder/run" "$ours" -n "$@" "$target" 2>"$folder/messages"
  i=0
  while [ $((i += 1)) -le "$runs" ]; do
    seen=$(hops <"$folder/run$i")
    [ "$seen" = "$expected" ] && continue
    failed=1
    printf '%s, run %s of %s:\nexpected %s\nseen     %s\n' "$title" "$i" "$path" "$expected" "$seen"
    cat "$folder/messages"
  done
}

for target in 192.0.2.10 2001:db8::10; do
  all="1 2 3 4 5 6 7 8 9 $target"
  shows "a slow access link" "$all" slow-access $target 1
  shows "a row of slow routers" "$all" slow-row $target 1
  shows "slow routers everywhere" "$all" slow-all $target 1
  for path in limited-all limited-linux limited-cisco; do
    shows "rate limits" "$all" $path $target 4
  done
  shows "a destination with a rate limit" "$all" limited-destination $target 3
  shows "a destination that loses echoes" "$all" lossy-destination $target 2
  shows "a router that refuses some packets" \
    "1 2 3 4 5,4!X 6,4!X 7,4!X 8,4!X 9,4!X $target" partial-refusal $target 1
  shows "a router that refuses some packets as a firewall does" \
    "1 2 3 4 5,4 6,4 7,4 8,4 9,4 $target" partial-reject $target 1
done
exit $failed
