// SPDX-License-Identifier: BSD-2-Clause
/* The man page: the parts written by hand, and those that the tables tell. */
#include <string.h>

#include "cli/explain.h"
#include "cli/field-list.h"
#include "cli/filters.h"
#include "cli/help.h"
#include "finding/finding.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

static const char manual_head[] =
    ".SH NAME\n"
    "dnstap\\-analyse \\- tell from captures of CoreDNS what failed, since when and why\n"
    ".SH SYNOPSIS\n"
    ".B dnstap\\-analyse\n"
    "[\\fIOPTION\\fR]... \\fIFILE\\fR...\n"
    ".SH DESCRIPTION\n"
    "Reads what CoreDNS tapped (dnstap in Frame Streams) and what packet captures saw (pcap, "
    "pcapng), also\n"
    "compressed with gzip, zstd or xz, joins the messages into sessions, and reports what failed, "
    "how slow it\n"
    "was, and which upstream, server, client or name is behind it. The kind of each \\fIFILE\\fR "
    "is found\n"
    "from its content; \\fB\\-\\fR, or no \\fIFILE\\fR while standard input is no terminal, is "
    "standard input.\n"
    "Several files are read together as one incident, in the order of their times.\n"
    ".PP\n"
    "A \\fIsession\\fR is one query of a client to CoreDNS with everything that it caused: the "
    "client's leg,\n"
    "the \\fIattempts\\fR at upstreams, the answer. Its \\fIstatus\\fR is Succeeded, Failed, "
    "SampleLoss (frames of\n"
    "it were lost on the way into the capture: no verdict is possible), CaptureEdge (it began "
    "before the\n"
    "capture did, or had not settled when it ended) or Unknown; its \\fIreason\\fR says why. "
    "\\fB\\-\\-explain\\fR\n"
    "tells what each word means. A \\fIlookup\\fR is what an application waited for: the sessions of "
    "one\n"
    "\\fBgetaddrinfo\\fR(3) call, for A and AAAA, along the search list, and asked again where no "
    "answer came.\n"
    "With \\fB\\-\\-view lookups\\fR, \\fBsessions\\fR or \\fBattempts\\fR "
    "rows are printed as\n"
    "they settle; on an interrupt the report of what was read is still made.\n";

static const char manual_output[] = ".SH OUTPUT\n"
                                    "Durations in json, yaml and csv are milliseconds with three "
                                    "decimals (names end in \\fB_ms\\fR), times are\n"
                                    "RFC 3339 in UTC with nine decimals, shares are fractions from "
                                    "0 to 1 (\\fB_rate\\fR, \\fB_share\\fR). What is\n"
                                    "not known is \\fBnull\\fR, and empty in tables and csv; it is "
                                    "never 0. Names are absolute, in lower case,\n"
                                    "with the escapes of RFC 1035. All keys are always there. The "
                                    "same input and options give the same\n"
                                    "octets.\n"
                                    ".PP\n"
                                    "The report as json, yaml or one line of ndjson is one "
                                    "document (\\fBdnstap\\-analyse/report/1\\fR). Rows are an\n"
                                    "array with one row a line (json), a list (yaml), an object a "
                                    "line (ndjson), or RFC 4180 lines behind a head\n"
                                    "line (csv). JSON Schemas are installed with the program. A "
                                    "file named by \\fB\\-o\\fR appears when it is\n"
                                    "whole. Lists in a cell are joined by blanks. Control "
                                    "characters (C0, DEL, C1) stand in csv as \\ex\\fIHH\\fR,\n"
                                    "their number in hexadecimal digits.\n"
                                    ".PP\n"
                                    "The report as html is one file to attach or to print, with "
                                    "charts, light or dark as its reader has it. It\n"
                                    "loads and runs nothing.\n";

