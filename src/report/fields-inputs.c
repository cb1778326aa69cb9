// SPDX-License-Identifier: BSD-2-Clause
/* The rows of the inputs. */
#include "input/pcap/link.h"
#include "report/fields.h"

GETTER(skip_reason, struct skip_row, value_string(row->word))
GETTER(skip_n, struct skip_row, COUNT(row->n))

static const struct field skip_fields[] = {
    {.path = "reason",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = skip_reason,
     .help = "Why pieces were left out."},
    FIELD_COUNT("count", "How many.", skip_n),
};
static const struct field_table skip_table = {
    .name = "inputs.skipped",
    .help = "Pieces of an input that were left out.",
    FIELDS(skip_fields),
};

GETTER(window_start, struct loss_window, value_time(row->start))
GETTER(window_end, struct loss_window, value_time(row->end))

static const struct field window_fields[] = {
    {.path = "start", .kind = VALUE_TIME, .help = "From then on.", .get = window_start},
    {.path = "end", .kind = VALUE_TIME, .help = "Until then.", .get = window_end},
};
static const struct field_table window_table = {
    .name = "inputs.loss.windows",
    .help = "Times in which frames were lost.",
    FIELDS(window_fields),
    .columns = "start,end",
};

static struct value text_or_null(const char *text)
{
    return text[0] == 0 ? value_null() : value_string(text);
}

GETTER(interface_name, struct interface_facts, text_or_null(row->name))
GETTER(interface_description, struct interface_facts, text_or_null(row->description))
GETTER(interface_filter, struct interface_facts, text_or_null(row->filter))
GETTER(interface_packets, struct interface_facts, COUNT(row->packets))
GETTER(interface_drops, struct interface_facts,
       row->drops == EVIDENCE_NONE ? value_null() : COUNT(row->drops))

static struct value link_name(uint16_t link, struct text *scratch)
{
    char name[LINK_TEXT_MAX];

    text_add(scratch, name, link_print(link, name));
    return value_text(scratch->at, scratch->len);
}

static struct value interface_link(const void *at, struct text *scratch)
{
    return link_name(((const struct interface_facts *)at)->link, scratch);
}

static const struct field interface_fields[] = {
    {.path = "name",
     .kind = VALUE_TEXT,
     .help = "Its name, as the capture states it.",
     .get = interface_name},
    {.path = "description",
     .kind = VALUE_TEXT,
     .help = "What the capturing program says of it (pods and containers, for instance).",
     .get = interface_description},
    {.path = "link_type",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .help = "Link type of its packets.",
     .get = interface_link},
    {.path = "filter",
     .kind = VALUE_TEXT,
     .help = "The filter that the capturing program used.",
     .get = interface_filter},
    FIELD_COUNT("packets", "Packets from it.", interface_packets),
    {.path = "drops",
     .kind = VALUE_COUNT,
     .help = "Packets that the capturing host lost there, as it says itself; null: not stated.",
     .get = interface_drops},
};
static const struct field_table interface_table = {
    .name = "inputs.interfaces",
    .help = "Interfaces that a pcapng capture describes.",
    FIELDS(interface_fields),
    .columns = "name,link_type,packets,drops",
};

GETTER(input_file, struct input_row, value_string(row->facts.file))
GETTER(input_format, struct input_row, value_string(row->facts.format))
GETTER(input_vantage, struct input_row, value_string(row->vantage))
GETTER(input_producer, struct input_row, text_or_null(row->facts.producer))
GETTER(input_version, struct input_row, text_or_null(row->facts.producer_version))
GETTER(input_bytes, struct input_row, COUNT(row->facts.bytes))
GETTER(input_frames, struct input_row, COUNT(row->facts.frames))
GETTER(input_queries, struct input_row, COUNT(row->facts.queries))
GETTER(input_responses, struct input_row, COUNT(row->facts.responses))
GETTER(input_start, struct input_row, value_time(row->facts.start))
GETTER(input_end, struct input_row, value_time(row->facts.end))
GETTER(input_cut, struct input_row, text_or_null(row->facts.cut))
GETTER(input_error, struct input_row, text_or_null(row->facts.error))
GETTER(loss_proven, struct input_row, COUNT(row->loss.proven))
GETTER(loss_estimate, struct input_row,
       row->loss.estimate == UINT64_MAX ? value_null() : COUNT(row->loss.estimate))
ROWS(input_skipped, struct input_row, row->n_skipped, &row->skipped[i])
ROWS(loss_windows, struct input_row, row->loss.windows, &row->loss.window[i])

ROWS(input_interfaces, struct input_row, row->facts.evidence.n_interfaces,
     &row->facts.evidence.interfaces[i])
