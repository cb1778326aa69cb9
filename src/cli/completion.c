// SPDX-License-Identifier: BSD-2-Clause
/* The bash completion, out of the tables. */
#include <string.h>

#include "cli/explain.h"
#include "cli/field-list.h"
#include "cli/help.h"
#include "finding/finding.h"
#include "gate/gate.h"

struct wordlist {
    struct text *out;
    size_t column;
};

/* Adds a word to a list that is broken into lines of 100 columns. */
static void add_word(struct wordlist *list, const char *word)
{
    size_t len = strlen(word);

    if (list->column + len + 1 > 96) {
        text_add_string(list->out, "\n        ");
        list->column = 8;
    } else if (list->column > 8) {
        text_add_char(list->out, ' ');
        list->column++;
    }
    text_add(list->out, word, len);
    list->column += len;
}

static void add_any_path(const char *path, const struct field *field, void *context)
{
    (void)field;
    add_word(context, path);
}

static void add_figure(const char *path, const struct field *field, void *context)
{
    if (field->shape == FIELD_VALUE && !(field->flags & FIELD_COLUMN_ONLY))
        add_word(context, path);
}

static void add_explained(const char *kind, const char *word, const char *meaning,
                          const char *advice, void *context)
{
    (void)kind, (void)meaning, (void)advice;
    add_word(context, word);
}

/* A function that prints the fields of the view named on the command line. */
static void add_fields(struct text *out)
{
    static const enum view views[] = {VIEW_ATTEMPTS, VIEW_LOOKUPS, VIEW_MESSAGES, VIEW_SESSIONS};

    text_add_string(out, "_dnstap_analyse_fields() {\n    case \" ${COMP_WORDS[*]} \" in\n");
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        struct wordlist list = {out, 8};
        const char *word = views[i] == VIEW_SESSIONS ? "" : view_words[views[i]];
        text_format(out, "    *%s%s) echo \"", word, word[0] == 0 ? "" : "*");
        const struct field_table *table = view_table(views[i]);
        for (size_t f = 0; f < table->n; f++)
            if (!(table->fields[f].flags & FIELD_NOT_CSV))
                add_word(&list, table->fields[f].path);
        text_add_string(out, "\" ;;\n");
    }
    text_add_string(out, "    esac\n}\n\n");
}

static void add_explain(struct text *out)
{
    struct wordlist list = {out, 8};

    text_add_string(out, "_dnstap_analyse_words() {\n    echo \"bitmap ");
    explain_words(add_explained, &list);
    for (unsigned id = 0; id < FINDINGS; id++)
        add_word(&list, finding_kinds[id]->key);
    for (int view = 0; view < VIEWS; view++)
        field_list(view_table((enum view)view), add_any_path, &list);
    text_add_string(out, "\"\n}\n\n");
}

/* Whether its words stand behind '=' in the argument: "ADDR=ROLE". */
static bool is_assigned(const struct option_row *row)
{
    return row->words != NULL && strchr(row->argument, '=') != NULL &&
           strchr(row->argument, '[') == NULL;
}

/* "--role ADDR=WORD" is told by the line: bash breaks words at '=' and at the ':' of addresses. */
static void add_assigned(struct text *out, const struct option_row *row)
{
    text_format(out,
                "    [[ ${COMP_LINE:0:COMP_POINT} =~ --%s[\\ =][^\\ =]+=[a-z]*$ ]] && prev=--%s=\n",
                row->name, row->name);
}

/* The choices of an option with fixed words. */
static void add_choices(struct text *out, const struct option_row *row)
{
    text_add_string(out, "    ");
    if (row->letter != 0)
        text_format(out, "-%c%s", row->letter, row->name != NULL ? "|" : "");
    if (row->name != NULL)
        text_format(out, "--%s%s", row->name, is_assigned(row) ? "=" : "");
    text_add_string(out, ") words=\"");
    for (size_t i = 0; row->words[i] != NULL; i++)
        text_format(out, "%s%s", i == 0 ? "" : " ", row->words[i]);
    text_add_string(out, "\" ;;\n");
}

