// SPDX-License-Identifier: BSD-2-Clause
#include "cluster/place.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct step {
    const char *key; /* NULL: any */
    uint8_t place;
};
#define STEPS_MAX 16 /* with the end, which is all zero */

/* By where the object stands. */
static const struct step steps[PLACES][STEPS_MAX] = {
    [PLACE_OBJECT] = {{"kind", PLACE_KIND},
                      {"metadata", PLACE_META},
                      {"spec", PLACE_SPEC},
                      {"status", PLACE_STATUS},
                      {"data", PLACE_DATA},
                      {"endpoints", PLACE_ENDPOINT},
                      {"ports", PLACE_PORT}},
    [PLACE_META] = {{"name", PLACE_NAME},
                    {"namespace", PLACE_NAMESPACE},
                    {"uid", PLACE_UID},
                    {"creationTimestamp", PLACE_CREATED},
                    {"deletionTimestamp", PLACE_DELETED},
                    {"labels", PLACE_LABELS},
                    {"annotations", PLACE_NOTES},
                    {"ownerReferences", PLACE_OWNER}},
    [PLACE_NOTES] = {{"endpoints.kubernetes.io/last-change-trigger-time", PLACE_CHANGED}},
    [PLACE_LABELS] = {{NULL, PLACE_LABEL}},
    [PLACE_OWNER] = {{"kind", PLACE_OWNER_KIND},
                     {"name", PLACE_OWNER_NAME},
                     {"controller", PLACE_OWNER_CONTROLS}},
    [PLACE_SPEC] = {{"nodeName", PLACE_NODE_NAME},
                    {"hostNetwork", PLACE_HOST_NETWORK},
                    {"clusterIP", PLACE_CLUSTER_IP},
                    {"clusterIPs", PLACE_CLUSTER_IPS},
                    {"externalIPs", PLACE_EXTERNAL_IP},
                    {"externalName", PLACE_EXTERNAL_NAME},
                    {"publishNotReadyAddresses", PLACE_PUBLISH},
                    {"selector", PLACE_SELECTORS},
                    {"ports", PLACE_PORT},
                    {"containers", PLACE_CONTAINER}},
    [PLACE_SELECTORS] = {{NULL, PLACE_SELECTOR}},
    [PLACE_CONTAINER] = {{"ports", PLACE_PORT}},
    [PLACE_PORT] = {{"name", PLACE_PORT_NAME},
                    {"port", PLACE_PORT_NUMBER},
                    {"containerPort", PLACE_PORT_NUMBER},
                    {"hostPort", PLACE_PORT_HOST},
                    {"protocol", PLACE_PORT_PROTOCOL}},
    [PLACE_STATUS] = {{"podIP", PLACE_POD_IP},
                      {"podIPs", PLACE_POD_IPS},
                      {"hostIP", PLACE_HOST_IP},
                      {"hostIPs", PLACE_HOST_IPS},
                      {"startTime", PLACE_STARTED},
                      {"phase", PLACE_PHASE},
                      {"conditions", PLACE_CONDITION},
                      {"containerStatuses", PLACE_RUN},
                      {"addresses", PLACE_NODE_ADDRESS},
                      {"loadBalancer", PLACE_BALANCER}},
    [PLACE_POD_IPS] = {{"ip", PLACE_POD_IP}},
    [PLACE_HOST_IPS] = {{"ip", PLACE_HOST_IP}},
    [PLACE_CONDITION] = {{"lastTransitionTime", PLACE_CHANGED},
                         {"lastHeartbeatTime", PLACE_HEARTBEAT}},
    [PLACE_RUN] = {{"state", PLACE_RUN_STATE}},
    [PLACE_RUN_STATE] = {{"terminated", PLACE_RUN_OVER}},
    [PLACE_RUN_OVER] = {{"finishedAt", PLACE_FINISHED}},
    [PLACE_NODE_ADDRESS] = {{"type", PLACE_NODE_ADDRESS_TYPE},
                            {"address", PLACE_NODE_ADDRESS_TEXT}},
    [PLACE_BALANCER] = {{"ingress", PLACE_INGRESS}},
    [PLACE_INGRESS] = {{"ip", PLACE_EXTERNAL_IP}},
    [PLACE_ENDPOINT] = {{"addresses", PLACE_ENDPOINT_ADDRESS},
                        {"conditions", PLACE_ENDPOINT_STATES},
                        {"hostname", PLACE_ENDPOINT_HOSTNAME},
                        {"targetRef", PLACE_TARGET}},
    [PLACE_ENDPOINT_STATES] = {{"ready", PLACE_ENDPOINT_READY},
                               {"terminating", PLACE_ENDPOINT_TERMINATING}},
    [PLACE_TARGET] = {{"kind", PLACE_TARGET_KIND}, {"name", PLACE_TARGET_NAME}},
    [PLACE_DATA] = {{NULL, PLACE_DATUM}},
};

enum place place_of(enum place under, const char *key)
{
    if (under == PLACE_ROOT) {
        if (strcmp(key, "items") == 0)
            return PLACE_OBJECT;
        under = PLACE_OBJECT;
    }
    for (const struct step *step = steps[under]; step->place != PLACE_ELSEWHERE; step++)
        if (step->key == NULL || strcmp(step->key, key) == 0)
            return (enum place)step->place;
    return PLACE_ELSEWHERE;
}
