#include "tests/faults/failing_new.hpp"

#include <cstdlib>
#include <new>

namespace {

int64_t countdown = -1, count = 0;

void* allocate(size_t bytes) {
    ++count;
    if (countdown >= 0 && countdown-- == 0) throw std::bad_alloc();
    if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
    throw std::bad_alloc();
}

}  // namespace

void* operator new(size_t bytes) { return allocate(bytes); }
void* operator new[](size_t bytes) { return allocate(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

namespace napier::test {

int64_t fail_allocation(int64_t n) {
    const int64_t since = count;
    countdown = n;
    count = 0;
    return since;
}

}  // namespace napier::test
