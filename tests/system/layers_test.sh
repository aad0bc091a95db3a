#!/bin/sh
# layers_test.sh SOURCE_FOLDER: the rule of the house, as an allow list: what each box may include. The
# two pillars wire and net never include each other, no program includes another one, no arrow runs
# back up, and pure code has no system header and no clock. No folder grows beyond 25 files. What the
# oldest libraries lack is not used.
set -eu
cd "$1"
failed=0

# The headers of pure code; <chrono> is added where durations are values.
pure='algorithm|array|bit|charconv|cmath|compare|concepts|cstdarg|cstddef|cstdint|cstdio|deque|functional|initializer_list|iterator|limits|map|numbers|numeric|optional|set|span|string|string_view|tuple|utility|variant|vector'

# allow FOLDER OWN SYSTEM: sources right in include/FOLDER and src/FOLDER include no project header but
# those that match OWN (a regular expression), and no other header but those that match SYSTEM.
allow() {
  for folder in "include/$1" "src/$1"; do
    [ -d "$folder" ] || continue
    find "$folder" -maxdepth 1 \( -name '*.cc' -o -name '*.hh' -o -name '*.inc' \) -exec grep -nE '^ *# *include' /dev/null {} + |
      grep -vE "#include (\"($2)\"|<($3)>)" || continue
    echo "FAILED: the lines above: src/$1 may include \"$2\" and <$3>"
    failed=1
  done
}

any='.*'
allow wire 'wire/[a-z_]+\.hh' "$pure"
allow wire/http 'wire/.*' "$pure|chrono"
for room in net net/linux net/posix; do
  allow $room 'net/.*' "$any"
done
allow cli 'cli/.*|wire/text.hh' "$any"

below='(wire|net|cli)/.*'
allow client "$below|client/.*" "$any"
for room in stages web; do
  allow client/$room "$below|client/($room/.*|[a-z_]+\.hh)" "$any"
done
for room in check check/checks; do
  allow client/$room "$below|client/(check/.*|stages/exchange\.hh|[a-z_]+\.hh)" "$any"
done
allow server "$below|server/.*" "$any"
for room in stages web; do
  allow server/$room "$below|server/($room/.*|[a-z_]+\.hh)" "$any"
done

# The floors of traceroute, from below.
allow traceroute/trace 'traceroute/trace/.*|wire/.*|net/address.hh' "$pure|chrono"
allow traceroute/multipath 'traceroute/(multipath|trace)/.*|net/address.hh' "$pure|chrono"
allow traceroute/watch 'traceroute/(watch|trace)/.*|net/address.hh' "$pure|chrono|bitset"
allow traceroute/places 'traceroute/places/.*|wire/(text|words).hh' "$pure"
allow traceroute/networks 'traceroute/(networks|places)/.*|net/address.hh|wire/(text|words).hh' "$pure"
allow traceroute/map 'traceroute/(map|networks|places)/.*|wire/text.hh' "$pure"
allow traceroute/report 'traceroute/(report|multipath|watch|trace|networks|places)/.*|wire/.*' "$pure|chrono"
for room in probe probe/linux probe/posix; do
  allow traceroute/$room 'traceroute/(probe|trace)/.*|wire/.*|net/.*' "$any"
done
allow traceroute/lookup 'traceroute/(lookup|report)/.*|wire/.*|net/.*' "$any"
allow traceroute "$below|traceroute/(options.hh|trace/.*|probe/.*|run/session.hh)" "$any"
allow traceroute/run "$below|traceroute/.*" "$any"

if find include src tests -name '*.hh' -o -name '*.cc' | xargs grep -n 'std::jthread' | grep -v joining_thread.hh; then
  echo "FAILED: libc++ before 18 has no std::jthread; net::JoiningThread does it"
  failed=1
fi

crowded=$(find include src tests -type f ! -path 'tests/paths/*' | sed 's#/[^/]*$##' | sort | uniq -c | awk '$1 > 25')
if [ -n "$crowded" ]; then
  echo "FAILED: folders with more than 25 files:"
  echo "$crowded"
  failed=1
fi
exit $failed
