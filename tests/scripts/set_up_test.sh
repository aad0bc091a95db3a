#!/bin/sh
# scripts/setup and scripts/build on machines that lack something: each is a PATH of a few commands, with
# a package manager and sudo that are not real. Argument: the top of the source tree.
set -u
top=$1
umask 022  # another user reads here
dir=$(mktemp -d)
failed=0
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
fail() { echo "FAILED: $*"; failed=1; }

# place COMMAND: where it is; also of one that the shell has built in.
place() { (IFS=:; for folder in $PATH; do [ ! -x "$folder/$1" ] || { echo "$folder/$1"; break; }; done) }

# machine [MANAGER [USER]]: a PATH without tools to build with; the manager writes down what it is asked
# for and "installs" a command nc.
machine() {
  rm -rf "$dir/bin" "$dir/asked"
  mkdir "$dir/bin"
  for command in sh env mktemp rm echo cat sed dirname true ln; do ln -s "$(place $command)" "$dir/bin/"; done
  printf '#!/bin/sh\n[ "$1" = -u ] && echo %s\n' "$([ "${2-root}" = root ] && echo 0 || echo 1000)" >"$dir/bin/id"
  [ -z "${1-}" ] ||
    printf '#!/bin/sh\necho "%s $*" >>"%s"\ncase "$*" in *netcat*) ln -s "%s" "%s" ;; esac\n' \
      "$1" "$dir/asked" "$(place true)" "$dir/bin/nc" >"$dir/bin/$1"
  chmod 755 "$dir/bin"/*
}
# setup TOOL…: with that PATH alone; its words are in the file words.
setup() { env -i PATH="$dir/bin" CXX="${named-}" "$dir/bin/sh" "$top/scripts/setup" "$@" >"$dir/words" 2>&1; }

# refused WHAT WORDS TOOL…: one line with these words, status 1, and nothing is asked for.
refused() {
  what=$1 words=$2
  shift 2
  setup "$@"
  seen=$?
  [ $seen = 1 ] && [ "$(cat "$dir/words")" = "scripts/setup: missing: $words" ] && [ ! -e "$dir/asked" ] ||
    fail "$what: status $seen, \"$(cat "$dir/words")\""
}
while read -r manager words; do
  machine "$manager" student
  refused "an ordinary user with $manager" "a C++20 compiler, cmake (3.16 or later), make or ninja, GoogleTest; to install it, as root: $words" \
    c++ cmake make gtest
done <<'END'
apt-get apt-get install g++ cmake make libgtest-dev
dnf dnf install gcc-c++ cmake make gtest-devel
apk apk add g++ linux-headers cmake make gtest-dev
microdnf microdnf install gcc-c++ cmake make gtest-devel
zypper zypper install gcc-c++ cmake make gtest
pacman pacman -S gcc cmake make gtest
END

# A cmake that is too old is none. It fails at what asks for a later one.
machine apt-get student
printf '#!/bin/sh\n[ "$1" = --version ]\n' >"$dir/bin/cmake"
chmod 755 "$dir/bin/cmake"
refused 'an old cmake' 'cmake (3.16 or later); to install it, as root: apt-get install cmake' cmake
# Nor is a compiler, before C++20, nor an ip without namespaces, as busybox has it.
machine apk student
for command in c++ ip; do
  printf '#!/bin/sh\nexit 1\n' >"$dir/bin/$command"
  chmod 755 "$dir/bin/$command"
done
refused 'an old compiler' 'a C++20 compiler (c++ is none, CXX=NAME takes another); to install it, as root: apk add g++ linux-headers' c++
refused "busybox's ip" 'ip; to install it, as root: apk add iproute2' ip
# No package is a guess at what $CXX names.
machine apt-get
named=nosuch
refused 'CXX=nosuch' "a C++20 compiler (nosuch is none); install that by this system's package manager" c++ gtest
named=

# Who may install does, with or without sudo, and only what is missing.
for by in root sudo; do
  machine apt-get $by
  [ $by = root ] || printf '#!/bin/sh\n[ "$1" = -n ] || exit 1\nshift\nexec "$@"\n' >"$dir/bin/sudo"
  [ $by = root ] || chmod 755 "$dir/bin/sudo"
  setup nc sed || fail "$by: $(cat "$dir/words")"
  [ "$(cat "$dir/asked")" = 'apt-get update -qq
apt-get install -y -qq --no-install-recommends netcat-openbsd' ] || fail "$by asked for $(cat "$dir/asked")"
  rm "$dir/asked"
  setup nc sed || fail "$by, again: $(cat "$dir/words")"
  [ ! -e "$dir/asked" ] && [ ! -s "$dir/words" ] || fail "$by installed again what was there"
done
# A manager that installed nothing is not believed; what is optional is named, and the work goes on.
setup lighttpd && fail 'lighttpd is not there'
[ "$(tail -n 1 "$dir/words")" = 'scripts/setup: still missing: lighttpd' ] || fail "lighttpd: $(cat "$dir/words")"
setup -o lighttpd || fail 'without lighttpd nothing goes on'
[ "$(tail -n 1 "$dir/words")" = 'scripts/setup: not to be had here, done without: lighttpd' ] || fail "optional: $(cat "$dir/words")"

# A build folder that came along with a copied tree, or was made by another compiler than $CXX, is begun
# anew; one that fits stays as it is.
mkdir -p "$dir/tree/scripts" "$dir/compiler"
printf '#!/bin/sh\n' >"$dir/tree/scripts/setup"
cp "$top/scripts/build" "$dir/tree/scripts/"
cat >"$dir/tree/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.16)
project(tree CXX)
enable_testing()
add_test(NAME one COMMAND sh -c "echo skipped: why; exit $STATUS")
set_tests_properties(one PROPERTIES SKIP_RETURN_CODE 77)
add_test(NAME two COMMAND sh -c "! echo $TMPDIR | grep ' '")
if("$ENV{TMPDIR}" MATCHES " ")
  message(FATAL_ERROR "a blank in TMPDIR")
endif()
add_custom_target(all_of_it ALL)
END
chmod 755 "$dir/tree/scripts"/*
compiler=$(command -v c++ || command -v g++ || command -v clang++)
printf '#!/bin/sh\nexec %s "$@"\n' "$compiler" >"$dir/compiler/other"
chmod 755 "$dir/compiler/other"
# builds TREE COMPILER FRESH
builds() {
  rm -f "$1/build/CMakeFiles/seen"
  mkdir -p "$1/build/CMakeFiles" && : >"$1/build/CMakeFiles/seen"
  CXX=$2 "$1/scripts/build" >"$dir/words" 2>&1 || fail "build of $1 by $2: $(cat "$dir/words")"
  [ "$([ -e "$1/build/CMakeFiles/seen" ] && echo kept || echo anew)" = "$3" ] || fail "$1 by $2 was not $3"
}
builds "$dir/tree" "$compiler" kept
builds "$dir/tree" "$compiler" kept
cp -R "$dir/tree" "$dir/a copy"
builds "$dir/a copy" "$compiler" anew
TMPDIR="$dir/a copy" builds "$dir/a copy" "$compiler" kept
builds "$dir/a copy" "$dir/compiler/other" anew
PATH=$PATH:$dir/compiler
builds "$dir/a copy" "other -O1" anew
builds "$dir/a copy" "other -O1" kept
mkdir "$dir/my tools"
mv "$dir/compiler/other" "$dir/my tools/"
ln -s "$dir/my tools/other" "$dir/compiler/other"
CXX="$dir/my tools/other" "$top/scripts/setup" c++ >"$dir/words" 2>&1 || fail "a compiler below a blank: $(cat "$dir/words")"
builds "$dir/a copy" "$dir/my tools/other" anew
builds "$dir/a copy" "$dir/my tools/other" kept
# The folder alone, copied; a generator that puts the programs elsewhere; a build while another one goes on.
cp -R "$dir/a copy/build" "$dir/a copy/build2"
"$dir/a copy/scripts/build" build2 >"$dir/words" 2>&1 || fail "a copied folder: $(cat "$dir/words")"
rm -r "$dir/a copy/build2"
CMAKE_GENERATOR='Ninja Multi-Config' "$dir/a copy/scripts/build" build2 >"$dir/words" 2>&1 && [ ! -e "$dir/a copy/build2/build-Debug.ninja" ] ||
  fail "several configurations: $(cat "$dir/words")"
if command -v flock >/dev/null; then
  exec 8<"$dir/a copy/build"
  flock 8
  : >"$dir/words"
  "$dir/a copy/scripts/build" -DLATE=yes >"$dir/words" 2>&1 8<&- &
  until grep -q '^scripts/build: waits for another build in build$' "$dir/words"; do
    kill -0 $! 2>/dev/null || { fail "two builds at once: $(cat "$dir/words")"; break; }
  done
  ! grep -q '^LATE:' "$dir/a copy/build/CMakeCache.txt" || fail 'two builds at once'
  exec 8<&-
  wait $! && grep -q '^LATE:' "$dir/a copy/build/CMakeCache.txt" || fail "after another build: $(cat "$dir/words")"
fi
# By a link to the script, from anywhere; options alone go to cmake.
ln -s "$dir/a copy/scripts/build" "$dir/linked"
rm "$dir/a copy/build/CMakeFiles/seen"
(cd / && CXX="$dir/compiler/other" "$dir/linked" -DSEEN=yes) >"$dir/words" 2>&1 || fail "by a link: $(cat "$dir/words")"
grep -q '^SEEN:.*=yes' "$dir/a copy/build/CMakeCache.txt" || fail "by a link: $(cat "$dir/words")"
rm "$dir/compiler/other"
builds "$dir/a copy" "$compiler" anew
# scripts/test ends as the tests do, wherever $CDPATH leads.
# tests_end STATUS LAST-LINE EXIT-STATUS ARGUMENT…
cp "$top/scripts/test" "$dir/tree/scripts/"
mkdir -p "$dir/elsewhere/build"
chmod 755 "$dir"  # as root, another user has to find what $TMPDIR names
tests_end() {
  status=$1 line=$2 expected=$3
  shift 3
  STATUS=$status CDPATH=$dir/elsewhere TMPDIR="$dir/a copy" "$dir/tree/scripts/test" "$@" >"$dir/words" 2>&1
  seen=$?
  [ "$seen" = "$expected" ] && [ "$(tail -n 1 "$dir/words")" = "$line" ] || fail "a test that exits $status, $*: exit status $seen, $(cat "$dir/words")"
}
tests_end 0 '2 passed, 0 failed, 0 skipped' 0
tests_end 1 '1 passed, 1 failed, 0 skipped' 1
tests_end 77 '1 passed, 0 failed, 1 skipped' 0
grep -q '^skipped: one: why$' "$dir/words" || fail "skipped: $(cat "$dir/words")"
tests_end 77 '1 passed, 0 failed, 1 skipped' 1 --no-skips
tests_end 0 '0 passed, 0 failed, 0 skipped' 1 -R nosuch
printf '#!/bin/sh\necho "client: connect to $2:1: Network is unreachable"\nexit 1\n' >"$dir/tree/build/client"
chmod 755 "$dir/tree/build/client"
tests_end 0 'scripts/test: the loopback interface is down; as root: ip link set lo up' 1

# Where ninja is only named, make builds; without nproc, as on macOS, getconf counts the processors.
machine apt-get
for command in readlink mkdir; do ln -s "$(place $command)" "$dir/bin/"; done
echo '#!/bin/sh
echo "${CMAKE_GENERATOR-make} $*"' >"$dir/bin/cmake"
cp "$dir/bin/cmake" "$dir/bin/make"
printf '#!/bin/sh\n[ "$*" = _NPROCESSORS_ONLN ] && echo 3\n' >"$dir/bin/getconf"
chmod 755 "$dir/bin/cmake" "$dir/bin/make" "$dir/bin/getconf"
env -i PATH="$dir/bin" CMAKE_GENERATOR=Ninja "$dir/bin/sh" "$dir/tree/scripts/build" other >"$dir/words" 2>&1
[ "$(cat "$dir/words")" = 'make --build other -j 3' ] || fail "without ninja and nproc: $(cat "$dir/words")"
rmdir "$dir/tree/other"

# scripts/format looks at each source file, also where git lists none: in a tree without .git, or another user's.
cp "$top/scripts/format" "$dir/tree/scripts/"
mkdir -p "$dir/tree/include" "$dir/tree/src/net" "$dir/tree/tests" "$dir/formatter"
: >"$dir/tree/src/net/one.cc"
echo '#!/bin/sh
case "$*" in *--Werror*src/net/one.cc*) exit 1 ;; esac' >"$dir/formatter/clang-format"
chmod 755 "$dir/formatter/clang-format"
PATH="$dir/formatter:$PATH" "$dir/tree/scripts/format" --check >"$dir/words" 2>&1 && fail "a file out of form: $(cat "$dir/words")"

# What root has built, a user cannot build on.
if setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null; then
  chmod 755 "$dir"
  setpriv --reuid=65534 --regid=65534 --clear-groups "$dir/tree/scripts/build" >"$dir/words" 2>&1
  [ $? = 1 ] && [ "$(cat "$dir/words")" = "scripts/build: cannot write build, which is root's (built as root before?): remove build as that user" ] ||
    fail "after root's build: $(cat "$dir/words")"
  rm -r "$dir/tree/build"
  setpriv --reuid=65534 --regid=65534 --clear-groups "$dir/tree/scripts/build" >"$dir/words" 2>&1
  [ $? = 1 ] && [ "$(cat "$dir/words")" = "scripts/build: cannot make build in $dir/tree: . cannot be written" ] ||
    fail "in a tree that cannot be written: $(cat "$dir/words")"
fi

[ $failed = 0 ] && echo "all as expected"
exit $failed
