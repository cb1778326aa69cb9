// SPDX-License-Identifier: BSD-2-Clause
// What --filter can name in each view: every other name is that of a field, and every field can be
// asked for.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/field-list.h"
#include "cli/filters.h"

static void takes(const struct filter_language *language, const char *expression)
{
    struct filter *filter = filter_new(language);
    struct error error = {0};

    if (filter_add(filter, expression, &error) < 0)
        fail_msg("%s: %s", expression, error.text);
    filter_free(filter);
}

static void test_aliases(void **state)
{
    (void)state;
    for (int view = 0; view < VIEWS; view++) {
        const struct filter_language *language = filters_language((enum view)view);
        for (size_t s = 0; s < language->n_scopes; s++) {
            const struct filter_scope *scope = &language->scopes[s];
            for (size_t i = 0; i < scope->n_aliases; i++) {
                const struct filter_alias *alias = &scope->aliases[i];
                const struct field *own =
                    field_find(scope->table, alias->alias, strlen(alias->alias));

                takes(language, alias->alias);
                /* a name of its own would hide it */
                assert_true(own == NULL ||
                            own->flags & (FIELD_COLUMN_ONLY | FIELD_NOT_COMPARED));
            }
        }
    }
}

struct visit {
    const struct filter_language *language;
    const char *prefix;
};

static void visit_field(const char *path, const struct field *field, void *context)
{
    const struct visit *visit = context;
    char name[256];

    snprintf(name, sizeof name, "%s%s", visit->prefix, path);
    if (!(field->flags & FIELD_COLUMN_ONLY))
        takes(visit->language, name);
}

static void test_fields(void **state)
{
    (void)state;
    for (int view = VIEW_LOOKUPS; view < VIEWS; view++) {
        struct visit visit = {filters_language((enum view)view), ""};
        field_list(view_table((enum view)view), visit_field, &visit);
        if (view == VIEW_MESSAGES) // no session is at hand
            continue;
        visit.prefix = view == VIEW_LOOKUPS ? "sessions." : "session.";
        field_list(&session_fields, visit_field, &visit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_aliases),
                                       cmocka_unit_test(test_fields)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
