#pragma once
// What golden::validate says of a model.

#include <catch2/catch.hpp>

#include <string>

#include "sw/base/error.hpp"
#include "sw/golden/validate.hpp"

namespace napier::test {

// The sentence that validate throws, as an error of the input; empty if it throws none.
inline std::string validation_sentence(const Model& model) {
    try {
        golden::validate(model);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::input);
        return error.what();
    }
    return "";
}

}  // namespace napier::test
