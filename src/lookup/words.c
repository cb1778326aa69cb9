// SPDX-License-Identifier: BSD-2-Clause
/* The closed sets of words of a lookup, with what each means and what to do about it. */
#include "lookup/lookup.h"

const struct word lookup_outcome_words[LOOKUP_OUTCOMES] = {
    [LOOKUP_RESOLVED] = {"Resolved", "The application got what it asked for.", NULL},
    [LOOKUP_NOT_FOUND] = {"NotFound",
                          "The name does not exist with any suffix of the search list, or not with "
                          "this type (an answer, not a failure).",
                          "Look whether the application has the right name."},
    [LOOKUP_FAILED] = {"Failed",
                       "The last answer was an error, or CoreDNS had none to give; the application "
                       "was told to try again.",
                       "The lookup's sessions tell why."},
    [LOOKUP_TIMED_OUT] = {"TimedOut",
                          "Nobody answered, however often the stub asked; the application waited "
                          "out its timers.",
                          "Look where queries or answers get lost between client and CoreDNS."},
    [LOOKUP_UNKNOWN] = {"Unknown",
                        "The capture does not hold what would tell: lost frames, its beginning or "
                        "its end.",
                        NULL},
};

const struct word stub_words[STUBS] = {
    [STUB_UNKNOWN] = {"unknown", "Nothing tells which stub resolver asked.", NULL},
    [STUB_GLIBC] =
        {"glibc",
         "The resolver of the GNU C library (Debian, Ubuntu, Red Hat images): A and AAAA "
         "from one port, asked again after 5 s from the same port.",
         NULL},
    [STUB_MUSL] = {"musl",
                   "The resolver of musl (Alpine images): A and AAAA from one port, asked again "
                   "after 2.5 s; it gives up its walk at any error and where a type is missing.",
                   NULL},
    [STUB_GO] = {"go",
                 "Go's own resolver: A and AAAA from two ports, asked again after 5 s from another "
                 "port.",
                 NULL},
};

const char *const stub_why_texts[STUB_WHYS] = {
    [STUB_WHY_NOTHING] = NULL,
    [STUB_WHY_TIMER_GLIBC] = "asked again after 5 s from the same port with the same id",
    [STUB_WHY_TIMER_MUSL] = "asked again after 2.5 s from the same port with the same id",
    [STUB_WHY_TIMER_GO] = "asked again after 5 s from another port with another id",
    [STUB_WHY_TWO_PORTS] = "A and AAAA at once from two ports",
    [STUB_WHY_SEQUENTIAL] = "AAAA behind the answer to A",
    [STUB_WHY_IDS_NEAR] = "A and AAAA from one port, with ids that a clock made",
    [STUB_WHY_IDS_APART] = "A and AAAA from one port, with ids at random",
    [STUB_WHY_CLIENT] = "like the client's other lookups",
};