static const char manual_filters[] =
    ".SH FILTERS\n"
    "\\fB\\-\\-filter\\fR takes comparisons of fields with values. Those joined by \\fB,\\fR must all hold, of "
    "those joined by\n"
    "\\fB||\\fR one; \\fB,\\fR binds before \\fB||\\fR. \\fB!\\fR in front of one, or of parentheses, is its "
    "opposite. A field alone holds where it is\n"
    "true, or, where it is no boolean, known. Names of fields compare without case.\n"
    ".TP\n.B == != < <= > >=\nNumbers compare as numbers, times as times, addresses by number, other "
    "texts by their octets; \\fB=\\fR is another\nway to write \\fB==\\fR. "
    "Names compare without case, with or without the dot at their end.\n"
    ".TP\n.B ~ !~\nSearches a text for a pattern (PCRE2), or holds where that is not found: "
    "\\fBname~^db\\e.\\fR.\n"
    ".PP\n"
    "A value ends at \\fB,\\fR, at \\fB||\\fR, or at a \\fB)\\fR that closes nothing in it; \\fB\\e,\\fR and "
    "\\fB\\e\\e\\fR stand for a comma and a backslash, any other\n"
    "backslash stays. Between double quotes commas, bars and parentheses are plain. Blanks around words "
    "do not count.\n"
    ".PP\n"
    "Durations take a unit (\\fBwaited_ms>1.5s\\fR; ms without), shares a percent sign, addresses a "
    "network (\\fBclient==10.244.0.0/16\\fR,\n"
    "\\fBupstream==172.30.0.53:53\\fR). Types and rcodes may be numbers, and words as Inspektor Gadget "
    "spells them (\\fBrcode!=Success\\fR).\n"
    "Of a list, and of the objects in a list (\\fBattempts.outcome==no_reply\\fR), any element will do. "
    "A comparison with a field that is\n"
    "\\fBnull\\fR is false; \\fB!=\\fR and \\fB!~\\fR hold exactly where \\fB==\\fR and \\fB~\\fR do "
    "not.\n"
    ".PP\n"
    "In \\fB\\-\\-view sessions\\fR and in the report the fields are those of sessions; the report's "
    "lookups are those with a session that is kept.\n"
    "In \\fB\\-\\-view attempts\\fR they are those of the attempt and those of its session "
    "(\\fBsession.rcode\\fR where the attempt has one of that name).\n"
    "In \\fB\\-\\-view lookups\\fR comparisons with fields of lookups are about the lookup; those with "
    "other fields are about sessions, and\n"
    "keep a lookup where one of its sessions has all that they ask for together. The two kinds are joined "
    "by \\fB,\\fR only.\n"
    "In \\fB\\-\\-view messages\\fR they are those of the message.\n"
    ".PP\nFields also have the names that Inspektor Gadget's trace_dns and Wireshark give them; where one\n"
    "stands for several fields, any of them will do:\n";

static const char manual_packets[] =
    ".SH PACKET CAPTURES\n"
    "Sessions are made of packets by what passed the place of the capture. In a client's pod that "
    "is what its\n"
    "applications waited for: a query that is repeated from one socket is one session until it is "
    "answered, and\n"
    "an answer that never came is a failure. At CoreDNS it is what came, what was asked upstreams, "
    "and what was\n"
    "sent; there every query is a session. On a node (\\fB\\-i any\\fR) a datagram is seen several "
    "times, before and\n"
    "after the address of the service is translated: \\fBinputs\\fR counts all of them, everything "
    "else counts it\n"
    "once. What a place cannot show is in \\fBunobserved\\fR of the session and in "
    "\\fBverdict.unseen\\fR. Captures of\n"
    "several places and dnstap of the same time make one set of sessions.\n"
    ".PP\n"
    "Link types: Ethernet (also with VLAN, MPLS and PPPoE), Linux cooked (1 and 2), raw IP, null, "
    "loop, PPP,\n"
    "NFLOG, 802.11; tunnels: VXLAN, Geneve, IP in IP, GRE. Port 53 is DNS and 853 DNS over TLS, "
    "other ports where\n"
    "both directions read as DNS, or by \\fB\\-\\-port\\fR; multicast DNS is left out. Attempts over "
    "TLS have times but\n"
    "no rcodes, and are tied to sessions by time (\\fBjoin\\fR). Fragments and TCP are put together as far "
    "as the capture\n"
    "has them; \\fBskipped\\fR counts what it lacks.\n";