GETTER(input_more_interfaces, struct input_row, COUNT(row->facts.evidence.more_interfaces))
GETTER(input_comments, struct input_row, COUNT(row->facts.evidence.comments))

static size_t input_links(const void *at)
{
    const struct evidence *evidence = &((const struct input_row *)at)->facts.evidence;

    return evidence->n_links + evidence->more_links;
}

static struct value input_link(const void *at, size_t i, struct text *scratch)
{
    const struct evidence *evidence = &((const struct input_row *)at)->facts.evidence;

    return i < evidence->n_links ? link_name(evidence->links[i], scratch) : value_string("others");
}

static size_t input_first_comments(const void *at)
{
    uint64_t n = ((const struct input_row *)at)->facts.evidence.comments;

    return n < LIMIT_COMMENTS ? (size_t)n : LIMIT_COMMENTS;
}

static struct value input_comment(const void *at, size_t i, struct text *scratch)
{
    (void)scratch;
    return value_string(((const struct input_row *)at)->facts.evidence.first_comments[i]);
}

static bool can_lose(const void *row)
{
    return ((const struct input_row *)row)->can_lose;
}

static const struct field input_fields[] = {
    {.path = "file",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = input_file,
     .help = "The input as typed; - is standard input."},
    {.path = "format",
     .kind = VALUE_TEXT,
     .get = input_format,
     .help = "Its kind: dnstap, pcap, pcapng; null: not usable."},
    {.path = "link_types",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .count = input_links,
     .item_value = input_link,
     .help = "Link types of packets; none in dnstap."},
    {.path = "vantage",
     .kind = VALUE_TEXT,
     .get = input_vantage,
     .help = "Where its packets were captured: client, server (a CoreDNS pod) or node (several "
             "places at once); null: dnstap, or nothing tells."},
    {.path = "producer",
     .kind = VALUE_TEXT,
     .get = input_producer,
     .help = "The program that made the frames or the capture, as it says itself."},
    {.path = "producer_version",
     .kind = VALUE_TEXT,
     .get = input_version,
     .help = "Its version, as it says itself."},
    FIELD_COUNT("bytes", "Bytes read, as they stand in the file (compressed).", input_bytes),
    FIELD_COUNT("frames", "Data frames, packets.", input_frames),
    FIELD_COUNT("queries", "DNS queries, every copy counted.", input_queries),
    FIELD_COUNT("responses", "DNS responses, every copy counted.", input_responses),
    {.path = "start", .kind = VALUE_TIME, .help = "Its first event.", .get = input_start},
    {.path = "end", .kind = VALUE_TIME, .help = "Its last event.", .get = input_end},
    {.path = "cut",
     .kind = VALUE_TEXT,
     .get = input_cut,
     .help = "Where it ends inside a record; null: it does not."},
    {.path = "error",
     .kind = VALUE_TEXT,
     .get = input_error,
     .help = "Why it could not be used; null: it could."},
    {.path = "skipped",
     .shape = FIELD_MAP,
     .kind = VALUE_COUNT,
     .rows = &skip_table,
     .flags = FIELD_NOT_CSV,
     .count = input_skipped_count,
     .item = input_skipped_item,
     .help = "Pieces left out, by reason; only reasons that occurred."},
    {.path = "interfaces",
     .shape = FIELD_ROWS,
     .rows = &interface_table,
     .flags = FIELD_NOT_CSV,
     .count = input_interfaces_count,
     .item = input_interfaces_item,
     .help = "Interfaces that a pcapng capture describes, at most 64; none in other formats."},
    FIELD_COUNT("more_interfaces", "Interfaces beyond those.", input_more_interfaces),
    FIELD_COUNT("comments", "Comments in a pcapng capture.", input_comments),
    {.path = "first_comments",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .count = input_first_comments,
     .item_value = input_comment,
     .help = "The first of them, at most 8, cut to 512 octets."},
    {.path = "loss",
     .shape = FIELD_GROUP,
     .present = can_lose,
     .help = "Frames lost on the way into the input; null: the format cannot lose any unseen."},
    FIELD_COUNT("loss.proven", "Frames that must have been there.", loss_proven),
    {.path = "loss.windows",
     .shape = FIELD_ROWS,
     .rows = &window_table,
     .flags = FIELD_NOT_CSV,
     .count = loss_windows_count,
     .item = loss_windows_item,
     .help = "Times in which frames were lost."},
    {.path = "loss.estimate",
     .kind = VALUE_COUNT,
     .get = loss_estimate,
     .help = "Estimate of all frames lost; null: no estimate."},
};
const struct field_table report_input_fields = {
    .name = "inputs",
    .help = "The inputs, in the order of the arguments.",
    FIELDS(input_fields),
    .columns = "file,format,frames,queries,responses,start,end",
};
