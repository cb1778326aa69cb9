// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"

const struct finding_kind kind_no_messages = {
    .key = "no-messages",
    .severity = SEVERITY_INFO,
    .meaning = "",
    .rule = "",
    .advice = "",
    .reference = "https://coredns.io/manual/toc/",
    .judge = NULL,
};
