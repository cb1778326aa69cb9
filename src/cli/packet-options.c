// SPDX-License-Identifier: BSD-2-Clause
#include "cli/packet-options.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* In the order of enum role, from ROLE_CLIENT on. */
const char *const packet_roles[ROLES] = {"client", "server", "upstream", "cache", NULL};

/* "--WHAT: column N: 'TYPED' WHY", what was typed escaped. */
static int wrong(struct error *error, const char *option, size_t column, const char *typed,
                 size_t len, const char *why)
{
    struct text shown = {0};

    text_add_terminal(&shown, typed, len, false);
    error_set(error, ERROR_USAGE, "%s: column %zu: '%s' %s", option, column,
              shown.at != NULL ? shown.at : "", why);
    text_done(&shown);
    return -1;
}

/* The port that these digits are; 0: none. */
static uint16_t read_port(const char *at, size_t len)
{
    unsigned port = 0;

    if (len == 0 || len > 5)
        return 0;
    for (size_t i = 0; i < len; i++) {
        if (at[i] < '0' || at[i] > '9')
            return 0;
        port = 10 * port + (unsigned)(at[i] - '0');
    }
    return port <= UINT16_MAX ? (uint16_t)port : 0;
}

int packet_take_ports(struct options *options, const char *argument, struct error *error)
{
    for (const char *at = argument;; at++) {
        size_t len = strcspn(at, ",");
        uint16_t port = read_port(at, len);

        if (port == 0)
            return wrong(error, "--port", (size_t)(at - argument) + 1, at, len,
                         "is no port from 1 to 65535");
        options->ports = memory_grow(options->ports, options->n_ports + 1, sizeof *options->ports);
        options->ports[options->n_ports++] = port;
        at += len;
        if (*at == 0)
            return 0;
    }
}

/* The word behind the address; ROLE_NONE and ERROR where there is none such. */
static enum role read_role(const char *argument, size_t column, struct error *error)
{
    const char *typed = argument + column - 1;
    char where[48];

    for (int i = 0; packet_roles[i] != NULL; i++)
        if (strcmp(packet_roles[i], typed) == 0)
            return (enum role)(ROLE_CLIENT + i);
    snprintf(where, sizeof where, "--role: column %zu", column);
    options_wrong_word(error, where, "role", typed, packet_roles);
    return ROLE_NONE;
}

/* One address plays one part: a second word for it is a slip of the pen. */
static int add_role(struct options *options, const struct wire_role *role, struct error *error)
{
    char addr[ADDR_TEXT_MAX];

    for (size_t i = 0; i < options->n_roles; i++) {
        const struct wire_role *other = &options->roles[i];

        if (!endpoint_same_addr(&other->addr, &role->addr))
            continue;
        if (other->role == role->role)
            return 0;
        endpoint_print_addr(&role->addr, addr);
        return error_set(error, ERROR_USAGE, "--role: %s cannot be both %s and %s", addr,
                         packet_roles[other->role - ROLE_CLIENT],
                         packet_roles[role->role - ROLE_CLIENT]);
    }
    options->roles = memory_grow(options->roles, options->n_roles + 1, sizeof *options->roles);
    options->roles[options->n_roles++] = *role;
    return 0;
}

int packet_take_role(struct options *options, const char *argument, struct error *error)
{
    size_t len = strcspn(argument, "=");
    struct wire_role role;
    struct text addr = {0};

    text_add(&addr, argument, len);
    bool is_addr = len > 0 && endpoint_parse(addr.at, &role.addr);
    text_done(&addr);
    if (!is_addr)
        return wrong(error, "--role", 1, argument, len,
                     "is no IPv4 or IPv6 address (without a port)");
    if (argument[len] == 0)
        return error_set(error, ERROR_USAGE,
                         "--role: column %zu: '=' and a role are missing behind the address",
                         len + 1);
    role.role = read_role(argument, len + 2, error);
    return role.role == ROLE_NONE ? -1 : add_role(options, &role, error);
}
