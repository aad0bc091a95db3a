#!/bin/sh
# The programs as they are installed, with several prefixes: each says the name it was started by, in
# --version, errors and log; the man pages name what is there; uninstall leaves nothing. Arguments: the
# folder of the built programs, the top of the source tree.
set -u
bin=$1 top=$2
export LC_ALL=C.UTF-8
dir=$(mktemp -d)
unset TMPDIR  # as scripts/build has it, since there may be a blank in it
server_pid=
failed=0
trap '[ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null; rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; failed=1; }

# A build folder that holds the finished programs, so that nothing is compiled anew.
configure() { cmake -S "$top" -B "$dir/build" -DSOCKHOP_TESTS=OFF "-DSOCKHOP_PREFIX=$1" >"$dir/log" 2>&1; }

# says TEXT COMMAND…: the first line of output or errors begins with the text.
says() {
  text=$1; shift
  "$@" >"$dir/out" 2>&1 </dev/null
  case $(head -n 1 "$dir/out") in "$text"*) ;; *) fail "$*: \"$(head -n 1 "$dir/out")\", \"$text…\" expected" ;; esac
}

check_page() {
  page=$1 name=$2 section=$3
  # No page is named that is not there, and no program that is not called so.
  sed -n 's/\\-/-/g; s/^\.Xr \([^ ]*\(client\|server\|traceroute\)\) \([18]\).*/man\3\/\1.\3/p' "$page" |
    while read -r other; do
      [ -f "$man/$other" ] || echo "$page names $other, which is not there"
    done >"$dir/missing"
  [ ! -s "$dir/missing" ] || fail "$(cat "$dir/missing")"
  man --version 2>/dev/null | grep -q '^man [0-9]' || return  # man-db's, which knows these options
  man --warnings -E UTF-8 -l -Tutf8 "$page" 2>"$dir/warnings" | sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g' >"$dir/page"
  [ ! -s "$dir/warnings" ] || fail "man -l $page: $(cat "$dir/warnings")"
  # What can be typed is ASCII with every groff, though Debian's own also takes a hyphen for a minus.
  if command -v nroff >/dev/null; then
    printf '.char - \\[u2010]\n.char '"'"' \\[u2019]\n' | cat - "$page" | nroff -mdoc -Tutf8 >"$dir/typed" 2>&1
    grep -nE '‐-|-‐|(client|server|traceroute) ‐|’’' "$dir/typed" && fail "$page: hyphens where a minus is typed"
  fi
  case $(tr a-z A-Z <"$dir/page" | head -n 1) in
    "$(printf '%s(%s)' "$name" "$section" | tr a-z A-Z)"*) ;;
    *) fail "$page: title \"$(head -n 1 "$dir/page")\"" ;;
  esac
  grep -qF -- "$name --completion bash" "$dir/page" || fail "$page: no $name --completion bash"
  [ -n "$prefix" ] || return
  # What is typed, and what is logged, has the prefix: all that stands before an option or a colon.
  grep -nE '(^|[ "(])(client|server|traceroute)( -[-a-zA-Z]|: (session|listening))' "$dir/page" && fail "$page: names without the prefix"
}

for prefix in sockhop- '' 'a.b+c&d|e*^@' .x_; do
  configure "$prefix" || { fail "configure with prefix \"$prefix\": $(tail -n 5 "$dir/log")"; continue; }
  cp "$bin/client" "$bin/server" "$bin/traceroute" "$dir/build/"
  DESTDIR=$dir/dest cmake --install "$dir/build" --prefix /opt/it >"$dir/log" 2>&1 || fail "install: $(cat "$dir/log")"
  at=$dir/dest/opt/it/bin man=$dir/dest/opt/it/share/man
  files=$(cd "$dir/dest" && find . ! -type d | sort | tr '\n' ' ')
  expected=$(for file in bin/${prefix}client bin/${prefix}server bin/${prefix}traceroute share/man/man1/${prefix}client.1 \
    share/man/man8/${prefix}server.8 share/man/man8/${prefix}traceroute.8; do echo "./opt/it/$file"; done | sort | tr '\n' ' ')
  [ "$files" = "$expected" ] || fail "installed: $files"
  for name in client server traceroute; do
    called=$prefix$name
    says "$called (Sockhop) " "$at/$called" --version
    says "$called: there is no option -X" "$at/$called" -X
    [ "$(tail -n 1 "$dir/out")" = "Try '$called --help'." ] || fail "$called: $(cat "$dir/out")"
    says "usage: $called " "$at/$called" --help
    command -v bash >/dev/null && ! bash -c 'eval "$("$1" --completion bash)" && complete -p -- "${1##*/}"' - "$at/$called" >"$dir/out" &&
      fail "$called --completion bash: $(cat "$dir/out")"
  done
  says "${prefix}client: connect to 127.0.0.1:1: " "$at/${prefix}client" -e 127.0.0.1 1
  says "${prefix}client: connect to [::1]:1: " "$at/${prefix}client" -e ::1 1
  says "${prefix}traceroute: " "$at/${prefix}traceroute" -i nosuch0 127.0.0.1
  : >"$dir/log"  # the last server's, which the shell may empty later than it is read below
  "$at/${prefix}server" 0 2>"$dir/log" &
  server_pid=$!
  until grep -q 'listening on ::' "$dir/log"; do kill -0 $server_pid || break; done
  kill $server_pid
  wait $server_pid
  server_pid=
  case $(cat "$dir/log") in "${prefix}server: listening on "*) ;; *) fail "the log: $(cat "$dir/log")" ;; esac
  check_page "$man/man1/${prefix}client.1" "${prefix}client" 1
  check_page "$man/man8/${prefix}server.8" "${prefix}server" 8
  check_page "$man/man8/${prefix}traceroute.8" "${prefix}traceroute" 8
  sed 's/\\-/-/g' "$man/man8/${prefix}server.8" | grep -qF "ExecStart=/opt/it/bin/${prefix}server --" ||
    fail "the unit in ${prefix}server.8: $(grep ExecStart= "$man/man8/${prefix}server.8")"
  DESTDIR=$dir/dest cmake --build "$dir/build" --target uninstall >"$dir/log" 2>&1 || fail "uninstall: $(cat "$dir/log")"
  [ ! -e "$dir/dest" ] || fail "uninstall left $(find "$dir/dest")"