static const char manual_tail[] =
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\nThe report was made, and all gates held.\n"
    ".TP\n.B 1\nThe report was made, but a gate did not hold, or could not be judged; see "
    "\\fBGATES\\fR.\n"
    ".TP\n.B 2\nWrong usage. The message names the option, and the nearest valid word.\n"
    ".TP\n.B 3\nThe report was made, but some input was unusable, or damaged or cut (which "
    "\\fB\\-\\-allow\\-partial\\fR forgives).\n"
    ".TP\n.B 4\nNo input could be used, a file of \\fB\\-\\-cluster\\fR or "
    "\\fB\\-\\-baseline\\fR could not, or the output failed.\n"
    ".PP\nWhere several are due, 2 goes before 4, 4 before 1, and 1 before 3.\n"
    ".TP\n.B 129, 130, 143\nInterrupted (SIGHUP, SIGINT, SIGTERM); the report of what was read was "
    "made. A second signal ends at once.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B NO_COLOR\nWhen it is set and not empty, \\fB\\-\\-color auto\\fR uses no colour.\n"
    ".TP\n.B TERM\nThe value \\fBdumb\\fR means no colour.\n"
    ".TP\n.B TZ\nThe local time zone, for \\fB\\-\\-local\\fR.\n"
    ".TP\n.B LC_ALL, LC_CTYPE, LANG\nTables are plain ASCII where the locale is not UTF-8.\n"
    ".SH EXAMPLES\n"
    "What broke, since when, and what to do about it:\n.PP\n.EX\n    dnstap-analyse capture.fstrm\n.EE\n.PP\n"
    "The sessions that failed, as JSON lines:\n.PP\n.EX\n"
    "    dnstap-analyse --view sessions -o ndjson capture.fstrm | jq -c 'select(.status == "
    "\"Failed\")'\n.EE\n.PP\n"
    "What applications waited for longest, with the names that they tried:\n.PP\n.EX\n"
    "    dnstap-analyse --view lookups --sort -waited_ms --limit 10 -o wide capture.fstrm\n.EE\n.PP\n"
    "The ten sessions that waited longest:\n.PP\n.EX\n"
    "    dnstap-analyse --view sessions --sort -waited_ms --limit 10 capture.fstrm\n.EE\n.PP\n"
    "What the pods of a node asked for while an upstream was silent:\n.PP\n.EX\n"
    "    dnstap-analyse --view sessions --filter 'client==10.244.3.0/24,attempts.outcome==no_reply' "
    "capture.fstrm\n.EE\n.PP\n"
    "The report of everything but the search list's NXDOMAIN:\n.PP\n.EX\n"
    "    dnstap-analyse --filter '!(rcode==NXDOMAIN,name~\\e.svc\\e.cluster\\e.local$)' capture.fstrm\n.EE\n.PP\n"
    "Packets of a client's pod and of CoreDNS's, and what CoreDNS tapped, as one incident:\n"
    ".PP\n.EX\n    dnstap-analyse client.pcap coredns.pcap capture.fstrm\n.EE\n.PP\n"
    "The same with the names of pods, after kubectl get "
    "pods,services,endpointslices,nodes,configmaps -A -o yaml:\n"
    ".PP\n.EX\n    dnstap-analyse --cluster cluster.yaml client.pcap capture.fstrm\n.EE\n.PP\n"
    "A node's packets, with DNS on port 5353, too:\n.PP\n.EX\n"
    "    dnstap-analyse --port 5353 node.pcap\n.EE\n.PP\n"
    "Every query to an upstream, with its latency, for a spreadsheet:\n.PP\n.EX\n"
    "    dnstap-analyse --view attempts -o csv=attempts.csv capture.fstrm\n.EE\n.PP\n"
    "The captures of two replicas as one incident, the page and the document at once:\n.PP\n.EX\n"
    "    dnstap-analyse -o table -o json=report.json coredns-0.fstrm coredns-1.fstrm\n.EE\n.PP\n"
    "A gate for CI, which fails on what no finding explains, and a file of test results:\n.PP\n.EX\n"
    "    dnstap-analyse --fail-if 'totals.unexplained.lookups > 0' -o junit=gates.xml capture.fstrm\n"
    ".EE\n.PP\n"
    "The first ten seconds only, whatever waited longer than 5 ms being slow:\n.PP\n.EX\n"
    "    dnstap-analyse --until +10s --slow 5ms capture.fstrm\n.EE\n.PP\n"
    "Standard input:\n.PP\n.EX\n    cat capture.fstrm.gz | dnstap-analyse -\n.EE\n.PP\n"
    "What a word means, and the rule of a finding:\n.PP\n.EX\n"
    "    dnstap-analyse --explain upstream_no_reply\n"
    "    dnstap-analyse --explain upstream-timeout\n.EE\n"
    ".SH CAVEATS\n"
    "dnstap as CoreDNS writes it shows no address of the server, no answer for some failed "
    "sessions (the bitmap\n"
    "then lacks 2), and, without the \\fBfull\\fR option, no name and no rcode; "
    "\\fBverdict.unseen\\fR says what a\n"
    "capture cannot show. Latencies that cannot be exact are marked (\\fBlatency_exact\\fR, "
    "\\fBwaited_exact\\fR). A\n"
    "cell of csv may start with a character that a spreadsheet takes for a formula.\n"
    ".SH SEE ALSO\n"
    ".BR dnstap\\-ldns (1),\n.BR dnstap\\-read (1),\n.BR fstrm_capture (1),\n.BR jq (1)\n";

