// Does external data stay inside the model's folder and inside its file?

#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "sw/base/error.hpp"
#include "sw/import/import.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/onnx/builder.hpp"

using namespace napier;
using namespace napier::test;

namespace {

void write(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

struct Case {
    TemporaryFolder folder;
    std::string location = "data.bin", offset = "2", length = "4";

    Case() { write(folder.file("data.bin"), std::string("..\x01\x02\x03\xff....", 10)); }

    std::string sentence(Model* model = nullptr) {
        OnnxBuilder graph;
        graph.input("x", {-1, 2, 1, 1});
        const std::string x = graph.quantized("x", 1.0f, 0);
        const std::string w = graph.weight("w", {2, 2, 1, 1}, {0, 0, 0, 0}, {1.0f});
        auto* tensor = graph.graph().mutable_initializer(2);
        tensor->clear_raw_data();
        tensor->set_data_location(1);
        for (const auto& [key, value] : {std::pair{"location", location}, {"offset", offset}, {"length", length}}) {
            if (!value.empty()) {
                auto* entry = tensor->add_external_data();
                entry->set_key(key);
                entry->set_value(value);
            }
        }
        graph.node("Conv", "conv", {x, w});
        graph.output(graph.quantized("conv", 1.0f, 0), {});
        const std::vector<uint8_t> bytes = graph.bytes();
        write(folder.file("model.onnx"), std::string(bytes.begin(), bytes.end()));
        try {
            const Model found = import_onnx(std::filesystem::path(folder.file("model.onnx")));
            if (model) {
                *model = found;
            }
            return "";
        } catch (const Error& error) {
            return error.what();
        }
    }
};

}  // namespace

TEST_CASE("external data is read from offset to length") {
    Case test;
    Model model;
    REQUIRE(test.sentence(&model).empty());
    CHECK(model.layers[0].weight == std::vector<int8_t>{1, 2, 3, -1});
    CHECK(model.name == "model");
    std::filesystem::create_directory(test.folder.file("sub"));
    std::filesystem::copy(test.folder.file("data.bin"), test.folder.file("sub/data.bin"));
    test.location = "sub/./data.bin";
    CHECK(test.sentence().empty());
}

TEST_CASE("offset and length stay inside the file and fit the shape") {
    Case test;
    const auto expect = [&](const std::string& offset, const std::string& length, const std::string& sentence) {
        test.offset = offset;
        test.length = length;
        CHECK_THAT(test.sentence(), Catch::Contains(sentence));
    };
    expect("8", "4", "offset 8 and length 4 reach past the 10 bytes of 'data.bin'; export the model again");
    expect("18446744073709551615", "4", "reach past the 10 bytes");
    expect("2", "18446744073709551615", "reach past the 10 bytes");
    expect("-1", "4", "its offset '-1' is no number");
    expect("2", "4x", "its length '4x' is no number");
    expect("99999999999999999999999", "4", "is no number");
    expect("2", "5", "it has 5 bytes where its shape and type ask for 4");
    expect("2", "", "it has 8 bytes where its shape and type ask for 4");
    expect("6", "", "");
}

TEST_CASE("paths that leave the folder are refused") {
    Case test;
    TemporaryFolder outside;
    write(outside.file("secret"), "....secret");
    const auto expect = [&](const std::string& location, const std::string& sentence) {
        test.location = location;
        CHECK_THAT(test.sentence(), Catch::Contains(sentence));
        CHECK_THAT(test.sentence(), Catch::Contains("external data of tensor 'w_integers'"));
    };
    expect(outside.file("secret"), "is an absolute path; put the data file, itself and not a link");
    expect("../x", "'../x' leaves the model's folder");
    expect("a/../../x", "cannot be opened");
    std::filesystem::create_directory(test.folder.file("a"));
    expect("a/../data.bin", "leaves the model's folder");
    std::filesystem::create_symlink(outside.file("secret"), test.folder.file("link"));
    expect("link", "'link' passes through a symbolic link");
    std::filesystem::create_directory_symlink(outside.path(), test.folder.file("folder_link"));
    expect("folder_link/secret", "passes through a symbolic link");
    REQUIRE(::link(outside.file("secret").c_str(), test.folder.file("hard").c_str()) == 0);
    expect("hard", "'hard' has a second hard link, perhaps outside the folder; put a copy in its place");
    expect("a", "'a' is no regular file");
    expect("data.bin/x", "passes through a symbolic link or a file");
    expect("none", "'none' cannot be opened: No such file");
    expect("", "it names no file that can be found");
    expect(std::string("data.bin\0x", 10), "it names no file that can be found");
}
