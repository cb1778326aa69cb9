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
struct value session_value_number(uint64_t number, struct text *scratch); /* the key of that one */

/* Lists of struct session_row. */
extern const char *const session_unobserved_texts[];
size_t session_count_addresses(const void *row);
struct value session_item_address(const void *row, size_t i, struct text *scratch);
size_t session_count_edes(const void *row);
const void *session_item_ede(const void *row, size_t i);
size_t session_count_unobserved(const void *row);
struct value session_item_unobserved(const void *row, size_t i, struct text *scratch);
size_t session_count_inputs(const void *row);
struct value session_item_input(const void *row, size_t i, struct text *scratch);
size_t session_count_frames(const void *row);
struct value session_item_frame(const void *row, size_t i, struct text *scratch);

#endif