/* A text of ours for roff: backslashes and a dot at the start of a line are no commands. */
static void add_roff(struct text *out, const char *text)
{
    if (text[0] == '.' || text[0] == '\'')
        text_add_string(out, "\\&");
    for (; *text != 0; text++) {
        if (*text == '\\')
            text_add_string(out, "\\e");
        else if (*text == '-')
            text_add_string(out, "\\-");
        else
            text_add_char(out, *text);
    }
}

static void add_option(struct text *out, const struct option_row *row)
{
    text_add_string(out, ".TP\n");
    if (row->letter != 0)
        text_format(out, "\\fB\\-%c\\fR", row->letter);
    if (row->name != NULL) {
        text_add_string(out, row->letter != 0 ? ", \\fB\\-\\-" : "\\fB\\-\\-");
        add_roff(out, row->name);
        text_add_string(out, "\\fR");
    }
    if (option_is_optional(row))
        text_format(out, "[=\\fI%.*s\\fR]", (int)strlen(row->argument) - 2, row->argument + 1);
    else if (row->argument != NULL)
        text_add_string(out, " \\fI"), add_roff(out, row->argument), text_add_string(out, "\\fR");
    text_add_char(out, '\n');
    text_add_string(out, row->manual);
    text_add_char(out, '\n');
}

/* One of them, or several with blanks between them. */
static void add_paths(struct text *out, const char *paths)
{
    for (const char *at = paths; *at != 0; at++)
        *at == ' ' ? text_add_string(out, " or ") : text_add_char(out, *at);
}

/* "sessions: src (client), ..." of each view. */
static void add_aliases(struct text *out)
{
    static const enum view order[] = {VIEW_SESSIONS, VIEW_ATTEMPTS, VIEW_LOOKUPS, VIEW_MESSAGES};

    for (size_t v = 0; v < sizeof order / sizeof *order; v++) {
        const struct filter_scope *scope = &filters_language(order[v])->scopes[FILTERS_OWN];
        text_format(out, ".TP\n.B %s\n", view_words[order[v]]);
        for (size_t i = 0; i < scope->n_aliases; i++) {
            add_roff(out, scope->aliases[i].alias);
            text_add_string(out, " (");
            add_paths(out, scope->aliases[i].path);
            text_add_string(out, scope->aliases[i].unit_ns == 1             ? ", ns"
                                 : scope->aliases[i].unit_ns == WHEN_SECOND ? ", s"
                                                                            : "");
            text_add_string(out, i + 1 < scope->n_aliases ? "),\n" : ").\n");
        }
    }
}

