#pragma once
// A signed integer of 128 bits, which the compiler knows and the standard does not.

namespace napier {

__extension__ using Int128 = __int128;

}  // namespace napier
