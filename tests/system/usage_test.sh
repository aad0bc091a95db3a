#!/bin/sh
# Command lines that fit no usage: exit status 2, nothing on stdout, one line on stderr that says what is
# wrong and what to type instead, and one that names --help. Arguments: the folder of the programs.
set -u
bin=$1
dir=$(mktemp -d)
failed=0
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; failed=1; }

# Each line: the command, and what its first line begins with.
while IFS='|' read -r command text; do
  [ -n "$command" ] || continue
  set -f
  set -- $command
  program=$1; shift
  timeout 20 "$bin/$program" "$@" >"$dir/out" 2>"$dir/err" </dev/null  # a server that takes it all would stay
  got=$?
  set +f
  [ $got = 2 ] || fail "$command: exit status $got, 2 expected"
  [ ! -s "$dir/out" ] || fail "$command: words on stdout"
  [ "$(wc -l <"$dir/err")" = 2 ] && [ "$(tail -n 1 "$dir/err")" = "Try '$program --help'." ] || fail "$command: $(cat "$dir/err")"
  case $(head -n 1 "$dir/err") in "$program: $text"*) ;; *) fail "$command: \"$(head -n 1 "$dir/err")\", \"$text…\" expected" ;; esac
done <<'END'
client|a HOST is needed
client -i 70000 h|-i "70000": a number from 0 to 65535 expected
client -w 0 h|-w "0": a number from 1 to 1000 expected
client -t nan h|-t "nan": seconds from 0.1 to 86400 expected
client h 0x50|PORT "0x50": a number from 1 to 65535 expected
client h 0|PORT "0": a number from 1 to 65535 expected
client h 65536|PORT "65536": a number from 1 to 65535 expected
client h http|PORT "http": a number from 1 to 65535 expected
client h 99999999999999999999|PORT "99999999999999999999": a number from 1 to 65535 expected
client 80 localhost|HOST "80": a name or an address expected; PORT is the word after it
client -f localhost 8080|HOST "8080": a name or an address expected; PORT is the word after it
client -- -x|HOST "-x": no host has such a name
client -46 h|one of -4 and -6 at a time
client --i=5 h|--i may be --ipv4 or --ipv6 or --id
client a 1 c|too many operands: "c"
client -vX h|there is no option -X
client --verbose -4X h|there is no option -X
client --nosuch h|there is no option --nosuch
client --verbsoe h|there is no option --verbsoe; is --verbose meant?
client h --windw=5|there is no option --windw; is --window meant?
client --ver h|--ver may be --verbose or --version
client --verbose=1 h|--verbose=1: this option takes no value
client -vi|-i needs a value: STUDENT_ID
client h 80 --id|--id needs a value: STUDENT_ID
client -h|there is no option -h: the help is --help
client h -?|there is no option -?: the help is --help
client -help|there is no option -help; is --help meant?
client -file name h|there is no option -file; is --file meant?
client -window=5 h|there is no option -window; is --window meant?
server -web|there is no option -web; is --web meant?
server -check|there is no option -check; is --check meant?
client -p 80 h|there is no option -p: PORT is the word after HOST, or part of a URL
client --port=80 h|there is no option --port: PORT is the word after HOST, or part of a URL
client -f a -f b h|-f "b": it is "a" already
client localhost:http|HOST "localhost:http": a name or an address expected, without brackets or colon: localhost
client h?q|HOST "h?q": a name or an address expected, no URL: h
client h:80|HOST "h:80": the port is a word of its own: h 80
client :80|HOST ":80": the port is a word of its own: 80
client -e 127.0.0.1:7|HOST "127.0.0.1:7": the port is a word of its own: 127.0.0.1 7
client -c [::1]:80|HOST "[::1]:80": the port is a word of its own: ::1 80
client [::1] 80|HOST "[::1]": a name or an address expected, without brackets or colon: ::1
client h/page|HOST "h/page": a URL begins with http://
client http:/h/|HOST "http:/h/": a URL begins with http://
client https:h|HOST "https:h": a URL begins with http://
client -É h|there is no option -É
client –help|"–help": an option begins with the hyphen -, not with this dash
client —check h|"—check": an option begins with the hyphen -, not with this dash
server –w . 8000|"–w": an option begins with the hyphen -, not with this dash
traceroute −n h|"−n": an option begins with the hyphen -, not with this dash
client ftp://h/|"ftp://h/": only http is spoken here: http://HOST[:PORT]/PATH
client file:///etc/passwd|"file:///etc/passwd": only http is spoken here
client http://h:65536/|"http://h:65536/": http://HOST[:PORT]/PATH expected
client http://me@h/|"http://me@h/": http://HOST[:PORT]/PATH expected, without a user name
client http://::1/|"http://::1/": http://HOST[:PORT]/PATH expected, without a user name, HOST in ASCII (xn--... for other letters), an IPv6 address in brackets
client http:///x|"http:///x": http://HOST[:PORT]/PATH expected
client http://h/ 80|too many operands: "80"; the port of a URL is part of it
client -e -w 5 h|-w goes with the four stages, not with -e
client -c -t 5 h|-t goes with the four stages, -e, -f or a URL, not with -c
client -j 5 h|-j goes with -c, not with the four stages
client -e -i 5 h|-i goes with the four stages or -c, not with -e
client -e -v h|-v goes with the four stages, -c or a URL, not with -e
client -u h|-u goes with -e, not with the four stages
client h -o a|-o goes with -f or a URL, not with the four stages
client -k -f n h|-k goes with a URL, not with -f
client -k http://h/|-k goes with a URL and -o
client -e -f a h|one of -c, -e, -f and a URL at a time
client -c http://h/|one of -c, -e, -f and a URL at a time
client --completion zsh|--completion "zsh": bash expected
server 65536|PORT "65536": a number from 0 to 65535 expected
server x 80|PORT "x": a number from 0 to 65535 expected; an address to listen on goes with -b: -b ADDRESS PORT
server localhost|PORT "localhost": a number from 0 to 65535 expected; an address to listen on goes with -b
server a.example|PORT "a.example": a number from 0 to 65535 expected; an address to listen on goes with -b
server -b 8000|-b "8000": a name or an address expected; PORT is the word after it
server -w / -w /tmp 0|-w "/tmp": it is "/" already
server -c1 -c2|-c "2": it is "1" already
server localhost 8080|PORT "localhost": a number from 0 to 65535 expected; an address to listen on goes with -b
server ::1 8080|PORT "::1": a number from 0 to 65535 expected; an address to listen on goes with -b
server :80|PORT ":80": a number from 0 to 65535 expected; without the colon
server /var/www 8000|PORT "/var/www": a number from 0 to 65535 expected; a directory goes with -w or -f: -w DIR PORT
server -w / 8000 .|too many operands: "."; a directory goes with -w or -f: -w DIR PORT
server -w / 127.0.0.1:80|PORT "127.0.0.1:80": a number from 0 to 65535 expected; an address to listen on goes with -b
server -c localhost 80|SEED "localhost": a number from 0 to
server 80 localhost|too many operands: "localhost"; an address to listen on goes with -b
server 1 2|too many operands: "2"
server -c 1 2 3|too many operands: "3"
server -b 127.0.0.1:80|-b "127.0.0.1:80": the port is a word of its own: 127.0.0.1 80
server -b http://h/|-b "http://h/": a name or an address expected, no URL: h
server -p 80|there is no option -p: PORT is a word of its own, the last one
server -b -w .|-b "-w": no host has such a name
server --ipv6 -4 0|one of -4 and -6 at a time
server --address ::1|there is no option --address: an address to listen on goes with -b
server -l 100|-l "100": a number from 0 to 99 expected
server -l|-l needs a value: PERCENT
server -e -l 5|-l goes with the four stages or -w, not with -e
server -c1 -l 50|-l goes with the four stages or -w, not with -c
server --list|--list goes with -w, not with the four stages
server --loss 5 -w /|--loss goes with the four stages, not with -w
server -ev|-v goes with the four stages, -c, -f or -w, not with -e
server -e -w /|one of -c, -d, -e, -f and -w at a time
server -ce|SEED "e": a number from 0 to 18446744073709551615 expected
traceroute|a HOST is needed
traceroute http://h/|HOST "http://h/": a name or an address expected, no URL: h
traceroute h:80|HOST "h:80": a name or an address expected, without brackets or port: h
traceroute [::1]|HOST "[::1]": a name or an address expected, without brackets or port: ::1
traceroute -- -x|HOST "-x": no host has such a name
traceroute #x|HOST "#x": no host has such a name
traceroute h 60 more|too many operands: "more"; HOST and PACKETLEN expected
traceroute h x|PACKETLEN "x": a number from 0 to 65000 expected
traceroute -h|there is no option -h: the help is --help
traceroute -m 0x100 h|-m "0x100": a number from 1 to 255 expected
traceroute h -q|-q needs a value: N
traceroute -w 1,x h|-w "x": a number of times from 0 to 1000000 expected
traceroute -z x h|-z "x": seconds from 0 to 3600000 expected
traceroute -s 127.0.0.1:5 h|-s "127.0.0.1:5": a name or an address expected, without brackets or port: 127.0.0.1
traceroute -4 -l 5 h|-l: cannot be used with IPv4, which has no flow label
traceroute -T h|-T: this traceroute can only send ICMP echo requests
traceroute -nU h|-U: this traceroute can only send ICMP echo requests
traceroute -M tcp h|-M: this traceroute can only send ICMP echo requests
traceroute -P tcp h|-P: this traceroute can only send ICMP echo requests
traceroute --sport=5 h|--sport: this traceroute can only send ICMP echo requests
traceroute --max-hosp=5 h|there is no option --max-hosp; is --max-hops meant?
traceroute -first 3 h|there is no option -first; is --first meant?
traceroute -v h|-v goes with --networks, not with a plain trace
traceroute --paths -q 1 h|-q goes with a plain trace
traceroute --networks --json h|--json goes with a plain trace or --watch, not with --networks
traceroute --map -e h|-e goes with a plain trace, --networks, --paths or --watch, not with --map
traceroute --map --back h|--back goes with a plain trace, --networks or --paths, not with --map
traceroute --json --back h|--back: cannot be used with --json, which has the ttl of each answer
traceroute --watch -e h|-e: with --watch only --json shows it
traceroute --rounds 3 h|--rounds goes with --watch
traceroute --watch=0 h|--watch
traceroute --watch= h|--watch "": SECONDS is empty
traceroute --watch 0.5 h|--watch: SECONDS are part of the option: --watch=0.5
traceroute --watch -46 h|--watch: cannot be used with both -4 and -6
traceroute --paths --networks h|one of --networks
traceroute --targets=list h|--targets: cannot be used with the host "h"
END

