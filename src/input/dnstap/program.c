// SPDX-License-Identifier: BSD-2-Clause
/* The version field of dnstap is free text: CoreDNS writes "CoreDNS-1.11.3" unless it is
 * configured otherwise, others "unbound 1.17.1", "BIND 9.18.24". */
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "input/dnstap/dnstap.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "1.11.3" at the start of TEXT as 0x010b03; 0 where there is none.  PARTS: how many numbers. */
static uint32_t number_of(const char *text, unsigned *parts)
{
    uint32_t number = 0;

    *parts = 0;
    while (*parts < 3 && is_digit(*text)) {
        unsigned part = 0;

        for (; is_digit(*text); text++) {
            part = part * 10 + (unsigned)(*text - '0');
            if (part > 255)
                return 0;
        }
        number = number << 8 | part;
        ++*parts;
        if (*text != '.')
            break;
        text++;
    }
    return *parts < 2 ? 0 : *parts == 2 ? number << 8 : number;
}

/* Where the version begins: behind the first blank, slash, or the first '-' before a digit. */
static size_t split(const char *text)
{
    for (size_t i = 0; text[i]; i++) {
        if (text[i] == ' ' || text[i] == '/' || (text[i] == '-' && is_digit(text[i + 1])))
            return i;
    }
    return is_digit(text[0]) ? 0 : strlen(text);
}

static void put(char *to, const char *from, size_t len)
{
    memory_copy(to, from, len);
    to[len] = 0;
}

static void understand(struct dnstap_program *program)
{
    char text[sizeof program->text + 1];
    const char *version;
    size_t name_len;
    unsigned parts;

    put(text, program->text, program->text_len);
    text[strcspn(text, "\n\r\t")] = 0;
    name_len = split(text);
    version = text + name_len;
    while (name_len && (*version == ' ' || *version == '/' || *version == '-'))
        version++;
    if (name_len > sizeof program->name - 1)
        name_len = sizeof program->name - 1;
    put(program->name, text, name_len);
    put(program->version, version, strnlen(version, sizeof program->version - 1));
    program->coredns = number_of(version, &parts);
    if (strcasecmp(program->name, "CoreDNS") == 0)
        put(program->name, "CoreDNS", strlen("CoreDNS"));
    else if (name_len || parts != 3 || program->coredns >> 16 != 1)
        program->coredns = 0; /* a bare 1.x.y is taken for CoreDNS's: its `version` can be set */
}

void dnstap_program_set(struct dnstap_program *program, struct slice version)
{
    size_t len = version.len < sizeof program->text ? version.len : sizeof program->text;

    if (len == program->text_len && (!len || memcmp(version.at, program->text, len) == 0))
        return;
    memory_copy(program->text, version.at, len);
    program->text_len = len;
    program->coredns = 0;
    program->name[0] = program->version[0] = 0;
    if (len)
        understand(program);
}
