#pragma once
// A host process that is killed in the middle of its work.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace napier::test {

// Runs `work`, which must not end, in a process of its own, and kills it after so long. False: it had ended before.
inline bool kill_after(int milliseconds, const std::function<void()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            work();
        } catch (...) {
            ::_exit(1);  // no second run of the tests
        }
        ::_exit(0);
    }
    ::usleep(static_cast<unsigned>(milliseconds) * 1000);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status);
}

}  // namespace napier::test
