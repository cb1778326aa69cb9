// SPDX-License-Identifier: BSD-2-Clause
#include "cli/tick.h"

#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#define TICK_US 200000

static struct output *ticking;  /* NULL: no timer */
static volatile size_t written; /* octets of its text that are out already */
static volatile sig_atomic_t waiting, failure;

static void on_tick(int number)
{
    int before = errno;

    (void)number;
    if (waiting && failure == 0 && written < ticking->text.len) {
        ssize_t n = write(ticking->fd, ticking->text.at + written, ticking->text.len - written);
        if (n > 0)
            written += (size_t)n;
        else if (n < 0 && errno != EINTR && errno != EAGAIN)
            failure = errno;
    }
    errno = before;
}

static void set_timer(suseconds_t us)
{
    struct itimerval timer = {{0, us}, {0, us}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

void tick_start(struct output *output)
{
    struct sigaction action = {.sa_handler = on_tick, .sa_flags = SA_RESTART};

    ticking = output;
    written = 0;
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    set_timer(TICK_US);
}

void tick_stop(void)
{
    if (ticking == NULL)
        return;
    set_timer(0);
    signal(SIGALRM, SIG_IGN);
    ticking = NULL;
}

bool tick_runs(void)
{
    return ticking != NULL;
}

void tick_wait(void)
{
    waiting = ticking != NULL;
}

bool tick_go(void)
{
    waiting = 0;
    if (written > 0) {
        struct text rest = {0};
        text_add(&rest, ticking->text.at + written, ticking->text.len - written);
        text_done(&ticking->text);
        ticking->text = rest;
        written = 0;
    }
    errno = failure;
    return failure == 0;
}
