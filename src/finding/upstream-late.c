// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"

const struct finding_kind kind_upstream_late = {
    .key = "upstream-late",
    .severity = SEVERITY_WARNING,
    .meaning = "",
    .rule = "",
    .advice = "",
    .reference = "https://coredns.io/manual/toc/",
    .judge = NULL,
};
