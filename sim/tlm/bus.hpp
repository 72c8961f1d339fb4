#pragma once
// A bus of a virtual platform: any number of initiators, and targets by address. It takes no time of its own.

#include <map>
#include <vector>

#include "sim/tlm/systemc.hpp"

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>

namespace napier::sim {

class Bus : public ::sc_core::sc_module {
public:
    ::tlm_utils::multi_passthrough_target_socket<Bus> initiators{"initiators"};
    ::tlm_utils::multi_passthrough_initiator_socket<Bus> targets{"targets"};

    explicit Bus(::sc_core::sc_module_name name);

    // Binds a target's socket to the addresses [base, base + size). It sees addresses from 0 on.
    template <typename Socket>
    void connect(Socket& socket, uint64_t base, uint64_t size) {
        targets.bind(socket);
        ranges_.push_back({base, size});
    }

private:
    struct Range {
        uint64_t base, size;
    };
    // Whose address it is, made relative to it; -1, and an address error, if it is nobody's.
    int decode(::tlm::tlm_generic_payload& payload) const;

    void transport(int from, ::tlm::tlm_generic_payload& payload, ::sc_core::sc_time& delay);
    unsigned debug(int from, ::tlm::tlm_generic_payload& payload);
    ::tlm::tlm_sync_enum forward(int from, ::tlm::tlm_generic_payload& payload, ::tlm::tlm_phase& phase,
                                 ::sc_core::sc_time& delay);
    ::tlm::tlm_sync_enum backward(int to, ::tlm::tlm_generic_payload& payload, ::tlm::tlm_phase& phase,
                                  ::sc_core::sc_time& delay);

    struct Route {
        int from, to;
        uint64_t address;  // as the initiator gave it
    };
    std::vector<Range> ranges_;
    std::map<::tlm::tlm_generic_payload*, Route> routes_;  // transactions under way
};

}  // namespace napier::sim
