// SPDX-License-Identifier: BSD-2-Clause
/* The findings of the page: each root with what it explains, what to do and where to look; what it
 * led to, indented; and what no finding explains. */
#include <string.h>

#include "render/page.h"

#define FINDING_INDENT 4 /* columns in front of what is said of a root */
#define LED_INDENT 6     /* of what it led to */

static bool is_severity(struct row_ref finding, const char *word)
{
    return access_is(finding, "severity", word);
}

static bool is_serious(struct row_ref finding)
{
    return is_severity(finding, "error") || is_severity(finding, "critical");
}

/* slow-lookups is no cause: it is what is left without one. */
static bool is_cause(struct row_ref finding)
{
    return !access_is(finding, "key", "slow-lookups");
}

static bool is_caused(struct row_ref finding)
{
    struct text scratch = {0};
    bool caused = access_value(finding, "caused_by.key", &scratch).kind == VALUE_TEXT;

    text_done(&scratch);
    return caused;
}

/* What went wrong in all, explained or not. */
static int64_t bad_in_all(const struct page *page, const char *explains, const char *unexplained)
{
    struct list_ref findings = access_list(page->report, "findings");
    int64_t n = access_count(page->report, unexplained);

    for (size_t i = 0; i < findings.n; i++)
        n += access_count(access_item(&findings, i), explains);
    return n;
}

/* As harm_is_of_sessions of finding/: dnstap of CoreDNS 1.8.1 and older has most of the sessions that
 * failed without their client's leg, and so in no lookup. */
static bool is_of_sessions(const struct page *page)
{
    struct list_ref inputs = access_list(page->report, "inputs"),
                    bitmaps = access_list(page->report, "bitmaps");
    int64_t failed = access_count(page->report, "totals.failed");
    int64_t clientless = -access_count(page->report, "totals.sample_loss") -
                         access_count(page->report, "totals.capture_edge");

    for (size_t i = 0; i < inputs.n; i++)
        if (access_is(access_item(&inputs, i), "format", "pcap") ||
            access_is(access_item(&inputs, i), "format", "pcapng"))
            return false;
    for (size_t i = 0; i < bitmaps.n; i++) {
        struct row_ref row = access_item(&bitmaps, i);
        if ((access_count(row, "bitmap") & 3) == 0)
            clientless += access_count(row, "sessions");
    }
    return failed > 0 && clientless > 0 && 2 * clientless >= failed;
}

/* Lookups are what applications felt; sessions are told where no lookup went wrong, or few show it. */
struct bad {
    const char *explains, *unexplained, *word;
    int64_t all;
};

static struct bad bad_of(const struct page *page)
{
    struct bad bad = {"explains.lookups", "totals.unexplained.lookups", "lookup", 0};

    bad.all = bad_in_all(page, bad.explains, bad.unexplained);
    if (bad.all == 0 || is_of_sessions(page)) {
        bad = (struct bad){"explains.sessions", "totals.unexplained.sessions", "session", 0};
        bad.all = bad_in_all(page, bad.explains, bad.unexplained);
    }
    return bad;
}

/* "16 of 249 bad lookups" */
static void add_bad(const struct bad *bad, int64_t n, struct text *line)
{
    page_count(line, n);
    text_add_string(line, " of ");
    page_count(line, bad->all);
    text_format(line, " bad %s%s", bad->word, bad->all == 1 ? "" : "s");
}

static void print_line(const struct page *page, const struct text *line, size_t column,
                       size_t indent)
{
    grid_wrap(page->out, line->at != NULL ? line->at : "", line->len, column, indent, page->width);
    text_add_char(page->out, '\n');
}

/* WORDS and the text at PATH; nothing where there is none. */
static void print_text(const struct page *page, struct row_ref finding, const char *words,
                       const char *path, size_t indent)
{
    struct text line = {0};

    access_add(finding, path, page->style->utf8, &line);
    if (line.len > 0) {
        text_add_fill(page->out, ' ', indent);
        text_add_string(page->out, words);
        print_line(page, &line, indent + strlen(words), indent + (words[0] == 0 ? 0 : 2));
    }
    text_done(&line);
}

/* The end of the word of a command that begins at I: blanks in quotes belong to it. */
static size_t word_end(const struct text *command, size_t i)
{
    char quote = 0;

    for (; i < command->len && (quote != 0 || command->at[i] != ' '); i++) {
        char c = command->at[i];
        if (quote == 0 && (c == '\'' || c == '"'))
            quote = c;
        else if (c == quote)
            quote = 0;
    }
    return i;
}

/* The same with the argument of an option, where both fit WIDTH. */
static size_t piece_end(const struct text *command, size_t i, size_t width)
{
    size_t end = word_end(command, i);

    if (command->at[i] != '-' || end - i == 2 || end >= command->len || command->at[end + 1] == '-')
        return end;
    size_t both = word_end(command, end + 1);
    return text_columns(command->at + i, both - i) <= width ? both : end;
}

