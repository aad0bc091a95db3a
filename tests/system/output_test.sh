#!/bin/sh
# What -o does with each kind of thing that it may name, and what curl does, in a table. Argument: the
# folder of the programs. As root in a mount namespace of its own, for a disk that is full.
set -u
if [ "$(id -u)" = 0 ] && [ -z "${own_mounts:-}" ] && unshare -m true 2>/dev/null; then
  own_mounts=1 exec unshare -m "$0" "$@"
fi
bin=$1
unset QUOTING_STYLE  # ls writes names as they are
dir=$(mktemp -d)
server_pid=
failed=0
trap '[ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null; [ ! -d "$dir/small" ] || umount "$dir/small"; rm -rf "$dir"' EXIT
chmod 755 "$dir"
fail() { echo "FAILED: $*"; failed=1; }
row() { printf '%-32s %-58s %s\n' "$1" "$2" "$3"; }

mkdir "$dir/www"
head -c 300000 /dev/urandom >"$dir/www/page"
"$bin/server" -w "$dir/www" 0 2>"$dir/log" &
server_pid=$!
until grep -qs 'listening on' "$dir/log"; do kill -0 "$server_pid" || exit 1; done
url=http://127.0.0.1:$(sed -n 's/.*listening on .* port \([0-9]*\).*/\1/p' "$dir/log" | head -n 1)/page

# What a command that got "$url" ended in: its status and words.
ours() { "$@" 2>"$dir/words" && echo 0 || echo "$? $(sed "s#$dir/##g; s/^client: //" "$dir/words")"; }
curls() {
  command -v curl >/dev/null || { echo '(no curl)'; return; }
  "$@" 2>/dev/null && echo 0 || echo "exit status $?"
}

# same TARGET WHAT: prepare (a function that makes the target afresh), download, and compare.
page_at() { cmp -s "$1" "$dir/www/page"; }
leftovers() { find "$dir/at" -name '.sockhop-*' | wc -l; }
# try WHAT EXPECTED TARGET CHECK…: makes the target by make_target, downloads to it, and expects the
# words EXPECTED (or 0) and the check to hold.
try() {
  what=$1 expected=$2 target=$3; shift 3
  rm -rf "$dir/at"; mkdir "$dir/at"; make_target
  got=$(ours "$bin/client" -t 10 -o "$target" "$url")
  case $got in "$expected"*) ;; *) fail "$what: \"$got\", \"$expected\" expected" ;; esac
  "$@" || fail "$what: not as expected: $*"
  [ "$(leftovers)" = 0 ] || fail "$what: a temporary file is left"
  rm -rf "$dir/at"; mkdir "$dir/at"; make_target
  row "$what" "$got" "$(curls curl -s -m 10 -o "$target" "$url")"
}

at=$dir/at
row '-o names' client curl
umask 022
make_target() { :; }
new_mode() { page_at "$at/f" && [ "$(stat -c %a "$at/f")" = 644 ]; }
try nothing 0 "$at/f" new_mode
long=$(printf %250s | tr ' ' n)
try 'a name of 250 characters' 0 "$at/$long" page_at "$at/$long"
try 'a path that does not exist' '1 create a file beside at/no/f: No such' "$at/no/f" test ! -e "$at/no"
make_target() { echo old >"$at/f"; chmod 600 "$at/f"; }
kept_mode() { page_at "$at/f" && [ "$(stat -c %a "$at/f")" = 600 ]; }
try 'a file of mode 0600' 0 "$at/f" kept_mode
make_target() { echo old >"$at/real"; ln -s real "$at/f"; }
through_link() { page_at "$at/real" && [ "$(readlink "$at/f")" = real ]; }
try 'a symbolic link' 0 "$at/f" through_link
make_target() { mkdir "$at/d"; ln -s d/real "$at/f"; }
try 'a dangling link' 0 "$at/f" page_at "$at/d/real"
make_target() { ln -s f "$at/f"; }
try 'a link to itself' '1 open at/f: ' "$at/f" test -L "$at/f"
make_target() { mkdir "$at/f"; }
try 'a directory' '1 open at/f: Is a directory' "$at/f" test -d "$at/f"
make_target() { echo old >"$at/f"; }
try 'a file, with a slash' '1 open at/f/: Not a directory' "$at/f/" grep -q old "$at/f"
make_target() { mkfifo "$at/f"; timeout 20 cat "$at/f" >"$dir/fifo" & reader=$!; }
through_fifo() { wait $reader; page_at "$dir/fifo" && [ -p "$at/f" ]; }
try 'a FIFO' 0 "$at/f" through_fifo
make_target() { :; }
(cd "$dir" && "$bin/client" -o - "$url" >"$dir/through") && page_at "$dir/through" || fail '-o -'
[ ! -e "$dir/-" ] || fail '-o - made a file'
row '-' "0 (standard output)" "$(cd "$dir" && curls curl -s -o - "$url" | head -c 0; echo '0 (standard output)')"
: >"$dir/through"
{ echo first; "$bin/client" -o /dev/stdout "$url"; } >>"$dir/through" || fail '-o /dev/stdout'
tail -c +7 "$dir/through" | cmp -s - "$dir/www/page" || fail '-o /dev/stdout, a file'
"$bin/client" -o /dev/stdout "$url" | cmp -s - "$dir/www/page" || fail '-o /dev/stdout, a pipe'
for name in - /dev/stdout /dev/fd/1 /proc/self/fd/1; do
  [ -e $name ] || [ $name = - ] || continue
  got=$("$bin/client" -o $name "$url" 2>&1 >&-) && fail "-o $name >&-: exit status 0"
  case $got in 'client: write to '*': Bad file descriptor') ;; *) fail "-o $name >&-: $got" ;; esac
  got=$("$bin/client" -o $name http://127.0.0.1:1/ 2>&1 >&-)
  case $got in 'client: write to '*) ;; *) fail "-o $name >&-, a server is asked: $got" ;; esac
  echo old >"$dir/through"
  "$bin/client" -o $name "$url" 2>/dev/null 1<"$dir/through" && fail "-o $name 1<file: exit status 0"
  grep -q old "$dir/through" || fail "-o $name 1<file: the file is gone"
