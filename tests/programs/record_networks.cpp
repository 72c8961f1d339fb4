// record_networks NAME...: writes what sw/train/zoo_oracle.py reads of reduced transformers of the zoo.

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/io/file.hpp"
#include "tests/support/recorded_networks.hpp"

int main(int argc, char** argv) {
    using namespace napier;
    if (argc < 2) {
        fmt::print(stderr, "record_networks: name reduced transformers to write, as in sw/train/zoo_oracle.py.\n");
        return 2;
    }
    try {
        for (int i = 1; i < argc; ++i) {
            test::write_recorded(argv[i], test::path_of(argv[i], ".onnx"));
            io::write_file(test::path_of(argv[i], "_tensors.txt"), test::list_of(test::model_of(argv[i])));
        }
    } catch (const Error& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
    return 0;
}
