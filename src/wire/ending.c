// SPDX-License-Identifier: BSD-2-Clause
/*
 * When an exchange is over.  A wheel of eighths of a second, turned by the newest event, looks at
 * each when it may be.  What a client's query caused leaves with it; what is a session of its own,
 * too (the query of a cache to CoreDNS), leaves at its own time and is kept for its owner.
 */
#include "wire/inside.h"

void ending_unschedule(struct exchange *exchange)
{
    if (!exchange->due_link)
        return;
    *exchange->due_link = exchange->next_due;
    if (exchange->next_due)
        exchange->next_due->due_link = exchange->due_link;
    exchange->due_link = NULL;
    exchange->next_due = NULL;
}

static void hang(struct exchange **head, struct exchange *exchange)
{
    ending_unschedule(exchange);
    exchange->next_due = *head;
    exchange->due_link = head;
    if (*head)
        (*head)->due_link = &exchange->next_due;
    *head = exchange;
}

void ending_schedule(struct wire *wire, struct exchange *exchange, int64_t due)
{
    int64_t slot = due / WHEEL_SLOT_NS + 1;
    if (wire->turned == WHEN_NONE)
        wire->turned = wire->clock / WHEEL_SLOT_NS;
    if (slot <= wire->turned)
        slot = wire->turned + 1;
    if (slot >= wire->turned + WHEEL_SLOTS)
        slot = wire->turned + WHEEL_SLOTS - 1;
    hang(&wire->slot[(uint64_t)slot % WHEEL_SLOTS], exchange);
}

static int64_t latest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t ending_hold(const struct wire *wire, const struct exchange *exchange)
{
    if (exchange->held)
        return HOLD_HELD_NS;
    if (wire->tapped)
        return HOLD_TAPPED_NS;
    if (wire->n_directions > 1)
        return HOLD_INPUTS_NS;
    bool warm = wire->clock - wire->first >= WARM_NS || wire->met >= WARM_QUERIES;
    return warm ? HOLD_NS : HOLD_FIRST_NS;
}

/* When nothing more can come to EXCHANGE itself. */
static int64_t over_alone(const struct wire *wire, const struct exchange *exchange)
{
    int64_t hold = ending_hold(wire, exchange);
    if (exchange->answered != WHEN_NONE && exchange->asked != WHEN_NONE &&
        !exchange_delivered(exchange)) /* then a stub asks again */
        return latest(exchange->asked_last + OPEN_NS, exchange->answered_last + hold);
    if (exchange->answered != WHEN_NONE)
        return exchange->answered_last + hold;
    if (exchange->kind != EXCHANGE_DNS)
        return exchange->refused != WHEN_NONE ? exchange->refused + hold
                                              : exchange->asked_last + WIRE_SETTLED_NS;
    return exchange->asked_last + OPEN_NS;
}

/* When the try OWNED is known to have failed or not, for its owner. */
static int64_t over_owned(const struct exchange *owned)
{
    if (owned->answered != WHEN_NONE)
        return owned->answered_last + COPY_NS;
    if (owned->refused != WHEN_NONE || owned->wrong != WHEN_NONE)
        return latest(owned->refused, owned->wrong) + COPY_NS;
    return owned->asked_last + TRY_NS;
}

static int64_t over_with_owned(const struct wire *wire, const struct exchange *exchange)
{
    int64_t over = over_alone(wire, exchange);
    for (const struct exchange *one = exchange->owned; one; one = one->next_owned)
        if (!one->supposed || wire_owns(one))
            over = latest(over, over_owned(one));
    return over;
}

static int64_t over_family(const struct wire *wire, const struct exchange *root)
{
    int64_t over = over_with_owned(wire, root);
    if (root->kind == EXCHANGE_RECORD && !root->owner && !host_is_server(root->asker_host))
        over = latest(over, wire->first + WARM_NS);
    for (const struct exchange *one = root->folded; one; one = one->next_folded)
        over = latest(over, over_with_owned(wire, one));
    return over;
}

