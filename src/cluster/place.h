// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLUSTER_PLACE_H
#define CLUSTER_PLACE_H
/* Where a value stands in an object: the paths that are read, one word each.  A list stands where its
 * items do.  Everything under PLACE_ELSEWHERE is passed over. */
enum place {
    PLACE_ELSEWHERE,
    PLACE_ROOT,   /* of a document: an object, or a list of some */
    PLACE_OBJECT, /* one of the list's items */
    PLACE_KIND,
    PLACE_META,
    PLACE_NAME,
    PLACE_NAMESPACE,
    PLACE_UID,
    PLACE_CREATED,
    PLACE_DELETED,
    PLACE_NOTES,
    PLACE_LABELS,
    PLACE_LABEL,
    PLACE_OWNER,
    PLACE_OWNER_KIND,
    PLACE_OWNER_NAME,
    PLACE_OWNER_CONTROLS,
    PLACE_SPEC,
    PLACE_NODE_NAME,
    PLACE_HOST_NETWORK,
    PLACE_CLUSTER_IP,
    PLACE_CLUSTER_IPS,
    PLACE_EXTERNAL_IP,
    PLACE_EXTERNAL_NAME,
    PLACE_PUBLISH,
    PLACE_SELECTORS,
    PLACE_SELECTOR,
    PLACE_CONTAINER,
    PLACE_PORT,
    PLACE_PORT_NAME,
    PLACE_PORT_NUMBER,
    PLACE_PORT_HOST,
    PLACE_PORT_PROTOCOL,
    PLACE_STATUS,
    PLACE_POD_IPS,
    PLACE_POD_IP,
    PLACE_HOST_IPS,
    PLACE_HOST_IP,
    PLACE_STARTED,
    PLACE_PHASE,
    PLACE_CONDITION,
    PLACE_CHANGED,
    PLACE_HEARTBEAT,
    PLACE_RUN, /* status.containerStatuses */
    PLACE_RUN_STATE,
    PLACE_RUN_OVER,
    PLACE_FINISHED,
    PLACE_NODE_ADDRESS,
    PLACE_NODE_ADDRESS_TYPE,
    PLACE_NODE_ADDRESS_TEXT,
    PLACE_BALANCER,
    PLACE_INGRESS,
    PLACE_ENDPOINT,
    PLACE_ENDPOINT_ADDRESS,
    PLACE_ENDPOINT_STATES,
    PLACE_ENDPOINT_READY,
    PLACE_ENDPOINT_TERMINATING,
    PLACE_ENDPOINT_HOSTNAME,
    PLACE_TARGET,
    PLACE_TARGET_KIND,
    PLACE_TARGET_NAME,
    PLACE_DATA,
    PLACE_DATUM,
    PLACES
};

/* Where the value of KEY of an object at UNDER stands. */
enum place place_of(enum place under, const char *key);

#endif
