// Does the command line answer damaged files of every kind with a sentence or a right result? Meant for a build with
// sanitizers, too.

#include <catch2/catch.hpp>

#include "driver/compile/compile.hpp"
#include "driver/compile/program_file.hpp"
#include "sw/base/error.hpp"
#include "sw/import/import.hpp"
#include "sw/io/file.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/command_line.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/random.hpp"

namespace napier::test {
namespace {

using Bytes = std::vector<uint8_t>;

const std::string model_path = "sw/models/digits_ternary.onnx";
const std::string images_path = "sw/models/digits_test_images.npy";

// Cut off somewhere, or one to four bits turned.
Bytes damaged(const Bytes& file, Random& random) {
    Bytes result = file;
    const auto place = [&] { return static_cast<size_t>(random.between(0, static_cast<int64_t>(file.size()) - 1)); };
    if (random.chance(25)) {
        result.resize(place());
        return result;
    }
    // Half of the bits near an end of the file, where the structure stands.
    for (int i = random.number(1, 4); i > 0; --i) {
        const size_t near = std::min(file.size() - 1, static_cast<size_t>(random.number(0, 300)));
        const size_t at = random.chance(50) ? place() : random.chance(50) ? near : file.size() - 1 - near;
        result[at] ^= static_cast<uint8_t>(1 << random.number(0, 7));
    }
    return result;
}

// A good result, or a sentence that names the file or says that its model does not run. A difference from the golden
// model is neither.
void require_answer(const std::string& line, const std::string& path, int& sentences) {
    const Result result = napier(line);
    INFO(line << "\n" << result.text);
    REQUIRE((result.code == 0 || result.code == 1));
    REQUIRE_THAT(result.text, !Catch::Contains("Internal error") && !Catch::Contains("differs from the golden"));
    if (result.code == 0) return;
    ++sentences;
    REQUIRE_THAT(result.text, Catch::Contains(path) || Catch::Contains("damaged does not run on"));
}

}  // namespace

TEST_CASE("Damaged models", "[hostile]") {
    TemporaryFolder folder;
    Random random(1);
    const Bytes model = io::read_file(model_path);
    const std::string path = folder.file("damaged.onnx");
    int sentences = 0;
    for (int i = 0; i < 150; ++i) {
        io::write_file(path, damaged(model, random));
        require_answer("check " + path + " --machine tiny", path, sentences);
        if (i % 10 != 0) continue;
        require_answer("run " + path + " --machine odd --limit 1 --images " + images_path, path, sentences);
        require_answer("compile " + path + " --machine tiny -o " + folder.file("a.napier"), path, sentences);
    }
    CHECK(sentences > 30);
}

TEST_CASE("Damaged images and labels", "[hostile]") {
    TemporaryFolder folder;
    Random random(2);
    const Bytes images = io::read_file(images_path), labels = io::read_file("sw/models/digits_test_labels.npy");
    const std::string path = folder.file("damaged.npy");
    const std::string run = "run " + model_path + " --machine tiny --limit 1 --images ";
    int sentences = 0;
    for (int i = 0; i < 40; ++i) {
        io::write_file(path, damaged(images, random));
        require_answer(run + path, path, sentences);
        io::write_file(path, damaged(labels, random));
        require_answer(run + images_path + " --labels " + path, path, sentences);
    }
    CHECK(sentences > 15);
}

TEST_CASE("Damaged programs", "[hostile]") {
    Random random(3);
    const Bytes file = driver::to_bytes(driver::compile(import_onnx(std::filesystem::path(model_path)),
                                                        spec::find_machine("tiny")));
    int sentences = 0;
    for (int i = 0; i < 300; ++i) {
        try {
            const driver::Program program = driver::program_from_bytes(damaged(file, random), "damaged.napier");
            CHECK(program.notes.size() == program.commands.size());
        } catch (const Error& error) {
            ++sentences;
            REQUIRE_THAT(error.what(), Catch::Contains("'damaged.napier' is no program file"));
        }
    }
    CHECK(sentences > 50);
}

}  // namespace napier::test
