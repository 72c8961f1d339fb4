#pragma once
// Allocations of this program that fail when they are told to.

#include <cstdint>

namespace napier::test {

// Lets the n-th allocation from now on fail, counted from 0, once; -1: none. Returns how many there were since the last
// call.
int64_t fail_allocation(int64_t n);

}  // namespace napier::test
