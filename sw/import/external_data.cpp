#include "sw/import/external_data.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    int get() const { return number_; }
    void reset(int number) {
        if (number_ >= 0) {
            ::close(number_);
        }
        number_ = number;
    }

private:
    int number_;
};

[[noreturn]] void refuse(const std::string& name, const std::string& reason, const char* remedy) {
    throw Error(ErrorKind::input, fmt::format("external data of tensor {}: {}; {}", name_text(name), reason, remedy));
}

uint64_t number(const std::string& name, const std::map<std::string, std::string>& keys, const char* key,
                uint64_t otherwise) {
    const auto found = keys.find(key);
    if (found == keys.end()) {
        return otherwise;
    }
    const std::string& text = found->second;
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        refuse(name, fmt::format("its {} {} is no number", key, name_text(text)), "export the model again");
    }
    return value;
}

constexpr const char* keep_inside = "put the data file, itself and not a link, into the model's own folder";

// Opens one step at a time, so that no component can be a link, now or while we look.
void open_inside(Descriptor& file, const std::string& name, const std::filesystem::path& location) {
    for (auto part = location.begin(); part != location.end(); ++part) {
        if (*part == "." || part->empty()) {
            continue;
        }
        if (*part == "..") {
            refuse(name, fmt::format("{} leaves the model's folder", name_text(location.string())), keep_inside);
        }
        const bool is_last = std::next(part) == location.end();
        const int kind = is_last ? O_NONBLOCK : O_DIRECTORY;
        const int next = ::openat(file.get(), part->c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind);
        if (next < 0 && (errno == ELOOP || (errno == ENOTDIR && !is_last))) {
            refuse(name, fmt::format("{} passes through a symbolic link or a file", name_text(location.string())),
                   keep_inside);
        }
        if (next < 0) {
            refuse(name, fmt::format("{} cannot be opened: {}", name_text(location.string()), std::strerror(errno)),
                   "keep the data file beside the model");
        }
        file.reset(next);
    }
}

uint64_t checked_size(const Descriptor& file, const std::string& name, const std::string& location) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        refuse(name, fmt::format("{} is no regular file", name_text(location)), keep_inside);
    }
    if (status.st_nlink != 1) {
        refuse(name, fmt::format("{} has a second hard link, perhaps outside the folder", name_text(location)),
               "put a copy in its place");
    }
    if (static_cast<uint64_t>(status.st_size) > greatest_external_bytes) {
        refuse(name, fmt::format("{} has {} bytes, more than {}", name_text(location), status.st_size,
                                 greatest_external_bytes), "split it");
    }
    return static_cast<uint64_t>(status.st_size);
}

}  // namespace

std::vector<uint8_t> read_external(const std::string& name, const std::map<std::string, std::string>& keys,
                                   const std::filesystem::path& folder, uint64_t bytes) {
    const auto found = keys.find("location");
    const std::string location = found == keys.end() ? "" : found->second;
    if (location.empty() || location.find('\0') != std::string::npos || folder.empty()) {
        refuse(name, "it names no file that can be found", "export the model into one file");
    }
    if (std::filesystem::path(location).is_absolute()) {
        refuse(name, fmt::format("{} is an absolute path", name_text(location)), keep_inside);
    }
    const uint64_t offset = number(name, keys, "offset", 0);
    Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    open_inside(file, name, std::filesystem::path(location));
    const uint64_t size = checked_size(file, name, location);
    const uint64_t length = number(name, keys, "length", offset > size ? 0 : size - offset);
    if (offset > size || length > size - offset) {
        refuse(name, fmt::format("offset {} and length {} reach past the {} bytes of {}", offset, length, size,
                                 name_text(location)), "export the model again");
    }
    if (length != bytes) {
        refuse(name, fmt::format("it has {} bytes where its shape and type ask for {}", length, bytes),
               "export the model again");
    }
    std::vector<uint8_t> data(bytes);
    for (uint64_t done = 0; done < bytes;) {
        const ssize_t got = ::pread(file.get(), data.data() + done, bytes - done, static_cast<off_t>(offset + done));
        if (got <= 0) {
            refuse(name, fmt::format("{} cannot be read to its end", name_text(location)), "check the disk");
        }
        done += static_cast<uint64_t>(got);
    }
    return data;
}

}  // namespace napier::onnx
