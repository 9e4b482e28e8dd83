// The signals that ask the process to stop (process.h).
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/check.h"
#include "os/process.h"

namespace tradewind::os {

namespace {

sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

}  // namespace

void block_stop_signals() {
    const sigset_t set = stop_signals();
    CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
}

void ignore_closed_pipes() {
    CHECK(::signal(SIGPIPE, SIG_IGN) != SIG_ERR);
}

int wait_for_stop_signal() {
    const sigset_t set = stop_signals();
    int signal = 0;
    CHECK(sigwait(&set, &signal) == 0);
    return signal;
}

void raise_stop_signal() {
    // To the process, not to this thread: whichever thread waits shall get it.
    CHECK(::kill(getpid(), SIGTERM) == 0);
}

int poll_stop_signal() {
    sigset_t pending;
    CHECK(sigpending(&pending) == 0);
    for (const int signal : {SIGTERM, SIGINT}) {
        if (sigismember(&pending, signal) == 1) return signal;
    }
    return 0;
}

}  // namespace tradewind::os
