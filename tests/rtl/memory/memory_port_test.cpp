// Does the AXI4 master keep its addresses steady, inside their windows and counted, whatever the bus does?

#include <catch2/catch.hpp>

#include <deque>

#include "Vmemory_port.h"
#include "tests/rtl/clocked.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int most_reads = 4, most_writes = 2;
constexpr uint32_t page = 4096, first_page = 3, past_page = 9;

struct Address {
    bool valid = false;
    uint32_t address = 0, length = 0, id = 0;
    bool operator==(const Address&) const = default;
};

class Bench {
public:
    explicit Bench(uint64_t seed) : random_(seed) {
        port_->rst_ni = port_->halt_i = port_->flush_i = 0;
        port_->read_base_i = port_->write_base_i = first_page;
        port_->read_limit_i = port_->write_limit_i = past_page;
        port_->fetch_request_i = port_->load_request_i = port_->store_request_i = 0;
        port_->rvalid_i = port_->bvalid_i = port_->arready_i = port_->awready_i = 0;
        port_.tick();
        port_->rst_ni = 1;
    }

    // One cycle with random requests, of which some lie outside, and a random bus.
    void cycle(int outside_percent) {
        port_->arready_i = random_.chance(60), port_->awready_i = random_.chance(60);
        port_->store_ready_i = random_.chance(60);
        request(port_->fetch_request_i, port_->fetch_address_i, port_->fetch_length_i, outside_percent);
        request(port_->load_request_i, port_->load_address_i, port_->load_length_i, outside_percent);
        request(port_->store_request_i, port_->store_address_i, port_->store_length_i, outside_percent);
        answer();
        port_.settle();
        const Address read{bool(port_->arvalid_o), port_->araddr_o, port_->arlen_o, port_->arid_o};
        const Address write{bool(port_->awvalid_o), port_->awaddr_o, port_->awlen_o, port_->awid_o};
        check(read, held_read_, port_->arready_i);
        check(write, held_write_, port_->awready_i);
        REQUIRE(port_->rready_o);
        REQUIRE(port_->bready_o);
        REQUIRE(port_->draining_o == (reads_ > 0 || writes_ > 0));
        count(read, write);
        const bool fetch = port_->fetch_issued_o || port_->fetch_outside_o;
        const bool load = port_->load_issued_o || port_->load_outside_o;
        const bool store = port_->store_issued_o || port_->store_outside_o;
        check_window(port_->fetch_issued_o, port_->fetch_outside_o, port_->fetch_address_i);
        check_window(port_->load_issued_o, port_->load_outside_o, port_->load_address_i);
        check_window(port_->store_issued_o, port_->store_outside_o, port_->store_address_i);
        // As in the machine, a burst outside halts; here for a cycle.
        const bool halt = port_->fetch_outside_o || port_->load_outside_o || port_->store_outside_o;
        port_.tick();
        port_->halt_i = halt;
        if (fetch) port_->fetch_request_i = 0;
        if (load) port_->load_request_i = 0;
        if (store) port_->store_request_i = 0;
    }

    // From a flush on, what is outstanding comes and is not handed on; then nothing is left.
    void flush() {
        port_->flush_i = 1;
        port_->halt_i = 0;
        port_->fetch_request_i = port_->load_request_i = port_->store_request_i = 0;
        port_->arready_i = port_->awready_i = 0;
        port_->rvalid_i = port_->bvalid_i = 0;
        port_.tick();
        port_->flush_i = 0;
        for (int i = 0; i < 200 && (reads_ > 0 || writes_ > 0); ++i) {
            port_->arready_i = port_->awready_i = 1;
            answer();
            port_.settle();
            REQUIRE_FALSE(port_->fetch_beat_o);
            REQUIRE_FALSE(port_->load_beat_o);
            REQUIRE_FALSE(port_->store_answer_o);
            count({bool(port_->arvalid_o), port_->araddr_o, port_->arlen_o, port_->arid_o},
                  {bool(port_->awvalid_o), port_->awaddr_o, port_->awlen_o, port_->awid_o});
            port_.tick();
        }
        port_->rvalid_i = port_->bvalid_i = 0;
        held_read_ = held_write_ = {};
        port_.tick();
        REQUIRE_FALSE(port_->draining_o);
        REQUIRE_FALSE(port_->offering_o);
    }

    int issued() const { return issued_; }

private:
    // A request stands until it is issued or refused.
    template <typename Bit, typename Word, typename Length>
    void request(Bit& valid, Word& address, Length& length, int outside_percent) {
        const bool room = (&valid == &port_->store_request_i) ? writes_ < most_writes - 1 : reads_ < most_reads - 2;
        if (valid || !room || !random_.chance(50)) return;
        const bool outside = random_.chance(outside_percent);
        const int wrong = random_.chance(50) ? random_.number(0, 2) : random_.number(9, 20);
        const int pages = outside ? wrong : random_.number(3, 8);
        valid = 1;
        address = uint32_t(pages) * page + uint32_t(random_.number(0, page - 1));
        length = uint8_t(random_.number(0, 3));
    }

    void answer() {
        port_->rvalid_i = !reading_.empty() && random_.chance(50);
        port_->bvalid_i = !writing_.empty() && random_.chance(50);
        if (port_->rvalid_i) {
            port_->rid_i = uint8_t(reading_.front().id);
            port_->rlast_i = reading_.front().length == 0;
        }
    }

    void check(const Address& now, Address& held, bool ready) {
        if (held.valid) REQUIRE(now == held);
        held = now.valid && !ready ? now : Address{};
        if (!now.valid) return;
        REQUIRE(now.address / page >= first_page);
        REQUIRE(now.address / page < past_page);
    }

    static void check_window(bool issued, bool outside, uint32_t address) {
        const bool inside = address / page >= first_page && address / page < past_page;
        if (issued) REQUIRE(inside);
        if (outside) REQUIRE_FALSE(inside);
        REQUIRE_FALSE((issued && outside));
    }

    void count(const Address& read, const Address& write) {
        const bool ended = port_->rvalid_i && port_->rlast_i;
        const bool issued = port_->fetch_issued_o || port_->load_issued_o;
        issued_ += issued;
        reads_ += issued - ended;
        writes_ += port_->store_issued_o - port_->bvalid_i;
        if (port_->rvalid_i && reading_.front().length-- == 0) reading_.pop_front();
        if (port_->bvalid_i) writing_.pop_front();
        if (read.valid && port_->arready_i) reading_.push_back(read);
        if (write.valid && port_->awready_i) writing_.push_back(write);
    }

    Random random_;
    Clocked<Vmemory_port> port_;
    Address held_read_, held_write_;
    std::deque<Address> reading_, writing_;  // accepted, not answered
    int reads_ = 0, writes_ = 0, issued_ = 0;
};

}  // namespace

TEST_CASE("random requests on a random bus") {
    Bench bench(9);
    for (int i = 0; i < 20000; ++i) bench.cycle(0);
    REQUIRE(bench.issued() > 1000);
}

TEST_CASE("requests outside the windows are never offered") {
    Bench bench(10);
    for (int i = 0; i < 20000; ++i) bench.cycle(30);
    REQUIRE(bench.issued() > 1000);
}

TEST_CASE("a flush drains what is outstanding") {
    for (uint64_t seed = 0; seed < 300; ++seed) {
        Bench bench(seed);
        for (uint64_t i = 0; i < 5 + seed % 40; ++i) bench.cycle(10);
        bench.flush();
        for (int i = 0; i < 50; ++i) bench.cycle(0);
    }
}

}  // namespace napier::test
