// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"

const struct finding_kind kind_unexpected_answer = {
    .key = "unexpected-answer",
    .severity = SEVERITY_WARNING,
    .meaning = "An answer for a service's name differs from the endpoints that the cluster has.",
    .rule = "It compares answers with a file of the cluster's services and endpoints, taken at the "
            "time of the capture. Captures alone do not say what an answer should be: without "
            "such a file, which this version does not read, it is never told.",
    .advice = "Look how old that file is; then compare the endpoints of the service with what "
              "CoreDNS answers (its watch of the API may be broken).",
    .reference = "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
    .judge = NULL,
};
