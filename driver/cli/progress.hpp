#pragma once
// A bar on the terminal for work that takes more than two seconds.

#include <chrono>
#include <cstddef>
#include <string>

namespace napier::driver {

class Progress {
public:
    // what: the unit that is counted, such as "images on sim". Nothing is drawn if the error stream is no terminal.
    Progress(std::string what, size_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    void advance();
    // At least so many are done.
    void reach(size_t done);

private:
    using Clock = std::chrono::steady_clock;
    void look();
    void draw();
    void clear();

    const std::string what_;
    const size_t total_;
    const bool terminal_;
    const Clock::time_point begin_ = Clock::now();
    Clock::time_point drawn_ = begin_;
    size_t done_ = 0;
    bool visible_ = false;
};

}  // namespace napier::driver
