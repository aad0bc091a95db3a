#include "traceroute/options.hh"

namespace traceroute {

const cli::Program program{
    "traceroute",
    "[-46nFeAIrv] [-f FIRST_TTL] [-m MAX_TTL] [-q QUERIES] [-w MAX[,HERE,NEAR]] [-N WINDOW] "
    "[-z PAUSE] [-s SOURCE] [-i INTERFACE] [-t TOS] [-l FLOW_LABEL] [-p SEQUENCE] HOST [PACKETLEN] "
    "| --targets FILE",
    R"(Shows the path to HOST, hop by hop, with the round-trip times of ICMP echo requests.

  -4, -6                    use IPv4, IPv6 (default: IPv4 if HOST has such an address)
  -n                        show addresses only, no names
  -q, --queries=N           probes for each hop, 1 to 10 (3)
  -f, --first=TTL           the first hop shown (1)
  -m, --max-hops=TTL        the last one (30)
  -w, --wait=MAX[,HERE,NEAR]
                            wait at most MAX seconds for an answer; HERE times as long as one of the
                            same hop took, NEAR times one of a later hop (default: as long as
                            the answers so far make sensible)
  -N, --sim-queries=N       no more than N probes unanswered at once, hop after hop
  -z, --sendwait=PAUSE      seconds between probes, milliseconds if more than 10
  -s, --source=ADDRESS      send from this address of this host
  -i, --interface=NAME      send by this interface
  -r                        do not route: only to hosts on an attached network
  -t, --tos=TOS             the type of service or traffic class octet
  -l, --flowlabel=LABEL     the flow label (IPv6)
  -F, --dont-fragment       do not let packets be fragmented
      --mtu                 find the path's MTU (implies -F -N 1)
      --back                show the length of the way back where it differs
  -e, --extensions          show MPLS labels and other ICMP extensions
  -A, --as-path-lookups     show the number of the network that announces each address
  -p, --port=SEQUENCE       the sequence number of the first probe (1)
      --fwmark=MARK         mark the packets for the local firewall
      --json                print each result as a line of JSON, as RIPE Atlas writes it
      --targets=FILE        trace all hosts that are lines of FILE (- is standard input), at once
      --rate=N              send no more than N packets a second (with --targets: 1000)
      --networks            draw the path as networks, with their places, after the trace
      --paths               find all parallel paths, by sending probes of many flows
      --dot                 the same as a graph for Graphviz (implies --paths)
  -v, --verbose             with --networks: tell how each network and place was guessed
  -I, --icmp                use ICMP echo requests: always so
  -V, --version             show the version
      --help                show this

PACKETLEN is the size of a whole packet (60, with IPv6 80).
)"};

}  // namespace traceroute
