#pragma once
// A device file of the system, open or mapped into memory; every refusal is a sentence.

#include <cstddef>
#include <cstdint>
#include <string>

namespace napier::driver {

class DeviceFile {
public:
    // what: for sentences, "registers". Error (system): it does not exist, may not be opened, or cannot be.
    DeviceFile(const std::string& path, const char* what);
    ~DeviceFile();
    DeviceFile(const DeviceFile&) = delete;
    DeviceFile& operator=(const DeviceFile&) = delete;

    int descriptor() const { return descriptor_; }
    const std::string& path() const { return path_; }

private:
    const std::string path_;
    int descriptor_;
};

class Mapping {
public:
    // The file's first `bytes`, shared with the device. Error (system): the system does not map it, or the file is a
    // regular one and shorter.
    Mapping(const DeviceFile& file, size_t bytes);
    ~Mapping();
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;

    uint8_t* bytes() const { return static_cast<uint8_t*>(place_); }
    size_t size() const { return size_; }

private:
    const size_t size_;
    void* place_;
};

// The number in an attribute of sysfs, decimal or with 0x. Error (system): there is no such file, or no number in it.
uint64_t read_attribute(const std::string& path);

// What to say of a file that could not be opened; error: of errno.
std::string why_not_open(const std::string& path, const char* what, int error);

}  // namespace napier::driver
