#!/bin/sh
# --help, the man page and the README tell the same story. --help follows from the table of options, so
# it is what the others are held against: each option with its value, range and default, and the usage.
# Arguments: the folder of the programs, the top of the source tree.
set -eu
bin=$1 top=$2
failed=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; failed=1; }

# A line of mdoc as text without spaces: ".Op Fl t Ar SECONDS" becomes "[-tSECONDS]".
plain='
function plain(line,    n, i, words, text, close_it) {
  gsub(/\\-/, "-", line)
  n = split(line, words, " ")
  for (i = 1; i <= n; i++) {
    if (words[i] == "Op") { text = text "["; close_it = close_it "]" }
    else if (words[i] == "Oo") text = text "["
    else if (words[i] == "Oc") text = text "]"
    else if (words[i] == "Fl") text = text "-"
    else if (words[i] !~ /^(Ar|Ns|Cm|No|Li)$/) text = text words[i]
  }
  return text close_it
}'

for page in "$top"/src/*/*.[18]; do
  name=$(basename "${page%.*}")
  [ -x "$bin/$name" ] || continue
  "$bin/$name" --help >"$dir/help"

  # Each option: its label, then all numbers of its range and default: "-jJOBS... 1 1000 64".
  awk '
    function flush(    tail) {
      if (label == "") return
      tail = ""
      if (match(text, /[0-9.]+ to [0-9.]+/)) {
        tail = " " substr(text, RSTART, RLENGTH)
        sub(/ to /, " ", tail)
      }
      if (match(text, /\([^()]*\)$/)) tail = tail " " substr(text, RSTART + 1, RLENGTH - 2)
      gsub(/[^0-9. ]/, "", tail)
      gsub(/[ =]/, "", label)
      print label tail
      label = ""
    }
    /^  -|^      --/ { flush(); label = $0; sub(/^ */, "", label); text = label
                       sub(/  .*/, "", label); sub(/^.*   */, "", text); next }
    /^                / { sub(/^ */, ""); text = text " " $0; next }
    { flush() }
    END { flush() }' "$dir/help" >"$dir/options"
  awk "$plain"'
    /^\.It / { label = plain(substr($0, 5)); gsub(/=/, "", label); print "L" label; next }
    /^\.El/ { print "L"; next }
    /^[^.]/ || /^\.(Ar|Ql|Cm|Li)/ { print "T" $0 }' "$page" >"$dir/man"
  while read -r label numbers; do
    grep -qxF -- "L$label" "$dir/man" || { fail "$name: $page has no entry for $label"; continue; }
    awk -v label="L$label" '$0 == label { on = 1; next } on && /^L/ { exit } on' "$dir/man" >"$dir/entry"
    for number in $numbers; do
      grep -qE -- "(^|[^0-9.])$number([^0-9]|\$)" "$dir/entry" || fail "$name: $page: $label without $number"
    done
  done <"$dir/options"
  sed 's/\[/,/g; s/,/\n/g' "$dir/options" | sed -n 's/^\(--[a-z-]*\).*/\1/p; s/^\(-[A-Za-z0-9]\).*/\1/p' |
    sort -u >"$dir/known"
  sed -n 's/^L-/-/p' "$dir/man" | sed 's/\[/,/g; s/,/\n/g' | sed -n 's/^\(--[a-z-]*\).*/\1/p; s/^\(-[A-Za-z0-9]\).*/\1/p' |
    sort -u | while read -r option; do
    grep -qxF -- "$option" "$dir/known" || echo "$name: $page describes $option, which --help has not"
  done >"$dir/unknown"
  [ ! -s "$dir/unknown" ] || fail "$(cat "$dir/unknown")"

  # The usage, a line for each service.
  sed '/^$/q' "$dir/help" | sed "s/^usage: /       /; s/^       $name /\\n/" | tr -d ' ' |
    awk '/^$/ { if (line) print line; line = ""; next } { line = line $0 } END { if (line) print line }' >"$dir/usage"
  awk "$plain"'
    /^\.Sh/ { on = $2 == "SYNOPSIS"; next }
    on && $1 == ".Nm" { if (begun) print line; begun = 1; line = ""; next }
    on { line = line plain(substr($0, 2)) }
    END { print line }' "$page" >"$dir/synopsis"
  diff "$dir/usage" "$dir/synopsis" || fail "$name: the usage of --help (<) and the synopsis of $page (>) differ"

  # The exit statuses.
  awk '/^\.Sh/ { on = /EXIT STATUS/ } on' "$page" | grep -oE '(^|[; ])[0-9]+ (if|with|for|after|when)' | tr -dc '0-9\n' |
    sort -u >"$dir/statuses"
  [ "$(wc -l <"$dir/statuses")" -ge 3 ] || fail "$name: $page: exit statuses $(xargs <"$dir/statuses")"
  while read -r status; do
    sed -n '/^Exit status/,$p' "$dir/help" | grep -qw "$status" || fail "$name --help says nothing of exit status $status"
  done <"$dir/statuses"

  numbers() { grep -oE '\<[0-9]{3}\>' | sort -u | xargs; }  # of signals, and of pages
  told=$(sed -n '/^Exit status/,$p' "$dir/help" | numbers)
  [ "$told" = "$(awk '/^\.Sh/ { on = /EXIT STATUS/ } on' "$page" | numbers)" ] || fail "$name --help has the exit status with $told, $page has not"

  # The commands in the README.
  grep -oE "(build/|\`)$name( [^\`|>&]*)?" "$top/README.md" | tr ' ' '\n' | sed -n 's/^\(--[a-z-]*\).*/\1/p; s/^\(-[A-Za-z0-9]\).*/\1/p' |
    sort -u >"$dir/readme"
  while read -r option; do
    grep -qxF -- "$option" "$dir/known" || fail "README.md uses $name $option, which --help has not"
  done <"$dir/readme"
done

# The library's example, of which the README shows the client whole.
sed -n '/^```cpp$/,/^```$/{ /^```/!p; }' "$top/README.md" >"$dir/shown"
grep -v '^//' "$top/tests/example/daytime_client.cc" | diff "$dir/shown" - || fail 'README.md: the client (<) is another than in tests/example (>)'

# The lecture beside the code: each function is in its file, and makes the call in the lines after it.
grep -E '^\| `[a-z0-9_]+` \|' "$top/README.md" | tr -d '`|' >"$dir/calls"
[ "$(wc -l <"$dir/calls")" -ge 10 ] || fail "README.md: the table of calls has $(wc -l <"$dir/calls") rows"
while read -r call rest; do
  file=${rest##* src/} function=$(echo "${rest% src/*}" | awk '{ print $NF }')
  file=src/$(echo "$file" | tr -d ' ')
  grep -A 25 -E "^[^ ].*[ :]$function\(" "$top/$file" | grep -qE "[^a-z_.]$call\(" ||
    fail "README.md: $call is not called by $function of $file"
done <"$dir/calls"
exit $failed
