// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sessions from packets: what the wire stage has put together (a client's query, its repeats, what
 * the server asked for it) becomes a session.  At the client's end repeats are one wait; where
 * CoreDNS is seen alone each is a session (interface.md section 2, "Repeats").
 */
#include "session/live.h"

/* Tries of a storm (semantics.md section 4.3) follow one another at once. */
#define AT_ONCE_NS (WHEN_SECOND / 10)

/* Work of a server for no client that is known.  Encrypted queries are health checks, probes or
 * refreshes: which, nobody can see.  Where its clients are seen theirs are sessions of their own,
 * so that this is no further one, whosever it is. */
static bool is_own_doing(const struct exchange *exchange)
{
    return exchange->health || exchange->probe || exchange->refresh ||
           exchange->kind == EXCHANGE_RECORD || exchange->asker_host->self->asked > 0;
}

/* The next member of a family: the first query, then its repeats. */
static const struct exchange *next_member(const struct exchange *root, const struct exchange *member)
{
    return member == root ? root->folded : member->next_folded;
}

static bool is_final(const struct exchange *one)
{
    return one->rcode == 0 || one->rcode == 3; /* NOERROR, NXDOMAIN */
}

/* A is the answer that the client goes by, rather than B: the earlier one, but a stub that asks
 * several servers at once (musl) goes on waiting behind an error of one. */
static bool counts_before(const struct exchange *a, const struct exchange *b)
{
    const struct exchange *first = a->answered < b->answered ? a : b, *second = first == a ? b : a;
    bool waits = !is_final(first) && is_final(second) && second->asked < first->answered &&
                 !endpoint_same_addr(&first->forms[0].answerer, &second->forms[0].answerer);
    return (waits ? second : first) == a;
}

/* The one whose answer the client got first; NULL: none.  Without repeats an answer that CoreDNS
 * sent counts, even where it was not seen on the client's side of the node: nobody asked again. */
static const struct exchange *served(const struct exchange *root)
{
    const struct exchange *found = NULL;
    for (const struct exchange *one = root; one; one = next_member(root, one))
        if (exchange_delivered(one) && (!found || counts_before(one, found)))
            found = one;
    bool elsewhere = root->input_answer != root->input_query; /* the client's capture shows none */
    if (!found && root->answered != WHEN_NONE && root->repeats == 0 && !elsewhere)
        found = root;
    return found;
}

/* The client has an upstream's answer although no try shows a reply: the capture lost it.  Not where
 * the cache answered with what is stale (those have AA), and that waits for a read timeout; nor where
 * the client asked again, which makes the first answer to come the first query's. */
static bool reply_is_missing(const struct exchange *owned, const struct exchange *root)
{
    return !owned->next_owned && owned != root && owned->kind == EXCHANGE_DNS && !root->repeats &&
           root->answered != WHEN_NONE && is_final(root) && !(root->answer_flags & DNS_AA) &&
           root->answered - owned->asked < WIRE_READ_NS;
}

/* What became of the try OWNED of ROOT; where no client is known ROOT is the first try itself. */
static enum outcome outcome_of(const struct sessions *sessions, const struct exchange *owned,
                               const struct exchange *root)
{
    const struct exchange *next = owned == root ? root->owned : owned->next_owned;
    int64_t answered = exchange_is_clientless(root) ? WHEN_NONE : root->answered;
    if (owned->answered != WHEN_NONE) {
        bool late = owned->asked != WHEN_NONE && owned->answered - owned->asked >= WIRE_READ_NS &&
                    (owned->unheard || (next && next->asked < owned->answered) ||
                     (answered != WHEN_NONE && answered < owned->answered));
        return late ? OUTCOME_NO_REPLY : OUTCOME_ANSWERED;
    }
    if (owned->kind == EXCHANGE_CONNECT)
        return OUTCOME_CONNECT_FAILED;
    if (owned->refused != WHEN_NONE)
        return owned->icmp ? OUTCOME_UNREACHABLE : OUTCOME_CONNECT_FAILED;
    if (owned->wrong != WHEN_NONE)
        return OUTCOME_WRONG_REPLY;
    if (reply_is_missing(owned, root))
        return OUTCOME_UNKNOWN;
    bool over = wire_clock(sessions->wire) >= owned->asked + WIRE_READ_NS || next ||
                answered != WHEN_NONE;
    return over ? OUTCOME_NO_REPLY : OUTCOME_OPEN;
}

static int64_t ended_of(const struct exchange *owned)
{
    return owned->answered != WHEN_NONE  ? owned->answered
           : owned->refused != WHEN_NONE ? owned->refused
                                         : owned->wrong;
}