done
"$bin/client" -o /dev/fd/7 "$url" 2>/dev/null && fail '-o /dev/fd/7: exit status 0'
"$bin/client" -o /dev/fd/7 "$url" 7>"$dir/through" && page_at "$dir/through" || fail '-o /dev/fd/7 7>file'
[ -L /dev/stdout ] || fail '/dev/stdout is gone'
got=$("$bin/client" "$url" 2>&1 >/dev/full) && fail 'exit status 0 into /dev/full'
[ "$got" = 'client: write to standard output: No space left on device' ] || fail "/dev/full: $got"
for name in - /dev/stdout; do
  got=$("$bin/client" -k -o $name "$url" 2>&1 >/dev/null)
  [ $? = 2 ] || fail "-k -o $name: $got"
done

rm -rf "$at"; mkdir "$at"
got=$(ulimit -f 100; ours "$bin/client" -o "$at/f" "$url")
[ "$got" = '1 write to at/f: File too large' ] || fail "beyond ulimit -f: $got"
[ -z "$(ls -A "$at")" ] || fail "beyond ulimit -f: $(ls -A "$at") is left"

# What only fsync(2), close(2) or rename(2) reports.
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
  fault() { strace -qq -o /dev/null -e inject="$1" "$bin/client" $2 -o "$at/f" "$url"; }
  for keep in '' -k; do
    for call in fsync:error=ENOSPC fsync:error=EIO rename,renameat,renameat2:error=EPERM; do
      rm -rf "$at"; mkdir "$at"; echo old >"$at/f"
      got=$(ours fault "$call" "$keep")
      case $got in '1 write to at/f: '* | '1 rename '*) ;; *) fail "$keep $call: $got" ;; esac
      grep -q old "$at/f" || fail "$keep $call: the old file is gone"
      [ "$call$keep" = fsync:error=EIO-k ] && [ "$(ls -A "$at")" != f ] && fail "-k keeps what was not stored"
    done
  done
  rm -rf "$at"; mkdir "$at"
  fault fsync:error=EINVAL '' || fail 'a file system without fsync'
  page_at "$at/f" || fail 'a file system without fsync: another page'
  got=$(strace -qq -o /dev/null -P "$dir/through" -e inject=close:error=EIO "$bin/client" "$url" 2>&1 >"$dir/through")
  case $got in 'client: write to standard output: '*) ;; *) fail "close: $got" ;; esac
fi

