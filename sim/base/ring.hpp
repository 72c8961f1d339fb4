#pragma once
// A queue in a ring of places: first in, first out, without an allocation once it has grown to its largest length.

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace napier::sim {

// T: default constructible and movable. front(), back() and pop_front() want a queue that is not empty.
template <typename T>
class Ring {
public:
    bool empty() const { return first_ == end_; }
    size_t size() const { return end_ - first_; }
    // The i-th oldest, 0 <= i < size().
    T& operator[](size_t i) { return places_[(first_ + i) & mask_]; }
    const T& operator[](size_t i) const { return places_[(first_ + i) & mask_]; }
    T& front() { return (*this)[0]; }
    const T& front() const { return (*this)[0]; }
    T& back() { return places_[(end_ - 1) & mask_]; }
    void push_back(T value) { extend() = std::move(value); }
    // A new last place, with what a value left there before; for the caller to fill.
    T& extend() {
        if (size() > mask_) grow();
        return places_[end_++ & mask_];
    }
    // A new last value that make() gives, made in its place: never copied. make() may look at the ring, which is as it
    // was, and may not add to it.
    template <typename Make>
    T& emplace_back(const Make& make) {
        static_assert(std::is_trivially_destructible_v<T>);
        if (size() > mask_) grow();
        T& place = *::new (static_cast<void*>(&places_[end_ & mask_])) T(make());
        ++end_;
        return place;
    }
    void pop_front() { ++first_; }
    void clear() { first_ = end_ = 0; }

private:
    void grow() {
        std::vector<T> more(2 * places_.size());
        for (size_t i = 0; i < size(); ++i) more[i] = std::move((*this)[i]);
        end_ -= first_;
        first_ = 0;
        places_ = std::move(more);
        mask_ = places_.size() - 1;
    }

    std::vector<T> places_ = std::vector<T>(8);  // a power of two
    size_t mask_ = 7;                            // one less
    size_t first_ = 0, end_ = 0;                 // counted without wrapping
};

}  // namespace napier::sim