static void add_field(const char *path, const struct field *field, void *context)
{
    struct text *out = context;
    const char *unit = field_unit_word(field);

    text_add_string(out, ".TP\n.B ");
    add_roff(out, path);
    text_format(out, "\n(%s%s%s) ", field_type_word(field), unit[0] != 0 ? ", " : "", unit);
    add_roff(out, field->help != NULL ? field->help : "");
    text_add_char(out, '\n');
}

struct words {
    struct text *out;
    const char *kind;
};

static void add_word(const char *kind, const char *word, const char *meaning, const char *advice,
                     void *context)
{
    struct words *words = context;

    if (words->kind == NULL || strcmp(words->kind, kind) != 0) {
        text_add_string(words->out, ".SS ");
        add_roff(words->out, kind);
        text_add_char(words->out, '\n');
        words->kind = kind;
    }
    text_add_string(words->out, ".TP\n.B ");
    add_roff(words->out, word);
    text_add_char(words->out, '\n');
    add_roff(words->out, meaning != NULL ? meaning : "");
    if (advice != NULL) {
        text_add_char(words->out, '\n');
        add_roff(words->out, advice);
    }
    text_add_char(words->out, '\n');
}

static const char manual_findings[] =
    ".SH FINDINGS\n"
    "A finding says what broke, since when, for whom, whose fault it is, how sure that is and what "
    "to do. It is\n"
    "\\fIsure\\fR where the capture itself shows the cause, \\fIlikely\\fR where it shows the effect "
    "and rules out the\n"
    "usual rivals, \\fIpossible\\fR where it is one of several causes; \\fBnext\\fR then names the "
    "capture that would\n"
    "decide. Every rate has a base and counts where the lower bound of its 95 % Wilson interval "
    "passes the rule's.\n"
    "Each session or lookup that failed or waited for a second or longer is explained by one root at "
    "most; what is\n"
    "left is counted in \\fBtotals.unexplained\\fR. A finding that another one led to stands behind "
    "it\n"
    "(\\fBcaused_by\\fR). The severity here is the rule; one that explains failures is at least an "
    "error.\n"
    ".PP\n"
    "The verdict is \\fBfailing\\fR where an error explains clients that failed or waited for a "
    "second or longer,\n"
    "\\fBdegraded\\fR where anything else above info is wrong, \\fBhealthy\\fR where nothing is and "
    "the capture\n"
    "could have shown it, else \\fBunknown\\fR.\n";

static void add_finding(struct text *out, const struct finding_kind *kind)
{
    text_add_string(out, ".TP\n.B ");
    add_roff(out, kind->key);
    text_format(out, "\n(%s) ", severity_words[kind->severity]);
    add_roff(out, kind->meaning);
    text_add_string(out, "\n.RS\n.PP\n\\fIRule:\\fR ");
    add_roff(out, kind->rule);
    text_add_string(out, "\n.PP\n\\fIWhat to do:\\fR ");
    add_roff(out, kind->advice);
    text_add_string(out, "\n.PP\n");
    add_roff(out, kind->reference);
    text_add_string(out, "\n.RE\n");
}

