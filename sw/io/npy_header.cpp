#include "sw/io/npy_header.hpp"

#include <limits>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/io/npy.hpp"

namespace napier::io {

namespace {

// Reads the literals of a header one after another.
class HeaderParser {
public:
    HeaderParser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

    NpyHeader parse() {
        expect('{');
        while (!accept('}')) {
            entry();
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skip_space();
        if (position_ != text_.size()) {
            fail("has text after its dictionary");
        }
        if (!has_descr_ || !has_order_ || !has_shape_) {
            fail("lacks one of the keys descr, fortran_order, shape");
        }
        return header_;
    }

private:
    [[noreturn]] void fail(const std::string& reason) const {
        throw Error(ErrorKind::input,
                    fmt::format("{}: its .npy header {}; write it again with numpy.save.", name_, reason));
    }

    void skip_space() {
        while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\n')) {
            ++position_;
        }
    }

    bool accept(char wanted) {
        skip_space();
        if (position_ >= text_.size() || text_[position_] != wanted) {
            return false;
        }
        ++position_;
        return true;
    }

    void expect(char wanted) {
        if (!accept(wanted)) {
            fail(fmt::format("lacks '{}' at byte {}", wanted, position_));
        }
    }

    std::string quoted() {
        const char quote = accept('"') ? '"' : '\'';
        if (quote == '\'') {
            expect(quote);
        }
        const size_t end = text_.find(quote, position_);
        if (end == std::string_view::npos) {
            fail("has a string without an end");
        }
        const std::string result(text_.substr(position_, end - position_));
        position_ = end + 1;
        return result;
    }

    bool boolean() {
        skip_space();
        for (const bool value : {false, true}) {
            const std::string_view word = value ? "True" : "False";
            if (text_.substr(position_, word.size()) == word) {
                position_ += word.size();
                return value;
            }
        }
        fail("gives no True or False for fortran_order");
    }

    bool at_digit() const { return position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9'; }

    size_t integer() {
        skip_space();
        if (!at_digit()) {
            fail("gives a shape that is not made of whole numbers");
        }
        size_t value = 0;
        while (at_digit()) {
            const size_t digit = static_cast<size_t>(text_[position_++] - '0');
            if (value > (std::numeric_limits<size_t>::max() - digit) / 10) {
                fail("gives a shape too large for this machine");
            }
            value = value * 10 + digit;
        }
        return value;
    }

    std::vector<size_t> tuple() {
        std::vector<size_t> result;
        expect('(');
        while (!accept(')')) {
            if (result.size() == greatest_rank) {
                fail(fmt::format("gives a shape of more than {} dimensions", greatest_rank));
            }
            result.push_back(integer());
            if (!accept(',')) {
                expect(')');
                if (result.size() == 1) {
                    fail("gives a shape that is no tuple");
                }
                break;
            }
        }
        return result;
    }

    void once(bool& seen, const char* key) {
        if (seen) {
            fail(fmt::format("has the key {} twice", key));
        }
        seen = true;
    }

    void entry() {
        const std::string key = quoted();
        expect(':');
        if (key == "descr") {
            once(has_descr_, "descr");
            header_.descr = quoted();
        } else if (key == "fortran_order") {
            once(has_order_, "fortran_order");
            header_.fortran_order = boolean();
        } else if (key == "shape") {
            once(has_shape_, "shape");
            header_.shape = tuple();
        } else {
            fail("has a key that is none of descr, fortran_order, shape");
        }
    }

    std::string_view text_;
    const std::string& name_;
    size_t position_ = 0;
    NpyHeader header_;
    bool has_descr_ = false, has_order_ = false, has_shape_ = false;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view text, const std::string& name) {
    return HeaderParser(text, name).parse();
}

}  // namespace napier::io
