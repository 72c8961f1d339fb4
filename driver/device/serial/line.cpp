#include "driver/device/serial/line.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "driver/device/holder.hpp"
#include "driver/session/device_error.hpp"

namespace napier::driver {
namespace {

struct Rate {
    int baud;
    speed_t code;
};
constexpr Rate rates[] = {{9600, B9600},     {19200, B19200},   {38400, B38400},   {57600, B57600},
                          {115200, B115200}, {230400, B230400}, {460800, B460800}, {500000, B500000},
                          {921600, B921600}, {1000000, B1000000}, {2000000, B2000000}, {3000000, B3000000}};

speed_t code_of(int baud) {
    std::string known;
    for (const Rate& rate : rates) {
        if (rate.baud == baud) return rate.code;
        known += fmt::format("{}{}", known.empty() ? "" : ", ", rate.baud);
    }
    throw Error(ErrorKind::usage, fmt::format("A serial line cannot run at {} baud; give one of {}.", baud, known));
}

}  // namespace

void Line::fail(const std::string& reason, const std::string& remedy) const {
    throw DeviceError(Cause::unreachable, fmt::format("Serial line '{}' {}; {}.", path_, reason, remedy));
}

Line::Line(const std::string& path, int baud) : path_(path), baud_(baud) {
    code_of(baud);
    descriptor_ = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor_ < 0) {
        const int reason = errno;
        if (reason == ENOENT) fail("does not exist", "plug the board in, or give the terminal that it has");
        if (reason == EACCES) fail("may not be opened by this user", "join the group of that file, often dialout");
        if (reason == EBUSY) fail("is in use by another process", "end that one first");
        fail(fmt::format("cannot be opened ({})", std::strerror(reason)), "check the name and the board");
    }
    try {
        hold(descriptor_, fmt::format("Serial line '{}'", path_));
        configure();
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

Line::~Line() { ::close(descriptor_); }

void Line::configure() {
    termios settings{};
    if (::tcgetattr(descriptor_, &settings) != 0) fail("is no terminal", "give the terminal of the board");
    ::cfmakeraw(&settings);
    settings.c_cflag = (settings.c_cflag & ~unsigned{CSTOPB | CRTSCTS | PARENB}) | CLOCAL | CREAD;
    const speed_t code = code_of(baud_);
    ::cfsetispeed(&settings, code);
    ::cfsetospeed(&settings, code);
    if (::tcsetattr(descriptor_, TCSANOW, &settings) != 0) {
        fail(fmt::format("does not run at {} baud", baud_), "give a rate that terminal and board have");
    }
    forget();
}

void Line::forget() { ::tcflush(descriptor_, TCIFLUSH); }

void Line::write(std::span<const uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes = bytes.subspan(static_cast<size_t>(count));
            continue;
        }
        if (errno == EINTR) continue;
        pollfd room{descriptor_, POLLOUT, 0};
        constexpr int patience = 10'000;  // milliseconds
        if (errno == EAGAIN && (::poll(&room, 1, patience) > 0 || errno == EINTR)) continue;
        fail("takes no more bytes", "check cable and board");
    }
}

size_t Line::read(std::span<uint8_t> bytes, int milliseconds) {
    pollfd come{descriptor_, POLLIN, 0};
    if (::poll(&come, 1, milliseconds) <= 0) return 0;
    const ssize_t count = ::read(descriptor_, bytes.data(), bytes.size());
    if (count > 0) return static_cast<size_t>(count);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    fail("has lost its other end", "plug the board in again");
}

}  // namespace napier::driver
