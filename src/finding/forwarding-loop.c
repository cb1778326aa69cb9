// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"

const struct finding_kind kind_forwarding_loop = {
    .key = "forwarding-loop",
    .severity = SEVERITY_CRITICAL,
    .meaning = "",
    .rule = "",
    .advice = "",
    .reference = "https://coredns.io/manual/toc/",
    .judge = NULL,
};