bool exchange_is_session(const struct exchange *exchange)
{
    return !exchange->owner || exchange->stage ||
           (exchange->kind == EXCHANGE_DNS && host_is_server(exchange->answerer_host));
}

/* Failed connections tell something where they are tries only. */
static bool is_idle(const struct exchange *exchange)
{
    return exchange->kind == EXCHANGE_CONNECT && !exchange->owner;
}

/* EXCHANGE stands for itself from now on, and is to be looked at soon. */
static void go_on(struct wire *wire, struct exchange *exchange)
{
    if (wire->ended)
        hang(&wire->parted, exchange);
    else
        ending_schedule(wire, exchange, wire->clock);
}

/* Takes from EXCHANGE what was asked behind its answer, for the cache. */
static void part_refreshes(struct wire *wire, struct exchange *exchange)
{
    for (struct exchange *one = exchange->owned, *next; one; one = next) {
        next = one->next_owned;
        if (one->kind != EXCHANGE_DNS || one->over || !tie_is_served_without(exchange, one))
            continue;
        tie_again(wire, one);
        if (!one->owner)
            go_on(wire, one);
    }
}

/* Seen under a service's address only: what was answered came to the pod behind it. */
static void set_server(struct exchange *root)
{
    for (struct exchange *one = root; one; one = one == root ? root->folded : one->next_folded) {
        struct host *pod = front_only(one->answerer_host);
        if (pod && one->answered != WHEN_NONE)
            one->answerer_host = pod;
    }
}

static void look_at(struct wire *wire, struct exchange *exchange, bool at_end)
{
    ending_unschedule(exchange);
    if (exchange->over && !exchange->owner) {
        exchange_free(wire, exchange);
        return;
    }
    if (exchange->root != exchange || exchange->over)
        return; /* it goes with its root, or its owner */
    if (exchange->kind == EXCHANGE_CONNECT && exchange->connected && exchange->owner)
        tie_undo(exchange);
    if (!exchange->asker_host && exchange->asked != WHEN_NONE &&
        exchange->asked - wire->first < WARM_NS)
        exchange->asker_host = host_find(wire, &exchange->forms[0].asker);
    set_server(exchange);
    int64_t over = over_family(wire, exchange);
    if (over > wire->clock && !at_end) {
        ending_schedule(wire, exchange, over);
    } else if (is_idle(exchange)) {
        wire->counts.connections++;
        exchange_free(wire, exchange);
    } else if (exchange_is_session(exchange) && !(exchange->owner && !wire_owns(exchange))) {
        part_refreshes(wire, exchange);
        hang(&wire->ready, exchange);
        __builtin_prefetch(exchange->name);
        __builtin_prefetch(exchange->detail);
    }
}

/* What was parted from others at the end: in a list, since chains of them may be long. */
static void look_at_parted(struct wire *wire)
{
    while (wire->parted)
        look_at(wire, wire->parted, true);
}

void ending_turn(struct wire *wire)
{
    int64_t now = wire->clock / WHEEL_SLOT_NS;
    if (wire->turned == WHEN_NONE || now <= wire->turned)
        return;
    if (now - wire->turned > WHEEL_SLOTS)
        wire->turned = now - WHEEL_SLOTS;
    while (wire->turned < now) {
        struct exchange **slot = &wire->slot[(uint64_t)++wire->turned % WHEEL_SLOTS];
        while (*slot) {
            if ((*slot)->next_due)
                table_fetch((*slot)->next_due);
            look_at(wire, *slot, false);
        }
    }
}

/* The clock was set back, or an earlier capture follows a later one: what is open stays so. */
static void start_again(struct wire *wire, int64_t when)
{
    ending_all(wire);
    wire->clock = when;
    wire->turned = when / WHEEL_SLOT_NS;
}

