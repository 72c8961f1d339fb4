#include "sim/tlm/bus.hpp"

namespace napier::sim {

using ::sc_core::sc_time;
using ::tlm::tlm_generic_payload;

Bus::Bus(::sc_core::sc_module_name name) : sc_module(name) {
    initiators.register_b_transport(this, &Bus::transport);
    initiators.register_transport_dbg(this, &Bus::debug);
    initiators.register_nb_transport_fw(this, &Bus::forward);
    targets.register_nb_transport_bw(this, &Bus::backward);
}

int Bus::decode(tlm_generic_payload& payload) const {
    const uint64_t address = payload.get_address();
    for (size_t i = 0; i < ranges_.size(); ++i) {
        if (address < ranges_[i].base || address - ranges_[i].base >= ranges_[i].size) continue;
        payload.set_address(address - ranges_[i].base);
        return int(i);
    }
    payload.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return -1;
}

void Bus::transport(int, tlm_generic_payload& payload, sc_time& delay) {
    const uint64_t address = payload.get_address();
    if (const int to = decode(payload); to >= 0) targets[to]->b_transport(payload, delay);
    payload.set_address(address);
}

unsigned Bus::debug(int, tlm_generic_payload& payload) {
    const uint64_t address = payload.get_address();
    const int to = decode(payload);
    const unsigned bytes = to < 0 ? 0 : targets[to]->transport_dbg(payload);
    payload.set_address(address);
    return bytes;
}

::tlm::tlm_sync_enum Bus::forward(int from, tlm_generic_payload& payload, ::tlm::tlm_phase& phase, sc_time& delay) {
    if (phase == ::tlm::BEGIN_REQ) {
        const uint64_t address = payload.get_address();
        const int to = decode(payload);
        if (to < 0) return ::tlm::TLM_COMPLETED;
        routes_[&payload] = {from, to, address};
    }
    const Route route = routes_.at(&payload);
    const ::tlm::tlm_sync_enum status = targets[route.to]->nb_transport_fw(payload, phase, delay);
    if (status == ::tlm::TLM_COMPLETED || phase == ::tlm::END_RESP) {
        payload.set_address(route.address);
        routes_.erase(&payload);
    }
    return status;
}

::tlm::tlm_sync_enum Bus::backward(int, tlm_generic_payload& payload, ::tlm::tlm_phase& phase, sc_time& delay) {
    const Route route = routes_.at(&payload);
    const ::tlm::tlm_sync_enum status = initiators[route.from]->nb_transport_bw(payload, phase, delay);
    if (status == ::tlm::TLM_COMPLETED) {
        payload.set_address(route.address);
        routes_.erase(&payload);
    }
    return status;
}

}  // namespace napier::sim