/* A try of OUTCOME that began then follows LAST at once. */
static bool follows(const struct attempt *last, const struct endpoint *upstream, int64_t began,
                    enum outcome outcome)
{
    return last->outcome == outcome && outcome != OUTCOME_ANSWERED && last->ended != WHEN_NONE &&
           began - last->ended <= AT_ONCE_NS && endpoint_same(&last->upstream, upstream);
}

/* The attempts behind FIRST that are of its storm become its count. */
static void fold(struct sessions *sessions, struct live *live, struct attempt *first)
{
    struct attempt *before = first;
    for (struct attempt *at = first->next; at; at = before->next) {
        if (!follows(first, &at->upstream, at->began, (enum outcome)at->outcome)) {
            before = at;
            continue;
        }
        first->count += at->count;
        first->ended = at->ended;
        before->next = at->next;
        live->s.attempts_kept--;
        pool_put(&sessions->pool, at, sizeof *at);
    }
    live->last_attempt = before;
}

/* Counts OWNED in the storm that it is of.  False: it is of none. */
static bool is_stormy(struct sessions *sessions, struct live *live, const struct exchange *owned,
                      enum outcome outcome)
{
    struct attempt *first = live->s.tries < STORM_TRIES ? NULL : live->s.attempts;
    while (first && !follows(first, &owned->forms[0].answerer, owned->asked, outcome))
        first = first->next;
    if (!first)
        return false;
    fold(sessions, live, first);
    first->count++;
    first->ended = ended_of(owned);
    live->s.tries++;
    return true;
}

static void add_attempt(struct sessions *sessions, struct live *live, const struct exchange *owned,
                        const struct exchange *root)
{
    enum outcome outcome = outcome_of(sessions, owned, root);
    live->s.inputs |= owned->inputs;
    live->s.bitmap |= BIT_FQ;
    if (owned->answered != WHEN_NONE || owned->wrong != WHEN_NONE)
        live->s.bitmap |= BIT_FR;
    if (is_stormy(sessions, live, owned, outcome))
        return;
    struct attempt *attempt = live_add_attempt(sessions, live);
    if (!attempt)
        return;
    attempt->start = attempt->began = owned->asked != WHEN_NONE ? owned->asked : owned->answered;
    attempt->start_exact = owned->asked != WHEN_NONE;
    attempt->query_lost = owned->asked == WHEN_NONE;
    attempt->ended = ended_of(owned);
    attempt->upstream = owned->forms[0].answerer;
    attempt->transport = (uint8_t)(owned->transport & 7u);
    attempt->outcome = (uint8_t)outcome;
    attempt->name_hash = owned->name_hash;
    attempt->type = owned->type;
    attempt->frame_query = owned->frame_query;
    attempt->input_query = owned->input_query;
    attempt->in_packets = true;
    attempt->other_id = outcome == OUTCOME_NO_REPLY && owned->other_id;
    attempt->late = outcome == OUTCOME_NO_REPLY && owned->answered != WHEN_NONE;
    if (owned->answered == WHEN_NONE)
        return;
    attempt->frame_response = owned->frame_answer;
    attempt->input_response = owned->input_answer;
    attempt->flags = owned->answer_flags;
    if (outcome == OUTCOME_NO_REPLY)
        return;
    attempt->rcode = owned->rcode;
    if (owned->asked != WHEN_NONE && owned->answered >= owned->asked) {
        attempt->latency_ns = owned->answered - owned->asked;
        attempt->latency_exact = true;
    }
    if (owned->rcode == 0 && !(owned->answer_flags & DNS_RA) && owned->kind == EXCHANGE_DNS)
        live->stream->no_ra = true;
}

static enum join join_of(const struct exchange *owned)
{
    if (owned->ambiguous)
        return JOIN_AMBIGUOUS;
    if (!owned->has_question)
        return JOIN_TIME;
    return owned->exact ? JOIN_EXACT : JOIN_UNIQUE;
}

/* The weakest of the ties tells. */
static void note_join(struct live *live, const struct exchange *owned)
{
    static const uint8_t weakness[JOINS] = {[JOIN_EXACT] = 1, [JOIN_UNIQUE] = 2, [JOIN_TIME] = 3,
                                            [JOIN_AMBIGUOUS] = 4};
    enum join join = join_of(owned);
    if (weakness[join] > weakness[live->s.join])
        live->s.join = (uint8_t)join;
}

/* What a cache asked CoreDNS is a session there, with this one as its parent: no attempt, but its
 * outcome tells. */
static void pass_on(const struct sessions *sessions, struct live *live,
                    const struct exchange *owned, const struct exchange *root)
{
    live->passed_on = true;
    live->passed_outcome = (uint8_t)outcome_of(sessions, owned, root);
    live->s.bitmap |= BIT_FQ;
    if (owned->answered != WHEN_NONE)
        live->s.bitmap |= BIT_FR;
}

