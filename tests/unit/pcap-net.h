// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_UNIT_PCAP_NET_H
#define TESTS_UNIT_PCAP_NET_H
/* The network of a test, opened before and closed behind each. */
#include "pcap-wire.h"

static struct net net;

static int begin(void **state)
{
    (void)state;
    net_open(&net, NULL, 0);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    net_close(&net);
    return 0;
}

#endif
