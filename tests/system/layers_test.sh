#!/bin/sh
# The rule of the house: wire includes neither system headers nor another box; net and wire never
# include each other; cli stands alone; programs include no other program. Argument: the top of the
# source tree.
set -eu
cd "$1"
failed=0
# refuse PATTERN FOLDER…: no #include of the pattern in the folders.
refuse() {
  pattern=$1; shift
  if grep -rnE "^#include [<\"]($pattern)" "$@"; then
    echo "FAILED: the lines above"
    failed=1
  fi
}
system='sys/|netinet/|arpa/|linux/|net/if|unistd|fcntl|poll\.|netdb|pthread|chrono|ctime|time\.h|thread|mutex|iostream|fstream'
refuse "net/|cli/|client/|server/|traceroute/|$system" include/wire src/wire
refuse 'wire/|cli/|client/|server/|traceroute/' include/net src/net
refuse 'wire/|net/|client/|server/|traceroute/' include/cli src/cli
refuse 'server/|traceroute/' src/client
refuse 'client/|traceroute/' src/server
refuse 'client/|server/' src/traceroute
exit $failed
