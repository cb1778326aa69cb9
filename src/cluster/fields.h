// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLUSTER_FIELDS_H
#define CLUSTER_FIELDS_H
/*
 * The fields of a Kubernetes object inside the tables of others: `client.k8s`, `upstream.k8s` …  A table
 * has a function WHO(row) that gives the object (NULL: none); CLUSTER_GETTERS(WHO) in front of the
 * table and CLUSTER_FIELDS("client.", WHO) in it do the rest.
 */
#include "base/field.h"
#include "cluster/cluster.h"

/* As Inspektor Gadget prints it: "p/default/web-1:41022", "s/kube-system/kube-dns:53", and ours for nodes:
 * "n/node-1:10250"; "r/10.0.0.1:53" for an address that is nobody's.  WITH_CLUSTER: there is a file of
 * objects; else the address alone.  Without the port where PORT is false. */
struct value cluster_value_endpoint(const struct cluster_object *object, const struct endpoint *end,
                                    bool port, bool with_cluster, struct text *scratch);
/* The object alone: "p/default/web-1"; null for NULL. */
struct value cluster_value_object(const struct cluster_object *object, struct text *scratch);

struct value cluster_value_kind(const struct cluster_object *object);
struct value cluster_value_owner(const struct cluster_object *object, struct text *scratch);
struct value cluster_value_labels(const struct cluster_object *object, struct text *scratch);
extern const struct field_table cluster_label_fields; /* row: struct cluster_label */

#define CLUSTER_GETTER(name, who, expression)                                                      \
    static struct value name(const void *row, struct text *scratch)                                \
    {                                                                                              \
        const struct cluster_object *object = who(row);                                            \
        (void)scratch;                                                                             \
        return object != NULL ? expression : value_null();                                         \
    }
#define CLUSTER_GETTERS(who)                                                                       \
    CLUSTER_GETTER(who##_text, who, cluster_value_object(object, scratch))                         \
    CLUSTER_GETTER(who##_kind, who, cluster_value_kind(object))                                    \
    CLUSTER_GETTER(who##_namespace, who, value_string(object->namespace))                          \
    CLUSTER_GETTER(who##_name, who, value_string(object->name))                                    \
    CLUSTER_GETTER(who##_owner, who, cluster_value_owner(object, scratch))                         \
    CLUSTER_GETTER(who##_owner_kind, who, value_string(object->owner_kind))                        \
    CLUSTER_GETTER(who##_owner_name, who, value_string(object->owner_name))                        \
    CLUSTER_GETTER(who##_node, who, value_string(object->node))                                    \
    CLUSTER_GETTER(who##_labels_text, who, cluster_value_labels(object, scratch))                  \
    static bool who##_present(const void *row)                                                     \
    {                                                                                              \
        return who(row) != NULL;                                                                   \
    }                                                                                              \
    static bool who##_owned(const void *row)                                                       \
    {                                                                                              \
        const struct cluster_object *object = who(row);                                            \
        return object != NULL && object->owner_name != NULL;                                       \
    }                                                                                              \
    static size_t who##_labels(const void *row)                                                    \
    {                                                                                              \
        const struct cluster_object *object = who(row);                                            \
        return object != NULL ? object->labels.n : 0;                                              \
    }                                                                                              \
    static const void *who##_label(const void *row, size_t i)                                      \
    {                                                                                              \
        return &who(row)->labels.at[i];                                                            \
    }

#define CLUSTER_TEXT(p, w, h, g)                                                                   \
    {                                                                                              \
        .path = p, .shape = FIELD_VALUE, .kind = VALUE_TEXT, .words = w, .help = h, .get = g       \
    }
#define CLUSTER_FIELDS(prefix, who)                                                                \
    {.path = prefix "k8s",                                                                         \
     .shape = FIELD_GROUP,                                                                         \
     .kind = VALUE_TEXT,                                                                           \
     .help =                                                                                       \
         "What the address is in Kubernetes at that time; null where --cluster does not tell.",    \
     .present = who##_present,                                                                     \
     .get = who##_text},                                                                           \
        CLUSTER_TEXT(prefix "k8s.kind", cluster_kind_words, "pod, svc or node.", who##_kind),      \
        CLUSTER_TEXT(prefix "k8s.namespace", NULL, "Its namespace; null: a node has none.",        \
                     who##_namespace),                                                             \
        CLUSTER_TEXT(prefix "k8s.name", NULL, "Its name.", who##_name),                            \
        {.path = prefix "k8s.owner",                                                               \
         .shape = FIELD_GROUP,                                                                     \
         .kind = VALUE_TEXT,                                                                       \
         .help =                                                                                   \
             "What a pod belongs to: its Deployment, DaemonSet, Job and so on; null without one.", \
         .present = who##_owned,                                                                   \
         .get = who##_owner},                                                                      \
        CLUSTER_TEXT(prefix "k8s.owner.kind", NULL, "Kind of the owner.", who##_owner_kind),       \
        CLUSTER_TEXT(prefix "k8s.owner.name", NULL, "Name of the owner.", who##_owner_name),       \
        CLUSTER_TEXT(prefix "k8s.node", NULL, "Node that a pod runs on.", who##_node),             \
    {                                                                                              \
        .path = prefix "k8s.labels", .shape = FIELD_MAP, .kind = VALUE_TEXT,                       \
        .help = "Its labels.", .get = who##_labels_text, .count = who##_labels,                    \
        .item = who##_label, .rows = &cluster_label_fields                                         \
    }

#endif
