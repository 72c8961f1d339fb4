#pragma once
// What a refusal says.

#include <functional>
#include <string>

#include "sw/base/error.hpp"

namespace napier::test {

// The sentence of the Error that `act` ends with; empty if it ends well.
inline std::string sentence_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace napier::test