/* Broken so that a shell takes the lines as they stand. */
static void print_command(const struct page *page, const char *words, const struct text *command,
                          size_t indent)
{
    size_t column = indent + strlen(words);

    text_add_fill(page->out, ' ', indent);
    indent += 2;
    text_add_string(page->out, words);
    for (size_t i = 0, end; i < command->len; i = end + 1) {
        end = piece_end(command, i, page->width - indent - 2);
        size_t columns = text_columns(command->at + i, end - i);
        size_t mark = end < command->len ? 2 : 0; /* room for the backslash behind it */
        if (i > 0 && column + 1 + columns + mark > page->width) {
            text_add_string(page->out, " \\\n");
            text_add_fill(page->out, ' ', indent);
            column = indent;
        } else if (i > 0) {
            text_add_char(page->out, ' ');
            column++;
        }
        text_add(page->out, command->at + i, end - i);
        column += columns;
    }
    text_add_char(page->out, '\n');
}

/* The commands of this program, or OTHER ones, which decide where a finding is not sure, and tell more
 * where it is: the first, with -o wide all. */
static void print_next(const struct page *page, struct row_ref finding, bool other, size_t indent)
{
    static const char tool[] = "dnstap-analyse ";
    struct list_ref next = access_list(finding, "next");
    struct text scratch = {0}, command = {0};
    bool sure = access_is(finding, "confidence", "sure");
    size_t told = 0;

    for (size_t i = 0; i < next.n && (told == 0 || page->style->wide); i++) {
        struct value value = access_item_value(&next, i, &scratch);
        if (value.kind != VALUE_TEXT)
            continue;
        text_clear(&command);
        text_add_terminal(&command, value.text.at, value.text.len, page->style->utf8);
        if ((strncmp(command.at, tool, sizeof tool - 1) != 0) != other)
            continue;
        told++;
        print_command(page, !other ? "look: " : sure ? "then: " : "to decide: ", &command, indent);
    }
    text_done(&scratch);
    text_done(&command);
}

/* "attempts without a reply: 23 of 110 (attempts); …" */
static void print_evidence(const struct page *page, struct row_ref finding, size_t indent)
{
    struct list_ref evidence = access_list(finding, "evidence");
    struct text line = {0};

    for (size_t i = 0; i < evidence.n; i++) {
        struct row_ref row = access_item(&evidence, i);
        struct text scratch = {0};
        text_add_string(&line, i == 0 ? "" : "; ");
        access_add(row, "what", page->style->utf8, &line);
        text_add_string(&line, ": ");
        page_count(&line, access_count(row, "count"));
        if (access_value(row, "of", &scratch).kind == VALUE_COUNT) {
            text_add_string(&line, " of ");
            page_count(&line, access_count(row, "of"));
            text_add_string(&line, " (");
            access_add(row, "base", page->style->utf8, &line);
            text_add_char(&line, ')');
        }
        text_done(&scratch);
    }
    if (line.len > 0) {
        text_add_fill(page->out, ' ', indent);
        text_add_string(page->out, "evidence: ");
        print_line(page, &line, indent + 10, indent + 2);
    }
    text_done(&line);
}

/* "! upstream-timeout 172.30.0.53:53 (error, sure) explains 16 of 16 bad lookups" */
static void print_head(const struct page *page, struct row_ref finding, const struct bad *bad)
{
    struct text line = {0}, key = {0};
    bool led = is_caused(finding);
    size_t indent = led ? LED_INDENT : FINDING_INDENT;
    const char *lead = led ? "    led to " : is_serious(finding) ? "! " : "- ";
    int64_t explained = access_count(finding, bad->explains);

    access_add(finding, "key", false, &key);
    text_add_string(page->out, lead);
    page_bold(page, key.at, !is_serious(finding) ? PAGE_BOLD : "\033[1;31m");
    text_add_char(page->out, ' ');
    access_add(finding, "subject.text", page->style->utf8, &line);
    text_add_string(&line, line.len > 0 ? " (" : "(");
    access_add(finding, "severity", false, &line);
    text_add_string(&line, ", ");
    access_add(finding, "confidence", false, &line);
    text_add_char(&line, ')');
    if (explained > 0 || (!led && is_serious(finding) && bad->all > 0)) {
        text_add_string(&line, is_cause(finding) ? " explains " : " is ");
        add_bad(bad, explained, &line);
    }
    print_line(page, &line, strlen(lead) + key.len + 1, indent);
    text_done(&line);
    text_done(&key);
}