/* What all members of the family caused, in the order of time. */
static void add_attempts(struct sessions *sessions, struct live *live, const struct exchange *root)
{
    const struct exchange *next[1 + WIRE_FOLDED_MAX];
    unsigned n = 0;
    for (const struct exchange *one = root; one; one = next_member(root, one))
        if (one->owned)
            next[n++] = one->owned;
    while (n > 0) {
        unsigned first = 0;
        for (unsigned i = 1; i < n; i++)
            if (next[i]->asked < next[first]->asked)
                first = i;
        const struct exchange *owned = next[first];
        if (wire_owns(owned) && exchange_is_session(owned)) {
            pass_on(sessions, live, owned, root);
        } else if (wire_owns(owned)) {
            note_join(live, owned);
            add_attempt(sessions, live, owned, root);
        }
        next[first] = owned->next_owned;
        if (!next[first])
            next[first] = next[--n];
    }
}

/* How long attempts without reply were waited for; not where the client asked again meanwhile, so
 * that the attempts of several calls stand beside one another. */
static void set_waits(struct live *live, const struct exchange *root)
{
    for (struct attempt *at = live->s.attempts; at && !root->folded; at = at->next) {
        int64_t over = at->next        ? at->next->began
                       : live->answered ? live->s.end
                                        : at->began + READ_TIMEOUT_NS;
        if (at->outcome != OUTCOME_NO_REPLY)
            continue;
        at->quick = at->count > 1 || over - at->began < ATTEMPT_QUICK_NS;
        at->spent = over - at->began >= WIRE_READ_NS;
    }
}

static void set_answer(struct live *live, const struct exchange *answer)
{
    live->answered = true;
    live->answer_flags = answer->answer_flags;
    live->s.end = answer->answered_last;
    live->s.bitmap |= BIT_CR;
    live->s.frame_answer = answer->frame_answer;
    live->s.input_answer = answer->input_answer;
    live->s.rcode = answer->rcode;
    live->s.rcode_source = answer->rcode == RCODE_NONE ? 0 : 1;
    live->s.truncated = (answer->answer_flags & DNS_TC) != 0;
    live->s.answers = answer->answers;
    live->s.ttl = answer->ttl;
    live->s.n_addresses = answer->n_addresses;
    live->s.n_edes = answer->n_edes;
}

static void *copy_of(struct sessions *sessions, const void *at, size_t len)
{
    void *copy = len ? pool_get(&sessions->pool, len) : NULL;
    if (copy)
        memory_copy(copy, at, len);
    return copy;
}

static void set_texts(struct sessions *sessions, struct live *live, const struct exchange *root,
                      const struct exchange *answer)
{
    if (root->has_question)
        live->s.name = copy_of(sessions, root->name, root->name_len);
    if (live->s.name) {
        live->s.name_len = root->name_len;
        live->s.has_question = true;
        live->s.name_hash = live->name_hash = root->name_hash;
    }
    if (answer && answer->detail)
        live->s.detail = copy_of(sessions, answer->detail, answer->detail_len);
    if (live->s.detail)
        live->detail_len = answer->detail_len;
    else
        live->s.n_addresses = live->s.n_edes = 0;
}

/* When the client asked again; at the server each of that is a session. */
static void set_repeats(struct sessions *sessions, struct live *live, const struct exchange *root)
{
    int64_t times[SESSION_REPEAT_TIMES_MAX];
    size_t n = 0;
    for (const struct exchange *one = root->folded; one && n < SESSION_REPEAT_TIMES_MAX;
         one = one->next_folded)
        times[n++] = one->asked;
    if (n > 0 && n == session_repeat_times(root->repeats))
        live->s.repeat_times = copy_of(sessions, times, n * sizeof *times);
}

static void set_wait(struct sessions *sessions, struct live *live, const struct exchange *root,
                     const struct exchange *answer)
{
    const struct exchange *last = root;
    if (root->asked == WHEN_NONE || !live->s.has_client)
        return;
    if (answer && answer->answered_last < root->asked) {
        sessions->counts.absurd_times++; /* the clock was set back */
        live->s.end = WHEN_NONE;
    }
    if (answer && answer->answered_last >= root->asked &&
        answer->answered_last - root->asked <= ABSURD_NS) {
        live->s.waited_ns = answer->answered_last - root->asked;
        live->s.waited_exact = true;
        return;
    }
    for (const struct exchange *one = root->folded; one; one = one->next_folded)
        last = one;
    if (!answer && last->asked > root->asked)
        live->s.waited_ns = last->asked - root->asked; /* it was still waiting then */
}

/* It may have been forwarded, though the tries stand under another; not what the cache answered. */
static void note_contended(struct live *live, const struct exchange *root)
{
    bool contended = root->contended;
    for (const struct exchange *one = root->folded; one; one = one->next_folded)
        contended = contended || one->contended;
    if (contended && live->s.join == JOIN_NULL && !(live->answer_flags & DNS_AA))
        live->s.join = JOIN_AMBIGUOUS;
}

