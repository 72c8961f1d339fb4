#include "driver/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace napier::driver {
namespace {

constexpr auto patience = std::chrono::seconds(2);
constexpr auto redraw = std::chrono::milliseconds(200);
constexpr size_t bar_width = 30;

}  // namespace

Progress::Progress(std::string what, size_t total)
    : what_(std::move(what)), total_(total), terminal_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() { clear(); }

void Progress::advance() {
    ++done_;
    look();
}

void Progress::reach(size_t done) {
    done_ = std::max(done_, std::min(done, total_));
    if (done_ == total_) return clear();
    if (done_ > 0) look();
}

void Progress::look() {
    const Clock::time_point now = Clock::now();
    if (!terminal_ || now - begin_ < patience || now - drawn_ < redraw) return;
    drawn_ = now;
    draw();
}

void Progress::draw() {
    const size_t filled = total_ == 0 ? bar_width : bar_width * done_ / total_;
    const double elapsed = std::chrono::duration<double>(Clock::now() - begin_).count();
    const double left = elapsed / static_cast<double>(done_) * static_cast<double>(total_ - done_);
    fmt::print(stderr, "\r[{}{}] {} of {} {}, {:.0f} s left ", std::string(filled, '#'),
               std::string(bar_width - filled, '.'), done_, total_, what_, left);
    std::fflush(stderr);
    visible_ = true;
}

void Progress::clear() {
    if (visible_) fmt::print(stderr, "\r\033[K");
    visible_ = false;
}

}  // namespace napier::driver
