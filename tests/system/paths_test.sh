#!/bin/sh
# traceroute --paths behind simulated networks. Arguments: the folder of the programs, the top of the
# source tree. Status 77: no right to namespaces.
set -u
bin=$1 top=$2
simulate=$bin/tests/simnet/simulate
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$simulate" "$top/tests/paths/one-hop" true 2>"$dir/why" || {
  echo "skipped: no simulated network: $(cat "$dir/why")"
  exit 77
}
failed=0
# paths PATH OPTION… HOST: leaves what is printed in out and err.
paths() {
  title="$*"
  path=$1
  shift
  "$simulate" "$top/tests/paths/$path" -- "$bin/traceroute" "$@" >"$dir/out" 2>"$dir/err" || {
    echo "FAILED: $title: status $?"
    cat "$dir/out" "$dir/err"
    failed=1
  }
}
# shows FILE PATTERN…: each matches a line.
shows() {
  file=$1
  shift
  for pattern in "$@"; do
    grep -Eq -- "$pattern" "$dir/$file" && continue
    echo "FAILED: $title: nothing like \"$pattern\" on $file:"
    cat "$dir/$file"
    failed=1
  done
}

for host in 192.0.2.10 2001:db8::10; do
  paths ecmp-sixteen --paths "$host"
  shows out '^ 1 +1\.example\.net \(' '^ 2a .* flows .* from 1$' '^ 2p ' \
    '^ 3 .* from 2a 2b 2c 2d 2e 2f 2g 2h 2i 2j 2k 2l 2m 2n 2o 2p$' \
    '^ 4 +destination\.example\.net ' '^diamond 1 -> 3: 16 wide, 2 long$'
done
paths ecmp-packet-eight --paths -n 192.0.2.10
shows out '^warning: hop 3: balanced per packet' '^ 4 +198\.18\.0\.11 .* from 3a 3b 3c '
paths hostile-names --paths 192.0.2.10
if grep -n '[^ -~]' "$dir/out"; then
  echo "FAILED: a hostile name is printed"
  failed=1
fi

paths ecmp-packet-eight --dot -n 192.0.2.10
shows out '^digraph "paths to 192\.0\.2\.10" \{$' '^  "3a" -> "4";$' '^  "3b" -> "4";$' '^\}$'
shows err '^traceroute: hop 3: balanced per packet'
if command -v dot >/dev/null && ! dot -Tsvg "$dir/out" >/dev/null; then
  echo "FAILED: dot does not understand the graph"
  failed=1
fi

"$bin/traceroute" --paths --networks 192.0.2.10 2>/dev/null
if [ $? -ne 2 ]; then
  echo "FAILED: --paths with --networks is no usage error"
  failed=1
fi
exit $failed
