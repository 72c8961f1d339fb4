#include "tests/driver/command_line.hpp"

#include <unistd.h>

#include <cstdio>
#include <sstream>
#include <vector>

#include "driver/cli/command_line.hpp"

namespace napier::test {
namespace {

// Collects what is written to a file descriptor.
class Capture {
public:
    Capture() {
        std::fflush(nullptr);
        file_ = std::tmpfile();
        for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
            saved_[stream] = dup(stream);
            dup2(fileno(file_), stream);
        }
    }
    std::string finish() {
        std::fflush(nullptr);
        for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) dup2(saved_[stream], stream), close(saved_[stream]);
        std::string text;
        std::rewind(file_);
        for (int c; (c = std::fgetc(file_)) != EOF;) text += static_cast<char>(c);
        std::fclose(file_);
        return text;
    }

private:
    std::FILE* file_;
    int saved_[3] = {};
};

}  // namespace

Result napier(const std::string& line) {
    std::vector<std::string> words{"napier"};
    std::istringstream stream(line);
    for (std::string word; stream >> word;) words.push_back(word);
    std::vector<const char*> pointers;
    for (const std::string& word : words) pointers.push_back(word.c_str());
    Capture capture;
    const int code = driver::run_command_line(static_cast<int>(pointers.size()), pointers.data());
    return {code, capture.finish()};
}

}  // namespace napier::test
