#pragma once
// The table of docs/formats.md: number formats, how the digit network got there, and what it costs in accuracy.

#include <string>

namespace napier::test {

// The table in Markdown, computed from sw/models: every trained model on the golden model; the float32 model converted
// to each format after training, on the golden model; and the float32 model with weights alone in formats whose sums
// are not integers, on the float interpreter. Run from the repository's root.
std::string format_table();

// The text with what stands between its two marks replaced by the table. Error (input): a mark is missing.
std::string with_table(const std::string& text, const std::string& table);

}  // namespace napier::test