# No hint is better than one that misleads.
for command in 'server 0x2fcb' 'server 12235x' 'server 80.0' 'server 8,000' 'server http' 'server 80/tcp' 'server http://h:80' \
  'server -c 0x10 0' 'server 8000 site' 'server --listen 80' 'client --head h' 'client --fail h' 'client --loop h' \
  'traceroute --report h' 'traceroute --ttl 5 h' 'traceroute -d h' 'traceroute -g 192.0.2.1 h'; do
  timeout 20 "$bin"/$command >"$dir/out" 2>"$dir/err" </dev/null
  [ $? = 2 ] && ! grep -q 'goes with\|meant\|echo requests\|without' "$dir/err" || fail "$command: $(cat "$dir/err")"
done

# Empty words, and words with blanks.
for command in 'client ""' 'client "a b"' 'client -o "" http://h/' 'client -f "" h' 'server ""' 'server -b ""' \
  'traceroute ""' 'traceroute "a b"' 'traceroute " "'; do
  eval "timeout 20 \"\$bin\"/$command" >"$dir/out" 2>"$dir/err" </dev/null
  [ $? = 2 ] && [ "$(wc -l <"$dir/err")" = 2 ] || fail "$command: $(cat "$dir/err")"
done

# A port that needs a right.
limit=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start 2>/dev/null || echo 0)
if [ "$limit" -gt 80 ] && setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null; then
  install -m 755 "$bin/server" "$dir" && chmod 755 "$dir"
  for service in '' -c -d -e '-w /'; do
    timeout 20 setpriv --reuid 65534 --regid 65534 --clear-groups "$dir/server" $service 80 >"$dir/out" 2>"$dir/err"
    [ $? = 1 ] && grep -q 'port 80\|:80 .*Permission denied: a port below 1024 needs root' "$dir/err" || fail "server 80: $(cat "$dir/err")"
  done
fi

# What bash makes of --completion.
if command -v bash >/dev/null; then
  for program in client server traceroute; do
    got=$(PATH=$bin:$PATH bash -c 'eval "$('$program' --completion bash)"
      complete -p '$program' >/dev/null && _sockhop_'$program' '$program' --ver "" && echo "${COMPREPLY[*]}"')
    case $got in *--version*) ;; *) fail "$program --completion bash: --ver became \"$got\"" ;; esac
  done
fi

[ $failed = 0 ] && echo "all as expected"
exit $failed
