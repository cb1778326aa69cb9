// SPDX-License-Identifier: BSD-2-Clause
#ifndef SESSION_FIELDS_H
#define SESSION_FIELDS_H
/* What the field tables of sessions and attempts share. */
#include "session/session.h"

extern const char *const status_texts[], *const reason_texts[], *const transport_texts[];
extern const struct field_table session_attempt_fields; /* row: struct attempt, inside a session */

/* Texts are built in SCRATCH; null where not known. */
struct value session_value_endpoint(const struct endpoint *end, bool port, struct text *scratch);
struct value session_value_id(const struct session *session, struct text *scratch);
struct value session_value_name(const struct session *session, struct text *scratch);
struct value session_value_key(const struct session *session, struct text *scratch);

#endif