/* The member that was seen farthest on its way to the server. */
static const struct exchange *farthest(const struct exchange *root)
{
    const struct exchange *found = root;
    for (const struct exchange *one = root->folded; one; one = one->next_folded)
        if (one->n_forms > found->n_forms)
            found = one;
    return found;
}

static void set_ends(const struct sessions *sessions, struct live *live,
                     const struct exchange *root)
{
    const struct exchange *far = farthest(root);
    const struct form *first = &root->forms[0];
    live->s.client = first->asker;
    live->s.has_client = !exchange_is_clientless(root);
    live->s.server_addr = exchange_server(live->s.has_client ? far : root);
    live->s.service = first->answerer;
    live->s.at_server = exchange_at_server(sessions->wire, root);
    live->s.internal = root->owner || root->parent;
    live->s.parent = root->owner ? root->owner->root->number : root->parent;
    live->s.background = live->s.has_client ? root->probe : is_own_doing(root);
    for (const struct exchange *one = root; one; one = next_member(root, one))
        live->s.inputs |= one->inputs;
}

static void count_up(uint8_t *count)
{
    if (*count < UINT8_MAX)
        ++*count;
}

/* How far each of the family came, and its answer.  What one place sees twice tells nothing, and over
 * TCP no datagram is the same at two places. */
static void set_way(struct session *session, const struct exchange *root)
{
    for (const struct exchange *one = root; one; one = next_member(root, one)) {
        bool crossed = one->n_forms > 1 || one->n_places > 1;
        bool answered = one->answered != WHEN_NONE;
        if (!answered || !exchange_delivered(one))
            count_up(&session->unanswered);
        session->refused = session->refused || (one->refused != WHEN_NONE && one->icmp != 0);
        if (one->transport != TRANSPORT_UDP || one->asked == WHEN_NONE)
            continue;
        if (crossed)
            count_up(&session->crossed);
        if (!crossed && !answered && one->refused == WHEN_NONE)
            count_up(&session->query_lost);
        bool arrived = one->n_forms > 1 ? exchange_delivered(one) : one->n_answer_places > 1;
        if (crossed && answered && !arrived)
            count_up(&session->answer_lost);
    }
}

static struct live *make(struct sessions *sessions, const struct exchange *root)
{
    struct live *live = pool_get(&sessions->pool, sizeof *live);
    if (!live) {
        sessions->counts.refused++;
        return NULL;
    }
    *live = (struct live){.stream = stream_of_exchange(sessions, farthest(root)), .bounded = WHEN_NONE};
    live->payload = root->kind == EXCHANGE_DNS;
    live->query_seen = root->asked != WHEN_NONE;
    live->s = (struct session){.start = live->query_seen ? root->asked : root->answered,
                               .end = WHEN_NONE,
                               .waited_ns = WHEN_NONE,
                               .rcode = RCODE_NONE,
                               .answers = UINT32_MAX,
                               .ttl = UINT32_MAX,
                               .join = JOIN_NULL,
                               .transport = root->transport,
                               .identity = live->stream->facts.identity,
                               .server = live->stream->index,
                               .number = root->number,
                               .id = root->id,
                               .has_id = root->kind == EXCHANGE_DNS,
                               .type = root->type,
                               .class = root->class,
                               .repeats = root->repeats,
                               .frame_query = root->frame_query,
                               .input_query = root->input_query,
                               .input_answer = root->input_query};
    return live;
}

void packet_session(struct sessions *sessions, const struct exchange *root)
{
    if (exchange_is_clientless(root) && fuse_is_tapped(root)) {
        tags_packets(sessions, NULL, root);
        fuse_let_go(sessions, root);
        return;
    }
    struct live *live = make(sessions, root);
    if (!live) {
        fuse_forget(sessions, root);
        return;
    }
    set_ends(sessions, live, root);
    if (live->s.has_client) {
        const struct exchange *answer = served(root);
        live->s.bitmap = live->query_seen ? BIT_CQ : 0;
        if (answer)
            set_answer(live, answer);
        set_texts(sessions, live, root, answer);
        set_repeats(sessions, live, root);
        add_attempts(sessions, live, root);
        set_waits(live, root);
        note_contended(live, root);
        set_wait(sessions, live, root, answer);
        set_way(&live->s, root);
    } else {
        set_texts(sessions, live, root, NULL);
        add_attempt(sessions, live, root, root);
        add_attempts(sessions, live, root);
        live->s.join = JOIN_NONE;
    }
    fuse_attempts(sessions, live, root);
    stream_seen(live->stream, live->s.start, live->s.end);
    status_packet(sessions, live, root);
    tags_packets(sessions, live, root);
    fuse_verdict(sessions, live, root);
    settle_ready(sessions, live);
}
