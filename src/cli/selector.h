// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_SELECTOR_H
#define CLI_SELECTOR_H
/* -n and -l, as kubectl has them: pods of a namespace, pods with labels.  They are filters on the
 * client's pod in other words. */
#include "cli/options.h"
#include "cluster/cluster.h"

int selector_take_namespace(struct options *options, const char *argument, struct error *error);
/* KEY=VALUE, KEY==VALUE, KEY!=VALUE, KEY, !KEY, joined by ','. */
int selector_take_labels(struct options *options, const char *argument, struct error *error);
/* They want --cluster, which tells whose an address is. */
int selector_check(const struct options *options, struct error *error);
/* Says what likely is a slip, and leaves nothing to show: no pod is in the namespace of -n, or filters ask
 * for pods without CLUSTER (NULL). */
void selector_tell(const struct options *options, const struct cluster *cluster);

#endif
