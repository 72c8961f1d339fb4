#include "driver/verify/file_faults.hpp"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>

#include "driver/compile/program_file.hpp"
#include "sw/base/error.hpp"
#include "sw/io/file.hpp"

namespace napier::driver {
namespace {

// No file of this process can grow past `bytes` while this lives.
class FileLimit {
public:
    explicit FileLimit(uint64_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileLimit() {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    rlimit before_{};
    void (*handler_)(int);
};

}  // namespace

void read_short_file(const Program& program, uint64_t bytes) {
    std::vector<uint8_t> file = to_bytes(program);
    file.resize(bytes);
    program_from_bytes(file, "short.bin");
    throw std::logic_error("A file cut short was taken for a program.");
}

void write_full_disk(const std::string& folder, const Program& program, uint64_t bytes) {
    const std::string path = folder + "/program.bin", before = "what stood here";
    if (!std::filesystem::exists(path)) io::write_file(path, before);
    const std::vector<uint8_t> file = to_bytes(program);
    try {
        const FileLimit limit(bytes);
        io::write_file(path, file);
    } catch (const Error&) {
        const std::vector<uint8_t> after = io::read_file(path);
        if (std::string(after.begin(), after.end()) != before) throw std::logic_error("A full disk spoiled a file.");
        throw;
    }
    throw std::logic_error("A file was written to a full disk.");
}

}  // namespace napier::driver
