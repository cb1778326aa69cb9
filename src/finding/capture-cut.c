// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"

const struct finding_kind kind_capture_cut = {
    .key = "capture-cut",
    .severity = SEVERITY_INFO,
    .meaning = "",
    .rule = "",
    .advice = "",
    .reference = "https://coredns.io/manual/toc/",
    .judge = NULL,
};
