// SPDX-License-Identifier: BSD-2-Clause
#ifndef MESSAGES_FIELDS_H
#define MESSAGES_FIELDS_H
/* What the files of the messages table share: latencies as text, and lists of struct message_row. */
#include "messages/messages.h"

/* As Inspektor Gadget prints it: "870ns", "12.34µs", "5.06ms", "1.234567891s", "1m30s". */
struct value message_value_latency(int64_t latency_ns, struct text *scratch);

bool message_has_contents(const void *row); /* there are records that can be told */
size_t message_count_addresses(const void *row);
struct value message_item_address(const void *row, size_t i, struct text *scratch);
size_t message_count_answer(const void *row);
struct value message_item_answer(const void *row, size_t i, struct text *scratch);
size_t message_count_authority(const void *row);
struct value message_item_authority(const void *row, size_t i, struct text *scratch);
size_t message_count_additional(const void *row);
struct value message_item_additional(const void *row, size_t i, struct text *scratch);
size_t message_count_edes(const void *row);
const void *message_item_ede(const void *row, size_t i);

#endif
