#include "sw/io/file.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::io {

namespace {

[[noreturn]] void fail(const std::string& path, const char* action, const char* remedy) {
    const int code = errno;
    throw Error(ErrorKind::system, fmt::format("{}: cannot {}: {}; {}.", path, action, std::strerror(code), remedy));
}

// Closes what it holds.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

void write_all(int descriptor, const std::string& path, std::span<const uint8_t> bytes) {
    size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = ::write(descriptor, bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno != EINTR) {
            fail(path, "write", "check the free space");
        }
        done += count > 0 ? static_cast<size_t>(count) : 0;
    }
}

// Makes the new name durable; a file system that cannot sync a folder is left alone.
void sync_folder(const std::string& path) {
    const size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.number() >= 0) {
        ::fsync(descriptor.number());
    }
}

}  // namespace

std::vector<uint8_t> read_file(const std::string& path, uint64_t limit) {
    const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (descriptor.number() < 0) {
        fail(path, "open", "check the name");
    }
    struct stat state {};
    if (::fstat(descriptor.number(), &state) != 0 || !S_ISREG(state.st_mode)) {
        throw Error(ErrorKind::input, fmt::format("{}: not a regular file; name a file.", path));
    }
    const uint64_t size = static_cast<uint64_t>(state.st_size);
    if (size > limit) {
        throw Error(ErrorKind::input,
                    fmt::format("{}: {} bytes are more than the {} allowed; name a smaller file.", path, size, limit));
    }
    std::vector<uint8_t> bytes(size);
    size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = ::read(descriptor.number(), bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            fail(path, "read", "check the disk");
        }
        if (count == 0) {
            throw Error(ErrorKind::input, fmt::format("{}: the file shrank while it was read; try again.", path));
        }
        done += static_cast<size_t>(count);
    }
    return bytes;
}

FileWriter::FileWriter(const std::string& path) : path_(path), beside_(path + ".XXXXXX") {
    descriptor_ = ::mkstemp(beside_.data());
    if (descriptor_ < 0) {
        beside_.clear();
        fail(path_, "create a file beside it", "check that the folder exists and may be written");
    }
}

FileWriter::~FileWriter() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
    if (!beside_.empty()) {
        ::unlink(beside_.c_str());
    }
}

void FileWriter::write(std::span<const uint8_t> bytes) { write_all(descriptor_, beside_, bytes); }

void FileWriter::finish() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    if (::fchmod(descriptor_, 0666 & ~mask) != 0 || ::fsync(descriptor_) != 0) {
        fail(beside_, "make durable", "check the disk");
    }
    if (::rename(beside_.c_str(), path_.c_str()) != 0) {
        fail(path_, "rename the new file into place", "check that no folder has this name");
    }
    beside_.clear();
    sync_folder(path_);
}

void write_file(const std::string& path, std::span<const uint8_t> bytes) {
    FileWriter file(path);
    file.write(bytes);
    file.finish();
}

void write_file(const std::string& path, const std::string& text) {
    write_file(path, std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

}  // namespace napier::io
