#pragma once
// Whole files, read with their size checked and written so that no reader ever sees half of one.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace napier::io {

// Every byte of a regular file. Error: it cannot be opened or read, is no regular file, or has more than limit bytes.
std::vector<uint8_t> read_file(const std::string& path, uint64_t limit = uint64_t{1} << 32);

// A file that grows by pieces beside its place, and is durable and renamed into it at the end; without finish() the old
// file stands unchanged.
class FileWriter {
public:
    explicit FileWriter(const std::string& path);
    ~FileWriter();
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;
    void write(std::span<const uint8_t> bytes);
    void finish();

private:
    const std::string path_;
    std::string beside_;  // empty once it has its place
    int descriptor_ = -1;
};

// Writes beside the file, makes it durable and renames it into place; on an Error the old file stands unchanged.
void write_file(const std::string& path, std::span<const uint8_t> bytes);
void write_file(const std::string& path, const std::string& text);

}  // namespace napier::io
