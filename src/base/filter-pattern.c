// SPDX-License-Identifier: BSD-2-Clause
/*
 * Patterns through PCRE2.  They are the user's, the texts are the capture's: how long one search may
 * take is limited (base/limits.h), and searches that are given up are counted.  Texts are octets, not
 * UTF-8: names hold anything.
 */
#include "base/filter-inside.h"

#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/limits.h"
#include "base/memory.h"

enum { JIT_STACK_BYTES = 32 << 10 }; /* to begin with */

struct pattern {
    pcre2_general_context *general;
    pcre2_code *code;
    pcre2_match_data *data; /* its room grows to what the hardest search took */
    pcre2_match_context *context;
    pcre2_jit_stack *stack; /* of machine code; NULL without */
    bool dotted;            /* the text is searched without its final dot, too */
    uint64_t gave_up;
};

/* Machine code is faster and optional; its limit is that of steps. */
static void translate(struct pattern *pattern)
{
    size_t size = 0;

    if (pcre2_pattern_info(pattern->code, PCRE2_INFO_SIZE, &size) == 0 &&
        size <= LIMIT_PATTERN_JIT_BYTES &&
        pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE) == 0) {
        /* that of the machine ends after some hundred octets */
        pattern->stack =
            pcre2_jit_stack_create(JIT_STACK_BYTES, LIMIT_PATTERN_KIB << 10, pattern->general);
        pcre2_jit_stack_assign(pattern->context, NULL, pattern->stack);
    }
}

/* Out of memory ends the program, as everywhere. */
static void *get(PCRE2_SIZE size, void *context)
{
    (void)context;
    return memory_get(1, size);
}

static void put(void *at, void *context)
{
    (void)context;
    memory_free(at);
}

/* Whether it looks for the end of the text: only then a dot there makes a difference. */
static bool has_end(const char *at, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool escaped = at[i] == '\\' && i + 1 < len;
        if (at[i] == '$' || (escaped && (at[i + 1] | 0x20) == 'z'))
            return true;
        i += escaped;
    }
    return false;
}

struct pattern *pattern_new(const char *at, size_t len, bool folded, bool dotted, char why[128],
                            size_t *offset)
{
    int number;
    PCRE2_SIZE where = 0;
    uint32_t flags =
        PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C | (folded ? PCRE2_CASELESS : 0);
    struct pattern *pattern = memory_get(1, sizeof *pattern);

    pattern->general = pcre2_general_context_create(get, put, NULL);
    pcre2_compile_context *compiling = pcre2_compile_context_create(pattern->general);
    pattern->code = pcre2_compile((PCRE2_SPTR)at, len, flags, &number, &where, compiling);
    pcre2_compile_context_free(compiling);
    if (pattern->code == NULL) {
        if (pcre2_get_error_message(number, (PCRE2_UCHAR *)why, 128) < 0 && why[0] == 0)
            memory_copy(why, "unknown error", sizeof "unknown error");
        *offset = where <= len ? where : len;
        pattern_free(pattern);
        return NULL;
    }
    pattern->data = pcre2_match_data_create(1, pattern->general);
    pattern->context = pcre2_match_context_create(pattern->general);
    pattern->dotted = dotted && has_end(at, len);
    pcre2_set_match_limit(pattern->context, LIMIT_PATTERN_STEPS);
    pcre2_set_depth_limit(pattern->context, LIMIT_PATTERN_DEPTH);
    pcre2_set_heap_limit(pattern->context, LIMIT_PATTERN_KIB);
    translate(pattern);
    return pattern;
}

void pattern_free(struct pattern *pattern)
{
    if (pattern == NULL)
        return;
    pcre2_jit_stack_free(pattern->stack);
    pcre2_match_context_free(pattern->context);
    pcre2_match_data_free(pattern->data);
    pcre2_code_free(pattern->code);
    pcre2_general_context_free(pattern->general);
    memory_free(pattern);
}

static bool search(struct pattern *pattern, const char *at, size_t len)
{
    PCRE2_SPTR text = (PCRE2_SPTR)at;
    /* straight to the machine code: what pcre2_match() checks before, takes as long as the search */
    int result = pattern->stack != NULL ? pcre2_jit_match(pattern->code, text, len, 0, 0,
                                                          pattern->data, pattern->context)
                                        : pcre2_match(pattern->code, text, len, 0, 0, pattern->data,
                                                      pattern->context);

    if (result < 0 && result != PCRE2_ERROR_NOMATCH)
        pattern->gave_up++;
    return result >= 0;
}

bool pattern_found(struct pattern *pattern, const char *at, size_t len)
{
    uint64_t before = pattern->gave_up;

    if (search(pattern, at, len))
        return true;
    return pattern->dotted && pattern->gave_up == before && len > 1 && at[len - 1] == '.' &&
           search(pattern, at, len - 1);
}

uint64_t pattern_gave_up(const struct pattern *pattern)
{
    return pattern->gave_up;
}
