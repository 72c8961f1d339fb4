#include "driver/device/holder.hpp"

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "driver/session/device_error.hpp"

namespace napier::driver {

// A line of /proc/locks: "1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF"; the last number of the place is the inode.
std::string holder_of(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) return "another process";
    const std::string inode = fmt::format(":{}", status.st_ino);
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
        std::istringstream words(line);
        std::string number, kind, mode, access, process, place;
        words >> number >> kind >> mode >> access >> process >> place;
        if (kind != "FLOCK" || !place.ends_with(inode)) continue;
        std::string name = "?";
        std::ifstream command("/proc/" + process + "/comm");
        std::getline(command, name);
        return fmt::format("process {} ('{}')", process, name);
    }
    return "another process";
}

void hold(int descriptor, const std::string& what) {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return;
    throw DeviceError(Cause::occupied,
                      fmt::format("{} is in use by {}; end that one first.", what, holder_of(descriptor)));
}

}  // namespace napier::driver