if [ "$(id -u)" = 0 ]; then
  make_target() { mknod "$at/f" c 1 3 && chmod 666 "$at/f"; }
  rm -rf "$at"; mkdir "$at"
  if make_target && true >"$at/f"; then  # not where devices are forbidden, as /tmp often is; ":" would end the shell
    try 'a device like /dev/null' 0 "$at/f" test -c "$at/f"
    make_target() { mknod "$at/f" c 1 7 && chmod 666 "$at/f"; }
    try 'a device like /dev/full' '1 write to at/f: No space left' "$at/f" test -c "$at/f"
  fi
  nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
  if nobody true 2>/dev/null; then
    client=$bin/client
    printf '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups "%s" "$@"\n' "$client" >"$dir/client"
    chmod 755 "$dir/client"
    curl() { nobody curl "$@"; }
    bin=$dir
    make_target() { chmod 755 "$at"; }
    try 'in a read-only directory' '1 create a file beside at/f: Permission' "$at/f" test ! -e "$at/f"
    make_target() { chmod 777 "$at"; echo old >"$at/f"; chmod 644 "$at/f"; }
    try "another user's file, 0644" '1 open at/f: Permission' "$at/f" grep -q old "$at/f"
    make_target() { chmod 1777 "$at"; echo old >"$at/f"; chmod 666 "$at/f"; }
    try "another's, 0666, as in /tmp" '1 replace at/f: Operation not permitted' "$at/f" grep -q old "$at/f"
    # A part that a limit of 51,200 bytes cuts is gone on with, whatever the mode the whole will have.
    for mask_mode in '022 600' '0777 600' '0277 600' '022 200' '022 222'; do
      rm -rf "$at"; mkdir "$at"; chmod 777 "$at"
      echo old >"$at/f"; chown 65534:65534 "$at/f"; chmod "${mask_mode#* }" "$at/f"
      (umask "${mask_mode% *}"; ulimit -f 100; exec "$bin/client" -k -o "$at/f" "$url") 2>/dev/null
      [ -s "$at/f.part" ] || fail "-k, umask and mode $mask_mode: no part"
      got=$(umask "${mask_mode% *}"; ours "$bin/client" -k -o "$at/f" "$url" 2>/dev/null)
      page_at "$at/f" && [ "$(stat -c %a "$at/f")" = "${mask_mode#* }" ] && [ "$(ls -A "$at")" = f ] ||
        fail "-k, umask and mode $mask_mode: $got, $(ls -Al "$at")"
    done
    rm -rf "$at"; mkdir "$at"; printf 1 >"$at/f.part"; printf 'sockhop part 1\n' >"$at/f.from"
    chown 65534:65534 "$at/f.part" "$at/f.from"
    got=$(ours "$bin/client" -k -o "$at/f" http://127.0.0.1:1/)
    case $got in '1 create a file beside at/f: Permission'*) ;; *) fail "-k in a read-only directory: $got" ;; esac
    for name in f.part f.from; do
      rm -rf "$at"; mkdir "$at"; chmod 1777 "$at"
      echo 'sockhop part 1' >"$at/$name"; chmod 666 "$at/$name"
      got=$(ours "$bin/client" -k -o "$at/f" "$url")
      [ "$got" = "1 at/$name: belongs to another user" ] || fail "another's $name as in /tmp: $got"
    done
    bin=${client%/client}
    unset -f curl
    make_target() { echo old >"$at/f"; chown 65534:65534 "$at/f"; chmod 640 "$at/f"; }
    kept_owner() { page_at "$at/f" && [ "$(stat -c '%u:%g %a' "$at/f")" = '65534:65534 640' ]; }
    try "another user's file, as root" 0 "$at/f" kept_owner
  fi
  mkdir "$dir/small"
  if [ -n "${own_mounts:-}" ] && mount -t tmpfs -o size=100k none "$dir/small" 2>/dev/null; then
    make_target() { echo old >"$dir/small/f"; }
    left() { [ "$(ls -A "$dir/small")" = f ] && grep -q old "$dir/small/f"; }
    try 'on a full disk' '1 write to small/f: No space left' "$dir/small/f" left
    rm "$dir/small/f"
    got=$(ours "$bin/client" -k -o "$dir/small/g" "$url")
    [ -s "$dir/small/g.part" ] && [ ! -e "$dir/small/g" ] || fail "-k on a full disk: $got"
    # What cannot be replaced is found out before a server is asked.
    rm -f "$dir/small"/*; echo old >"$at/f"; echo old >"$dir/small/f"
    for from in "$dir/small/f" "$at/f"; do
      ! grep -qs '^SOCKHOP_POSIX:BOOL=ON' "$bin/CMakeCache.txt" || continue # these bodies do not look
      : >"$at/mounted"
      mount --bind "$from" "$at/mounted"
      got=$(ours "$bin/client" -o "$at/mounted" http://127.0.0.1:1/)
      case $got in '1 replace at/mounted: '*esource' busy') ;; *) false ;; esac || fail "a mounted file: $got"
      umount "$at/mounted"
    done
    if chattr +a "$dir/small/f" 2>/dev/null; then
      got=$(ours "$bin/client" -o "$dir/small/f" http://127.0.0.1:1/)
      [ "$got" = '1 open small/f: Operation not permitted' ] || fail "an append-only file: $got"
      chattr -a "$dir/small/f"
    fi
  fi
fi

[ $failed = 0 ] && echo 'all as expected'
exit $failed