void ending_clock(struct wire *wire, const struct message *message)
{
    int64_t when = message->when;
    if (wire->clock == WHEN_NONE)
        wire->clock = wire->first = when;
    if (when < wire->clock - FAR_NS) {
        if (++wire->behind >= FAR_SURE)
            start_again(wire, when);
        return;
    }
    wire->behind = 0;
    if (when <= wire->clock)
        return;
    if (when > wire->clock + FAR_NS && wire->ahead++ == 0)
        return; /* one packet alone may be damaged: the next one tells */
    wire->ahead = 0;
    wire->clock = when;
}

void ending_all(struct wire *wire)
{
    for (struct exchange *one = wire->oldest, *next; one; one = next) {
        next = one->newer;
        look_at(wire, one, true);
    }
    look_at_parted(wire);
}

void ending_oldest(struct wire *wire)
{
    struct exchange *exchange = wire->oldest;
    while (exchange && (exchange->root != exchange || (exchange->owner && !exchange_is_session(exchange))))
        exchange = exchange->root != exchange ? exchange->root : exchange->owner;
    if (!exchange)
        return;
    wire->counts.early++;
    look_at(wire, exchange, true);
}

static void stand_alone(struct wire *wire, struct exchange *exchange)
{
    exchange->owner = exchange->next_owned = exchange->prior_owned = NULL;
    exchange->supposed = false;
    go_on(wire, exchange);
}

/* What OWNED, which goes with its owner, has caused itself goes with that, too, in front of NEXT, and
 * so do its repeats; but for what it was only supposed to have caused.  Returns the first of them. */
static struct exchange *inherit(struct wire *wire, struct exchange *owned, struct exchange *next)
{
    for (struct exchange *one = owned->owned, *behind; one; one = behind) {
        behind = one->next_owned;
        bool owns = wire_owns(one);
        one->owner = owned->owner;
        one->supposed = false;
        one->next_owned = next;
        if (owns)
            next = one;
        else
            stand_alone(wire, one);
    }
    for (struct exchange *one = owned->folded, *behind; one; one = behind) {
        behind = one->next_folded;
        one->next_folded = NULL;
        one->root = one;
        one->owner = owned->owner;
        one->next_owned = next;
        next = one;
    }
    owned->owned = owned->last_owned = owned->folded = NULL;
    return next;
}

/* OWNED's owner is gone. */
static void release_owned(struct wire *wire, struct exchange *owned, uint64_t number)
{
    bool owns = wire_owns(owned), row = exchange_is_session(owned);
    owned->owner = owned->next_owned = owned->prior_owned = NULL;
    if (!owns) { /* it was only supposed */
        stand_alone(wire, owned);
    } else if (!row && owned->kind == EXCHANGE_DNS && owned->answered == WHEN_NONE && !wire->ended) {
        owned->over = true; /* kept only to know a late answer */
        ending_schedule(wire, owned, owned->asked_last + OPEN_NS);
    } else if (!row && wire->tapped && owned->ambiguous && !wire->ended) {
        owned->over = true; /* dnstap may say whose it is, when that one leaves */
        ending_schedule(wire, owned, wire->clock + HOLD_HELD_NS);
    } else if (owned->over || !row) {
        exchange_free(wire, owned);
    } else {
        owned->parent = number;
        if (!owned->due_link)
            go_on(wire, owned);
    }
}

static void release_member(struct wire *wire, struct exchange *member, uint64_t number)
{
    for (struct exchange *one = member->owned, *next; one; one = next) {
        next = one->next_owned;
        if (wire_owns(one) && !exchange_is_session(one))
            next = inherit(wire, one, next);
        release_owned(wire, one, number);
    }
    member->owned = member->last_owned = NULL;
    member->over = true;
    table_note_gone(wire, member);
    if (!member->owner)
        exchange_free(wire, member);
}

void ending_release(struct wire *wire, struct exchange *lent)
{
    uint64_t number = lent->number;
    for (struct exchange *one = lent->folded, *next; one; one = next) {
        next = one->next_folded;
        release_member(wire, one, number);
    }
    lent->folded = NULL;
    release_member(wire, lent, number);
    look_at_parted(wire);
}
