// SPDX-License-Identifier: BSD-2-Clause
#include "input/skip.h"

#include <string.h>

const struct skip_word skip_words[SKIP_REASONS] = {
    [SKIP_OVERSIZED] = {"oversized",
                        "Frames or blocks longer than 1 MiB, which hold no DNS message: stepped "
                        "over.",
                        SKIP_IS_DAMAGE},
    [SKIP_UNDECODABLE] = {"undecodable",
                          "Data frames whose content is not dnstap, and pieces of cut ones: "
                          "damage.",
                          SKIP_IS_DAMAGE},
    [SKIP_NO_MESSAGE] = {"no_message", "dnstap frames that hold no message.", 0},
    [SKIP_CONTROL] = {"control",
                      "Control frames that cannot be read or have no place where they stand: "
                      "damage.",
                      SKIP_IS_DAMAGE},
    [SKIP_NO_TIME] = {"no_time",
                      "Messages or packets without a usable time: not stated, or impossible.", 0},
    [SKIP_UNKNOWN_TYPE] = {"unknown_type",
                           "Messages of a type that dnstap does not name: in no session.", 0},
    [SKIP_BAD_DNS] = {"bad_dns",
                      "DNS messages without even a header; their frames still count.", 0},
    [SKIP_DUPLICATE] = {"duplicate",
                        "Frames or packets that another input holds, too, byte for byte: counted "
                        "once.",
                        SKIP_IS_BESIDE},
    [SKIP_DAMAGED] = {"damaged",
                      "Records or blocks of a packet capture that contradict themselves: damage.",
                      SKIP_IS_DAMAGE},
    [SKIP_LINK] = {"link", "Packets of a link type that is not known.", SKIP_IS_TOLD},
    [SKIP_NOT_IP] = {"not_ip", "Packets of other protocols than IP.", SKIP_IS_BESIDE},
    [SKIP_NOT_DNS] = {"not_dns", "IP packets that carry no DNS.", SKIP_IS_BESIDE},
    [SKIP_BAD_IP] = {"bad_ip", "Packets whose IP, UDP or TCP header contradicts itself.", 0},
    [SKIP_CUT_PACKET] = {"cut_packet",
                         "Packets of which the capture's snap length left less than a DNS header.",
                         0},
    [SKIP_FRAGMENT] = {"fragment",
                       "IP fragments that never became a whole packet, or that overlap.", 0},
    [SKIP_TCP_GAP] = {"tcp_gap", "Octets that are missing in DNS over TCP.", 0},
    [SKIP_TCP_JUNK] = {"tcp_junk", "Octets in DNS over TCP that are no DNS messages.", 0},
    [SKIP_FOLDED] = {"folded",
                     "Connections, fragments or interfaces that were let go because a ceiling was "
                     "met.",
                     SKIP_IS_TOLD},
    [SKIP_MULTICAST] = {"multicast", "Multicast DNS, LLMNR and NetBIOS names: left out.",
                        SKIP_IS_BESIDE},
};

unsigned skip_flags(const char *word, size_t len)
{
    for (int i = 0; i < SKIP_REASONS; i++) {
        if (strlen(skip_words[i].word) == len && memcmp(skip_words[i].word, word, len) == 0)
            return skip_words[i].flags;
    }
    return 0;
}
