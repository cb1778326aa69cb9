// SPDX-License-Identifier: BSD-2-Clause
#include "cli/stop.h"

#include <stddef.h>
#include <unistd.h>

#include "input/inputs.h"

volatile sig_atomic_t stop_came;
static const struct output *volatile guarded;
static volatile size_t guarded_n;

/* Removes what is not whole and ends the program by the same signal: it is sent once more, with
 * its preset action, when the handler is left. */
static void on_end(int number)
{
    struct sigaction action = {.sa_handler = SIG_DFL};

    for (size_t i = 0; i < guarded_n; i++) {
        const char *name = guarded[i].temporary;
        if (name != NULL)
            unlink(name);
    }
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
    raise(number);
}

static void on_stop(int number)
{
    if (stop_came == 0) {
        stop_came = number;
        inputs_stop();
    } else if (number != SIGHUP)
        on_end(number);
}

/* A read that waits is broken off (no SA_RESTART); what was ignored from the start stays ignored. */
static void catch (int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler}, old;

    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
        sigaction(number, &action, NULL);
}

void stop_install(const struct output *outputs, size_t n)
{
    /* all signals whose preset action ends a process, but SIGKILL */
    static const int ends[] = {SIGQUIT, SIGILL,  SIGTRAP, SIGABRT,   SIGBUS,    SIGFPE,  SIGUSR1,
                               SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM,   SIGSTKFLT, SIGXCPU, SIGXFSZ,
                               SIGPROF, SIGIO,   SIGPWR,  SIGVTALRM, SIGSYS};

    guarded = outputs;
    guarded_n = n;
    catch (SIGINT, on_stop);
    catch (SIGTERM, on_stop);
    catch (SIGHUP, on_stop);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        catch (ends[i], on_end);
    for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
        catch (number, on_end);
}

void stop_release(void)
{
    guarded_n = 0;
}
