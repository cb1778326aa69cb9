// SPDX-License-Identifier: BSD-2-Clause
#include "input/skip.h"

const struct skip_word skip_words[SKIP_REASONS] = {
    [SKIP_OVERSIZED] = {"oversized", "Frames longer than 1 MiB, which no dnstap writer makes: "
                                     "stepped over."},
    [SKIP_UNDECODABLE] = {"undecodable", "Data frames whose content is not dnstap, and pieces of "
                                         "cut ones: damage."},
    [SKIP_NO_MESSAGE] = {"no_message", "dnstap frames that hold no message."},
    [SKIP_CONTROL] = {"control", "Control frames that cannot be read or have no place where they "
                                 "stand: damage."},
    [SKIP_NO_TIME] = {"no_time", "Messages without a usable time: not stated, or impossible."},
    [SKIP_UNKNOWN_TYPE] = {"unknown_type", "Messages of a type that dnstap does not name: in no "
                                           "session."},
    [SKIP_BAD_DNS] = {"bad_dns", "DNS messages without even a header; their frames still count."},
    [SKIP_DUPLICATE] = {"duplicate", "Frames that another input holds, too, byte for byte: counted "
                                     "once."},
};
