// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_UNIT_PCAP_STREAM_H
#define TESTS_UNIT_PCAP_STREAM_H
/* A TCP connection between a client (10.0.0.1, port 4000) and a server (10.0.0.53). */
#include "base/limits.h"

#include "pcap-wire.h"

static struct net net;
static unsigned client_port = 4000, server_port = 53;

/* Sequence numbers of the first octet of data: the SYNs have one less. */
enum { CLIENT = 1000, SERVER = 50000 };

static UNUSED struct slice from_client(unsigned flags, uint32_t seq, uint32_t ack,
                                       struct slice data)
{
    return ip4_of(1, 53, TCP, tcp_of(client_port, server_port, seq, ack, flags, data));
}

static UNUSED struct slice from_server(unsigned flags, uint32_t seq, uint32_t ack,
                                       struct slice data)
{
    return ip4_of(53, 1, TCP, tcp_of(server_port, client_port, seq, ack, flags, data));
}

/* Data of the client AT octets behind the first one; of the server, which has got nothing else to
 * acknowledge. */
static UNUSED void ask(uint32_t at, struct slice data)
{
    net_give(&net, from_client(ACK, CLIENT + at, SERVER, data));
}

static UNUSED void answer(uint32_t at, struct slice data)
{
    net_give(&net, from_server(ACK, SERVER + at, CLIENT, data));
}

/* The server has got everything in front of AT. */
static UNUSED void server_acks(uint32_t at)
{
    net_give(&net, from_server(ACK, SERVER, CLIENT + at, NO_OCTETS));
}

static UNUSED void shake_hands(void)
{
    net_give(&net, from_client(SYN, CLIENT - 1, 0, NO_OCTETS));
    net_give(&net, from_server(SYN | ACK, SERVER - 1, CLIENT, NO_OCTETS));
    net_give(&net, from_client(ACK, CLIENT, SERVER, NO_OCTETS));
}

/* As many packets as a hole is waited for, once it is acknowledged. */
static UNUSED void wait_for_hole(void)
{
    for (unsigned i = 0; i < LIMIT_TCP_PATIENCE; i++)
        net_give(&net, from_client(ACK, CLIENT, SERVER, NO_OCTETS));
}

/* A handshake whose lines are taken off. */
static UNUSED void connect_quietly(void)
{
    shake_hands();
    text_clear(&net.log);
}

static UNUSED int begin(void **state)
{
    (void)state;
    client_port = 4000;
    server_port = 53;
    net_open(&net, NULL, 0);
    return 0;
}

static UNUSED int begin_dot(void **state)
{
    begin(state);
    server_port = 853;
    return 0;
}

static UNUSED int finish(void **state)
{
    (void)state;
    net_close(&net);
    return 0;
}

#endif
