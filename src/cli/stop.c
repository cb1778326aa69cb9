// SPDX-License-Identifier: BSD-2-Clause
#include "cli/stop.h"

#include <signal.h>
#include <stddef.h>

volatile sig_atomic_t stop_came;

static void on_signal(int number)
{
    stop_came = number;
}

/* A read that waits is broken off (no SA_RESTART); what was ignored from the start stays ignored. */
static void catch (int number)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND}, old;

    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
        sigaction(number, &action, NULL);
}

void stop_install(void)
{
    catch (SIGINT);
    catch (SIGTERM);
}
