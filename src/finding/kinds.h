// SPDX-License-Identifier: BSD-2-Clause
#ifndef FINDING_KINDS_H
#define FINDING_KINDS_H
/* One a file: the name of the file is the key.  Private to finding/. */
#include "finding/inside.h"

extern const struct finding_kind kind_forwarding_loop, kind_server_restart, kind_aaaa_race,
    kind_lost_on_path, kind_one_bad_replica, kind_wrong_reply, kind_upstream_late,
    kind_upstream_unreachable, kind_upstream_connect, kind_upstream_timeout, kind_upstream_error,
    kind_server_rejects, kind_server_overload, kind_server_silent, kind_truncated_no_tcp,
    kind_client_retry, kind_server_error, kind_upstream_slow, kind_negative_cache,
    kind_missing_name, kind_search_path, kind_retry_storm, kind_slow_lookups,
    kind_unexpected_answer, kind_sample_loss, kind_capture_cut, kind_no_messages,
    kind_encrypted_upstream;

#endif