/* Whether a sentence of the summary may end in front of I. */
static bool is_end(const struct text *summary, size_t i)
{
    const char *at = summary->at + i;

    return at[-1] == '.' &&
           (i == summary->len ||
            (at[0] == ' ' && ((at[1] >= 'A' && at[1] <= 'Z') || (at[1] >= '0' && at[1] <= '9'))));
}

/* The summary, but for the sentences that the verdict has taken of it. */
static void print_summary(const struct page *page, struct row_ref finding, size_t indent)
{
    struct text sentence = {0}, summary = {0};

    access_add(page->report, "verdict.sentence", page->style->utf8, &sentence);
    access_add(finding, "summary", page->style->utf8, &summary);
    size_t told = sentence.len > 0 ? summary.len : 0;
    while (told > 0 &&
           (!is_end(&summary, told) || memmem(sentence.at, sentence.len, summary.at, told) == NULL))
        told--;
    if (told > 0 && told < summary.len)
        told++; /* the blank */
    if (told < summary.len) {
        text_add_fill(page->out, ' ', indent);
        grid_wrap(page->out, summary.at + told, summary.len - told, indent, indent, page->width);
        text_add_char(page->out, '\n');
    }
    text_done(&sentence);
    text_done(&summary);
}

/* Ten names with a typing error are ten findings: what to do about them, and how to look at them, is
 * said once. */
#define SAID_MAX 32 /* more than there are kinds of findings */
struct said {
    size_t n;
    struct text keys[SAID_MAX], advices[SAID_MAX]; /* the advice that was said last of each kind */
};

/* The place of the finding's kind; the first time a new one, *FIRST. */
static size_t said_find(struct said *said, struct row_ref finding, bool *first)
{
    struct text key = {0};
    size_t i = 0;

    access_add(finding, "key", false, &key);
    while (i < said->n && strcmp(said->keys[i].at, key.at) != 0)
        i++;
    *first = i == said->n;
    if (*first && said->n < SAID_MAX) {
        said->keys[said->n++] = key;
        return i;
    }
    text_done(&key);
    return i < SAID_MAX ? i : SAID_MAX - 1;
}

static void print_advice(const struct page *page, struct row_ref finding, struct text *said,
                         size_t indent)
{
    struct text advice = {0};

    access_add(finding, "advice", page->style->utf8, &advice);
    if (advice.len != said->len || (advice.len > 0 && memcmp(advice.at, said->at, said->len) != 0))
        print_text(page, finding, "advice: ", "advice", indent);
    text_done(said);
    *said = advice;
}

static void print_finding(const struct page *page, struct row_ref finding, const struct bad *bad,
                          struct said *said)
{
    bool led = is_caused(finding), wide = page->style->wide, first;
    size_t indent = led ? LED_INDENT : FINDING_INDENT;

    print_head(page, finding, bad);
    print_summary(page, finding, indent);
    if (wide)
        print_evidence(page, finding, indent);
    if ((led || is_severity(finding, "info")) && !wide)
        return;
    size_t kind = said_find(said, finding, &first);
    print_advice(page, finding, &said->advices[kind], indent);
    if (wide)
        print_text(page, finding, "reference: ", "reference", indent);
    if (!first && !wide)
        return;
    print_next(page, finding, false, indent);
    print_next(page, finding, true, indent);
}

/* Nothing is said where nothing went wrong. */
static void print_unexplained(const struct page *page, const struct bad *bad)
{
    struct text line = {0};
    int64_t left = access_count(page->report, bad->unexplained);

    if (bad->all == 0)
        return;
    text_add_string(page->out, "  unexplained: ");
    add_bad(bad, left, &line);
    text_add_string(&line, " (failed, or waited for a second or longer)");
    print_line(page, &line, 15, FINDING_INDENT);
    text_done(&line);
}

void page_findings(const struct page *page)
{
    struct list_ref findings = access_list(page->report, "findings");
    struct bad bad = bad_of(page);
    struct said said = {.n = 0};
    size_t shown = 0;

    text_add_char(page->out, '\n');
    if (findings.n == 0 && bad.all == 0) {
        page_bold(page, "FINDINGS", PAGE_BOLD);
        text_add_string(page->out, "    none\n");
        return;
    }
    page_heading(page, "FINDINGS");
    for (; shown < findings.n && shown < page->style->limit; shown++)
        print_finding(page, access_item(&findings, shown), &bad, &said);
    page_more(page, findings.n - shown);
    print_unexplained(page, &bad);
    for (size_t i = 0; i < SAID_MAX; i++) {
        text_done(&said.keys[i]);
        text_done(&said.advices[i]);
    }
}

size_t page_findings_lines(const struct page *page)
{
    size_t n = access_list(page->report, "findings").n;

    return n == 0 ? 2 : 5; /* a blank line, the heading, and the first root with its advice */
}