done

# What was there before stays, and two installations are both removed.
mkdir -p "$dir/dest/opt/it/bin"
: >"$dir/dest/opt/it/bin/other"
for prefix in one- two-; do
  configure $prefix
  DESTDIR=$dir/dest cmake --install "$dir/build" --prefix /opt/it >/dev/null
done
cmake --build "$dir/build" --target uninstall >/dev/null
[ "$(cd "$dir/dest" && find . | sort | tr '\n' ' ')" = ". ./opt ./opt/it ./opt/it/bin ./opt/it/bin/other " ] ||
  fail "uninstall after two installations: $(find "$dir/dest")"
cmake --build "$dir/build" --target uninstall >/dev/null || fail "a second uninstall"

# A place is named from where one stands; uninstall takes only what lies below DESTDIR, and not what only
# begins like it.
configure ''
cd "$dir"
timeout 60 cmake --install build --prefix relative >/dev/null || fail 'a prefix that is no absolute path'
for dest in stage stage2; do
  DESTDIR=$dest timeout 60 cmake --install build --prefix /opt/it >/dev/null || fail "DESTDIR=$dest"
done
[ -x relative/bin/client ] && [ -x stage/opt/it/bin/client ] || fail "installed: $(find relative stage)"
DESTDIR=$dir/stage cmake --build build --target uninstall >/dev/null
[ ! -e stage ] && [ -x stage2/opt/it/bin/client ] || fail "uninstall below stage: $(find stage stage2)"
DESTDIR=stage2 cmake --build build --target uninstall >log 2>&1 && fail 'a DESTDIR whose place is not known was taken'
cmake --build build --target uninstall >/dev/null
[ ! -e stage2 ] && [ ! -e relative ] || fail "uninstall of all: $(find stage2 relative)"

# What others have put beside it stays, whatever the directories are called.
DESTDIR="$dir/ü [b]" cmake --install build --prefix /opt/it >/dev/null
: >"$dir/ü [b]/opt/it/bin/other"
cmake --build build --target uninstall >/dev/null
[ "$(find "$dir/ü [b]" ! -type d)" = "$dir/ü [b]/opt/it/bin/other" ] && [ ! -e "$dir/ü [b]/opt/it/share" ] ||
  fail "uninstall beside what others have: $(find "$dir/ü [b]")"

# Who may not remove a file is told so, and a later uninstall still knows all that is there.
as=
[ "$(id -u)" != 0 ] || as='setpriv --reuid=65534 --regid=65534 --clear-groups'
mkdir -p held/bin notes
chmod 755 .
chmod 777 notes
if $as cmake -E touch notes/it 2>/dev/null; then
  : >held/bin/it
  printf '%s\n' "$dir/held/bin/it" "$dir/held/bin" "$dir/held" >notes/installed.log
  chmod a-w held/bin
  cp "$top/scripts/uninstall.cmake" notes  # $top may be out of another user's reach
  $as cmake "-DLOG=$dir/notes/installed.log" -P notes/uninstall.cmake >log 2>&1 && fail 'uninstall without the right: exit status 0'
  tr -s ' \n' ' ' <log | grep -q 'held/bin/it cannot be removed' || fail "uninstall without the right: $(cat log)"
  chmod u+w held/bin
  cmake "-DLOG=$dir/notes/installed.log" -P notes/uninstall.cmake >/dev/null
  [ ! -e held ] && [ ! -e notes/installed.log ] || fail "uninstall with the right: $(find held notes)"
fi

# With CMAKE_UNITY_BUILD each file is still compiled alone; below a folder with brackets all are found.
ln -s "$top" "$dir/tree [1]"
cmake -S "$dir/tree [1]" -B "$dir/odd" -DCMAKE_UNITY_BUILD=ON >"$dir/log" 2>&1 || fail "configure: $(cat "$dir/log")"
for file in src/wire/bytes src/server/main tests/wire/bytes_test tests/support/formats/atlas_schema; do
  grep -qF "$file.cc\"" "$dir/odd/compile_commands.json" || fail "$file.cc is not compiled"
done

# GoogleTest as CMake 3.16 finds it.
echo 'add_library(GTest::Main INTERFACE IMPORTED)' >"$dir/FindGTest.cmake"
cmake -S "$top" -B "$dir/named" "-DCMAKE_MODULE_PATH=$dir" >"$dir/log" 2>&1 || fail "GTest::Main alone: $(cat "$dir/log")"

# Who has no GoogleTest is told how to build without.
cmake -S "$top" -B "$dir/no-tests" -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON >"$dir/log" 2>&1 && fail 'tests without GoogleTest'
grep -q 'SOCKHOP_TESTS=OFF builds without' "$dir/log" || fail "without GoogleTest: $(cat "$dir/log")"

for prefix in a/b 'a b' -x 'a%' 'a;b' 'a"b' 'a\b'; do
  configure "$prefix" && fail "prefix \"$prefix\" was taken"
  grep -q 'cannot begin the name of a program' "$dir/log" || fail "prefix \"$prefix\": $(cat "$dir/log")"
done

[ $failed = 0 ] && echo "all as expected"
exit $failed
