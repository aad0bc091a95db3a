#!/bin/sh
# --help and the man page tell the same story: each option of one is in the other. Arguments: the folder of the programs, the top of the source tree.
set -eu
bin=$1 top=$2
failed=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
for page in "$top"/src/*/*.[18]; do
  name=$(basename "${page%.*}")
  [ -x "$bin/$name" ] || continue
  "$bin/$name" --help | grep -oE -- '--[a-z][a-z-]+' | sort -u >"$dir/help" || true
  # mdoc writes --time as ".Fl -time", and a hyphen may stand as "\-".
  sed -n 's/\\-/-/g; /^\.\(It\|Op\)/p' "$page" | grep -oE 'Fl -[a-z][a-z-]+' | sed 's/Fl /-/' |
    sort -u >"$dir/man" || true
  if ! diff "$dir/help" "$dir/man"; then
    echo "FAILED: $name: options of --help (<) and of $page (>) differ"
    failed=1
  fi
done
exit $failed
