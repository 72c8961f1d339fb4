#include "tests/support/fake_board.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace napier::test {
namespace {

driver::DeviceConfig config_at(uint32_t base, uint32_t bytes) {
    driver::DeviceConfig config;
    config.memory.base = base;
    config.memory.size = bytes;
    return config;
}

void make_file(const std::string& path, size_t bytes) {
    std::ofstream(path).flush();
    std::filesystem::resize_file(path, bytes);
}

}  // namespace

FakeBoard::FakeBoard(const spec::Machine& machine, uint32_t memory_base, uint32_t memory_bytes, BoardFaults faults)
    : faults_(faults), machine_(machine, config_at(memory_base, memory_bytes)), memory_base_(memory_base) {
    make_files(memory_base, memory_bytes);
    register_file_ = std::make_unique<driver::DeviceFile>(files_.registers, "registers");
    memory_file_ = std::make_unique<driver::DeviceFile>(files_.memory, "memory");
    registers_ = std::make_unique<driver::Mapping>(*register_file_, driver::register_bytes);
    memory_ = std::make_unique<driver::Mapping>(*memory_file_, memory_bytes);
    publish();
    thread_ = std::thread([this] { play(); });
}

FakeBoard::~FakeBoard() {
    ended_ = true;
    thread_.join();
}

void FakeBoard::make_files(uint32_t memory_base, uint32_t memory_bytes) {
    files_.answer_seconds = faults_.dead ? 0.1 : 600;  // a busy host is no dead board
    files_.registers = folder_.file("uio0");
    files_.interrupt = terminal_.path();
    files_.memory = folder_.file("udmabuf0");
    files_.register_attributes = folder_.file("uio");
    files_.memory_attributes = folder_.file("udmabuf");
    make_file(files_.registers, driver::register_bytes);
    make_file(files_.memory, memory_bytes);
    std::filesystem::create_directory(files_.register_attributes);
    std::filesystem::create_directory(files_.memory_attributes);
    set_attribute("uio/size", "0x00001000");
    set_attribute("udmabuf/size", std::to_string(memory_bytes));
    set_attribute("udmabuf/phys_addr", std::to_string(memory_base));
}

void FakeBoard::set_attribute(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name)) << text << '\n';
}

std::atomic_ref<uint32_t> FakeBoard::word(uint32_t offset) const {
    return std::atomic_ref(*reinterpret_cast<uint32_t*>(registers_->bytes() + offset));
}

void FakeBoard::play() {
    while (!ended_) {
        uint8_t enables[64];
        while (::read(terminal_.descriptor(), enables, sizeof enables) > 0) {}
        if (faults_.dead) continue;
        const uint32_t control = word(spec::reg_control);  // before the others, which were written before it
        take_writes();
        if (control != 0) take_control(control);
        if (runs_) go_on();
        else std::this_thread::yield();
    }
}

// What stands in a register and was not put there by the machine, the driver wrote.
void FakeBoard::take_writes() {
    for (uint32_t offset = 4; offset < known_bytes; offset += 4) {
        const uint32_t value = word(offset);
        if (value == published_[offset / 4]) continue;
        machine_.write_register(offset, value);
        show(offset, value);
    }
}

// Puts the machine's value in place of the one that stood there. What the driver wrote since then stays, to be taken.
void FakeBoard::show(uint32_t offset, uint32_t stood) {
    published_[offset / 4] = machine_.read_register(offset);
    word(offset).compare_exchange_strong(stood, published_[offset / 4]);
}

void FakeBoard::take_control(uint32_t control) {
    if ((control >> spec::control_start_bit & 1) != 0) move_memory(true);
    machine_.write_register(spec::reg_control, control);
    publish();
    runs_ = (machine_.read_register(spec::reg_status) >> spec::status_busy_bit & 1) != 0;
    word(spec::reg_control) = 0;
}

void FakeBoard::go_on() {
    constexpr uint64_t cycles = 20'000;
    if (faults_.spurious_interrupts) interrupt();
    if (!machine_.wait_interrupt(cycles)) return;
    runs_ = false;
    move_memory(false);
    publish();
    if (!faults_.lost_interrupts) interrupt();
}

// The interrupt's register comes last: who sees it sees all.
void FakeBoard::publish() {
    for (uint32_t offset = known_bytes - 4; offset > 0; offset -= 4) {
        if (offset != spec::reg_interrupt_status) show(offset, published_[offset / 4]);
    }
    show(spec::reg_interrupt_status, published_[spec::reg_interrupt_status / 4]);
}

void FakeBoard::interrupt() {
    ++interrupts_;
    const ssize_t written = ::write(terminal_.descriptor(), &interrupts_, sizeof interrupts_);
    (void)written;  // full: the driver does not listen, and has enough of them
}

void FakeBoard::move_memory(bool to_machine) {
    const std::span<uint8_t> bytes(memory_->bytes(), memory_->size());
    if (to_machine) machine_.write_memory(memory_base_, bytes);
    else machine_.read_memory(memory_base_, bytes);
}

}  // namespace napier::test