static const char completion_body[] =
    "    --explain) words=\"$(_dnstap_analyse_words)\" ;;\n"
    "    --sort) words=\"$(_dnstap_analyse_fields)\" ;;\n"
    "    --fields)\n"
    "        # the last word of a list, with its sign\n"
    "        local head=\"\" last=\"$cur\"\n"
    "        [[ $cur == *,* ]] && head=\"${cur%,*},\" last=\"${cur##*,}\"\n"
    "        [[ $last == [+-]* ]] && head+=\"${last:0:1}\" last=\"${last:1}\"\n"
    "        mapfile -t COMPREPLY < <(compgen -P \"$head\" -W \"$(_dnstap_analyse_fields)\" -- "
    "\"$last\")\n"
    "        return ;;\n"
    "    --filter)\n"
    "        # the field that begins behind the last , | ( or !\n"
    "        local field=\"${cur##*[,|(!]}\"\n"
    "        [[ $field == *[=~\\<\\>\\ ]* ]] && return\n"
    "        mapfile -t COMPREPLY < <(compgen -P \"${cur%\"$field\"}\" -W "
    "\"$(_dnstap_analyse_fields)\" -- "
    "\"$field\")\n"
    "        compopt -o nospace 2>/dev/null\n"
    "        return ;;\n"
    "    --since|--until|--limit|--slow|--max-memory|--port|--role|--tolerance) return ;;\n"
    "    esac\n"
    "    if [[ -n $words ]]; then\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
    "    elif [[ $cur == -* ]]; then\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
    "    else\n"
    "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
    "        compopt -o filenames 2>/dev/null\n"
    "    fi\n"
    "}\n"
    "complete -F _dnstap_analyse dnstap-analyse\n";

/* Figures of --fail-if, and the words of --fail-on, the last of a list. */
static void add_gates(struct text *out)
{
    struct wordlist list = {out, 8};
    const char *word;

    text_add_string(out, "    --fail-if)\n"
                         "        [[ $cur == *[=~\\<\\>\\ ]* ]] && return\n"
                         "        words=\"");
    field_list(view_table(VIEW_REPORT), add_figure, &list);
    text_add_string(out, "\" ;;\n"
                         "    --fail-on)\n"
                         "        local first=\"\" word=\"$cur\"\n"
                         "        [[ $cur == *,* ]] && first=\"${cur%,*},\" word=\"${cur##*,}\"\n"
                         "        words=\"");
    list.column = 8;
    for (size_t i = 0; (word = gates_finding_word(i)) != NULL; i++)
        add_word(&list, word);
    text_add_string(out, "\"\n"
                         "        mapfile -t COMPREPLY < <(compgen -P \"$first\" -W \"$words\" -- "
                         "\"$word\")\n"
                         "        return ;;\n");
}

void completion_print(struct text *out)
{
    struct wordlist list = {out, 8};

    text_add_string(
        out, "# SPDX-License-Identifier: BSD-2-Clause\n"
             "# bash completion for dnstap-analyse\n"
             "# Printed by dnstap-analyse --help=completion; make update-docs writes it anew.\n\n");
    add_fields(out);
    add_explain(out);
    text_add_string(out, "_dnstap_analyse() {\n"
                         "    local cur=\"${COMP_WORDS[COMP_CWORD]}\" "
                         "prev=\"${COMP_WORDS[COMP_CWORD-1]}\" words=\"\"\n"
                         "    # bash gives --option=value as three words\n"
                         "    if [[ $cur == = ]]; then\n"
                         "        cur=\"\"\n"
                         "    elif [[ $prev == = ]]; then\n"
                         "        prev=\"${COMP_WORDS[COMP_CWORD-2]}\"\n"
                         "    fi\n"
                         "    local options=\"");
    for (size_t i = 0; i < option_rows_n; i++) {
        char letter[3] = {'-', option_rows[i].letter, 0};
        struct text name = {0};
        if (option_rows[i].letter != 0)
            add_word(&list, letter);
        if (option_rows[i].name != NULL) {
            text_format(&name, "--%s", option_rows[i].name);
            add_word(&list, name.at);
        }
        text_done(&name);
    }
    text_add_string(out, "\"\n");
    for (size_t i = 0; i < option_rows_n; i++)
        if (is_assigned(&option_rows[i]))
            add_assigned(out, &option_rows[i]);
    text_add_string(out, "    case \"$prev\" in\n");
    for (size_t i = 0; i < option_rows_n; i++)
        if (option_rows[i].words != NULL)
            add_choices(out, &option_rows[i]);
    add_gates(out);
    text_add_string(out, completion_body);
}