static const char manual_gates[] =
    ".SH GATES\n"
    "Gates are conditions that the report is held against, for CI: where one of them does not hold, or "
    "cannot be\n"
    "judged, the exit status is 1. They stand in the report (\\fBgates\\fR: \\fBheld\\fR is true, false "
    "or null), and go\n"
    "with the report only, not with rows. They are read before any input is.\n"
    ".TP\n.B \\-\\-fail\\-if \\(aqPATH OP VALUE\\(aq\n"
    "The gate fails where that is true. PATH is a field of the report (\\fBtotals.error_rate\\fR, "
    "\\fBlatency.waited_ms.p99\\fR,\n"
    "\\fBverdict.state\\fR; see \\fBFIELDS\\fR), OP one of \\fB== = != < <= > >=\\fR (for texts == and "
    "!=), VALUE as in\n"
    "\\fBFILTERS\\fR: \\fB1%\\fR, \\fB250ms\\fR, \\fB1.5s\\fR. A path through a list "
    "(\\fBupstreams.failure_rate\\fR) is about all its rows:\n"
    "the gate fails where it is true of one (\\fBupstreams.state.now!=up\\fR, \\fBservers.sessions<20\\fR), and "
    "tells the worst: the\n"
    "largest of numbers, for < and <= the smallest. What a map of counts does not have "
    "(\\fBupstreams.rcodes.SERVFAIL\\fR)\n"
    "is 0. Of the lists that \\fB\\-\\-limit\\fR cuts (clients, names, failing_names, slow) the rows that are "
    "left count.\n"
    ".TP\n.B \\-\\-fail\\-on WORD[,...]\n"
    "A gate each: it fails where there is such a finding.\n"
    ".TP\n.B \\-\\-baseline FILE\n"
    "Gates of their own for what can get worse than in that report: \\fBtotals.error_rate\\fR, "
    "\\fBtotals.slow_rate\\fR, the share\n"
    "of sessions with lost frames, the percentiles 50, 90 and 99 of what sessions and lookups waited, "
    "the failure\n"
    "rates and states of upstreams (those that are in both), and findings from warning on that are new or more "
    "severe. A rate\n"
    "is worse where it rose by more than 1 percentage point and by more than 20 % of what it was, a "
    "percentile where it\n"
    "rose by more than 5 ms and 25 %. What rests on fewer than 20 sessions, lookups or attempts, then or "
    "now, is not\n"
    "judged: the gate holds and says so. \\fB\\-\\-tolerance\\fR changes these five numbers; "
    "\\fBrates=0pp/0%\\fR takes any rise. A file\n"
    "that cannot be read, or is no report, is exit status 4.\n"
    ".TP\n.B sample_loss\n"
    "Is there with any other gate: where frames of more than 10 % of the sessions were lost it cannot be "
    "judged, since\n"
    "what is left proves nothing.\n"
    ".PP\n"
    "A gate cannot be judged where its figure is not known: no wait that can be told, no upstream, a "
    "verdict\n"
    "\\fBunknown\\fR. Where the report has no session none can, but those that failed anyway. Lists of what "
    "went wrong\n"
    "(\\fBfindings\\fR, \\fBfailing_names\\fR, \\fBslow\\fR) may be empty: their gates then hold.\n"
    ".PP\n"
    "\\fB\\-o junit\\fR has a test case for each gate and for each finding. A gate that failed is a "
    "failure, one that could\n"
    "not be judged an error; a finding is a failure where a gate failed because of it, else it passes, "
    "with its\n"
    "summary as output.\n";

void manual_print(struct text *out)
{
    struct words words = {.out = out};

    text_add_string(
        out, ".\\\" SPDX-License-Identifier: BSD-2-Clause\n"
             ".\\\" Printed by dnstap-analyse --help=man; make update-docs writes it anew.\n"
             ".TH DNSTAP\\-ANALYSE 1 \"November 21, 2026\" \"dnstap\\-analyse " PACKAGE_VERSION
             "\" \"User Commands\"\n");
    text_add_string(out, manual_head);
    text_add_string(out, ".SH OPTIONS\n");
    for (size_t i = 0; i < option_rows_n; i++)
        add_option(out, &option_rows[i]);
    text_add_string(out, manual_filters);
    add_aliases(out);
    text_add_string(out, manual_packets);
    text_add_string(out, manual_findings);
    for (unsigned id = 0; id < FINDINGS; id++)
        add_finding(out, finding_kinds[id]);
    text_add_string(out, manual_gates);
    text_add_string(out, manual_output);
    text_add_string(
        out, ".SH FIELDS\n"
             "The dotted path is the name of a field everywhere: in json and yaml, as a column, in "
             "\\fB\\-\\-fields\\fR and \\fB\\-\\-sort\\fR.\n");
    static const enum view order[] = {VIEW_LOOKUPS, VIEW_SESSIONS, VIEW_ATTEMPTS,
                                      VIEW_MESSAGES, VIEW_REPORT};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        text_format(out, ".SS \\-\\-view %s\n", view_words[order[i]]);
        field_list(view_table(order[i]), add_field, out);
    }
    text_add_string(out, ".SH WORDS\nWhat the words in the fields mean.\n");
    explain_words(add_word, &words);
    text_add_string(out, manual_tail);
}
