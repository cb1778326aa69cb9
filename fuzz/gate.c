// SPDX-License-Identifier: BSD-2-Clause
/*
 * Gates: what --fail-if, --fail-on and --tolerance take, and files of --baseline, which are judged on a
 * small report.  The first octet chooses.  What is taken must be told by every output; what is refused
 * must say why.
 */
#include <assert.h>
#include <string.h>

#include "gate/gate.h"
#include "render/formats.h"
#include "report/gates.h"

#include "file.h"
#include "fuzz.h"

/* Twenty-four sessions, half of them failed at their upstream. */
static struct report *new_report(void)
{
    static const uint8_t octets[2][4] = {{10, 244, 1, 7}, {172, 30, 0, 53}};
    static const uint8_t name[] = {2, 'd', 'b', 0};
    struct report_options options = {
        .slow_ns = 100 * WHEN_MS, .limit = 10, .ceiling_bytes = 1 << 22};
    struct report *report = report_new(&options);

    for (unsigned i = 0; i < 24; i++) {
        int64_t start = WHEN_SECOND * (int64_t)(1795168800 + i);
        bool bad = i % 2 == 1;
        struct attempt attempt = {.start = start,
                                  .began = start,
                                  .ended = WHEN_NONE,
                                  .latency_ns = bad ? WHEN_NONE : WHEN_MS,
                                  .latency_exact = true,
                                  .start_exact = true,
                                  .upstream = endpoint_of(octets[1], 4, 53),
                                  .count = 1,
                                  .rcode = bad ? RCODE_NONE : 0,
                                  .outcome = bad ? OUTCOME_NO_REPLY : OUTCOME_ANSWERED};
        struct session session = {.start = start,
                                  .end = start + WHEN_SECOND,
                                  .waited_ns = WHEN_MS * i,
                                  .status = bad ? STATUS_FAILED : STATUS_SUCCEEDED,
                                  .bitmap = bad ? 5 : 15,
                                  .has_client = true,
                                  .has_question = true,
                                  .client = endpoint_of(octets[0], 4, 40000),
                                  .type = 1,
                                  .answers = UINT32_MAX,
                                  .ttl = UINT32_MAX,
                                  .name = name,
                                  .name_len = sizeof name,
                                  .attempts = &attempt,
                                  .attempts_kept = 1,
                                  .tries = 1,
                                  .number = i + 1};
        report_add(report, &session, start);
    }
    report_finish(report, NULL, NULL, 48, false);
    return report;
}

static int take(struct gates *gates, const uint8_t *data, size_t size, struct error *error)
{
    char text[4096];
    size_t len = size - 1 < sizeof text - 1 ? size - 1 : sizeof text - 1;

    memcpy(text, data + 1, len);
    text[len] = 0;
    switch (data[0]) {
    case 'c':
        return gates_add_condition(gates, text, error);
    case 't':
        return gates_set_tolerance(gates, text, error);
    case 'f':
        return gates_add_finding(gates, text, len)
                   ? 0
                   : error_set(error, ERROR_USAGE, "there is no such finding");
    default:
        return gates_read_baseline(gates, file_of(data, size), error);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct render_style style = {.columns = 80, .limit = 10, .slow_ns = 100 * WHEN_MS};
    static struct report *report;
    struct gates *gates = gates_new();
    struct error error = {0};
    struct text out = {0};

    if (report == NULL)
        report = new_report();
    if (size > 0 && size <= FUZZ_BYTES_MAX && take(gates, data, size, &error) == 0) {
        gates_judge(gates, report);
        json_report(&out, &report_fields, report, &style);
        junit_report(&out, &report_fields, report, &style);
        page_report(&out, &report_fields, report, &style);
        assert(strstr(out.at, "sample_loss") != NULL);
        report_take_gates(report, NULL, 0);
    } else if (size > 0 && size <= FUZZ_BYTES_MAX) {
        assert(error.text[0] != 0 && error.code != ERROR_NONE);
    }
    text_done(&out);
    gates_free(gates);
    return 0;
}
