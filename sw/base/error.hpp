#pragma once
// The one error type: a kind for programs, a sentence for people.

#include <stdexcept>
#include <string>

namespace napier {

enum class ErrorKind { usage, input, unsupported, capacity, device, mismatch, system };

// what(): one sentence that names the thing, the reason and the remedy.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& sentence) : std::runtime_error(sentence), kind_(kind) {}
    ErrorKind kind() const { return kind_; }

private:
    ErrorKind kind_;
};

}  // namespace napier
