#include "driver/device/mapped_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "sw/base/error.hpp"

namespace napier::driver {

namespace {

[[noreturn]] void fail(const std::string& sentence) { throw Error(ErrorKind::system, sentence); }

int open_file(const std::string& path, const char* what) {
    // O_SYNC: the memory of u-dma-buf is then not cached, so that the device sees what is written.
    const int descriptor = ::open(path.c_str(), O_RDWR | O_SYNC | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) fail(why_not_open(path, what, errno));
    return descriptor;
}

void require_size(const DeviceFile& file, size_t bytes) {
    struct stat status = {};
    if (::fstat(file.descriptor(), &status) != 0 || !S_ISREG(status.st_mode)) return;
    if (static_cast<uint64_t>(status.st_size) >= bytes) return;
    fail(fmt::format("'{}' has {} bytes and {} were promised; look at the size that its driver was given.", file.path(),
                     static_cast<uint64_t>(status.st_size), bytes));
}

}  // namespace

std::string why_not_open(const std::string& path, const char* what, int error) {
    if (error == ENOENT || error == ENODEV || error == ENXIO) {
        return fmt::format("There is no file '{}' for the {} of device 'uio'; load its driver (uio_pdrv_genirq, "
                           "u-dma-buf) or name another.", path, what);
    }
    if (error == EACCES || error == EPERM) {
        return fmt::format("'{}' may not be opened by this user; give it to a group of yours with a rule of udev, or "
                           "run as root.", path);
    }
    return fmt::format("'{}' cannot be opened: {}; close what else uses it.", path, std::strerror(error));
}

DeviceFile::DeviceFile(const std::string& path, const char* what) : path_(path), descriptor_(open_file(path, what)) {}

DeviceFile::~DeviceFile() { ::close(descriptor_); }

Mapping::Mapping(const DeviceFile& file, size_t bytes) : size_(bytes), place_(MAP_FAILED) {
    require_size(file, bytes);
    place_ = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor(), 0);
    if (place_ == MAP_FAILED) {
        fail(fmt::format("{} bytes of '{}' cannot be mapped: {}; is it the right device file?", bytes, file.path(),
                         std::strerror(errno)));
    }
}

Mapping::~Mapping() { ::munmap(place_, size_); }

uint64_t read_attribute(const std::string& path) {
    std::ifstream file(path);
    if (!file) fail(why_not_open(path, "attributes", ENOENT));
    std::string text;
    file >> text;
    size_t used = 0;
    uint64_t value = 0;
    try {
        value = std::stoull(text, &used, 0);
    } catch (const std::exception&) {
        used = 0;
    }
    if (used == 0 || used != text.size()) {
        fail(fmt::format("'{}' holds '{}' and no number; is it an attribute of the right driver?", path, text));
    }
    return value;
}

}  // namespace napier::driver
