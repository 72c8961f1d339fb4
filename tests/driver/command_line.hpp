#pragma once
// The command line in this process, with what it prints.

#include <string>

namespace napier::test {

struct Result {
    int code;
    std::string text;  // both streams
};

// Runs a command line such as "check a.onnx"; blanks part the words.
Result napier(const std::string& line);

}  // namespace napier::test
