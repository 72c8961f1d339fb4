#include <algorithm>

#include <nlohmann/json.hpp>

#include "driver/profile/report.hpp"
#include "driver/session/host_work.hpp"

namespace napier::driver {
namespace {

using nlohmann::ordered_json;

constexpr int tracks_of_queue = 8;  // numbers kept free for the overlapping commands of one queue

// The first track of the queue that is free at `start`; commands on one track never overlap.
size_t free_track(std::vector<uint64_t>& ends, uint64_t start) {
    for (size_t track = 0; track < ends.size(); ++track) {
        if (ends[track] <= start) return track;
    }
    ends.push_back(0);
    return ends.size() - 1;
}

ordered_json name_event(const char* kind, size_t process, int track, const std::string& name) {
    return {{"ph", "M"}, {"pid", process}, {"tid", track}, {"name", kind}, {"args", {{"name", name}}}};
}

// The host's steps, which take no cycle, as marks behind the commands before them.
void add_host(const MachineProfile& machine, size_t process, ordered_json& events) {
    constexpr int track = queue_count * tracks_of_queue;
    if (machine.program.host.empty()) return;
    events.push_back(name_event("thread_name", process, track, host_format));
    uint64_t end = 0;
    size_t next = 0;
    for (const HostStep& step : machine.program.host) {
        for (; next < std::min<size_t>(step.command, machine.times.commands.size()); ++next) {
            end = std::max(end, machine.times.commands[next].end);
        }
        const HostCount count = count_of(machine.program, step);
        events.push_back({{"ph", "i"}, {"s", "t"}, {"pid", process}, {"tid", track}, {"ts", end},
                          {"name", machine.layers[static_cast<size_t>(step.layer)].name}, {"cat", host_format},
                          {"args", {{"function", step.work.function}, {"elements", count.elements},
                                    {"read_bytes", count.read_bytes}, {"write_bytes", count.write_bytes}}}});
    }
}

void add_machine(const MachineProfile& machine, size_t process, ordered_json& events) {
    events.push_back(name_event("process_name", process, 0, machine.machine->name));
    std::vector<uint64_t> ends[queue_count];
    for (size_t i = 0; i < machine.times.commands.size(); ++i) {
        const CommandTime& time = machine.times.commands[i];
        const CommandNote& note = machine.program.notes[i];
        const int queue = queue_of(machine.program.commands[i]);
        const size_t track = free_track(ends[queue], time.start);
        ends[queue][track] = time.end;
        events.push_back({{"ph", "X"}, {"pid", process}, {"tid", queue * tracks_of_queue + static_cast<int>(track)},
                          {"ts", time.start}, {"dur", time.end - time.start},
                          {"name", machine.layers[static_cast<size_t>(note.layer)].name}, {"cat", role_name(note.role)},
                          {"args", {{"command", i}, {"role", role_name(note.role)}, {"tile", note.tile}}}});
    }
    add_host(machine, process, events);
    for (int queue = 0; queue < queue_count; ++queue) {
        for (size_t track = 0; track < ends[queue].size(); ++track) {
            const std::string number = track == 0 ? "" : " " + std::to_string(track + 1);
            events.push_back(name_event("thread_name", process, queue * tracks_of_queue + static_cast<int>(track),
                                        queue_name(queue) + number));
        }
    }
}

}  // namespace

std::string profile_trace(const Profile& profile) {
    ordered_json json = {{"displayTimeUnit", "ms"},
                         {"otherData", {{"model", profile.model}, {"time_unit", "1 us is 1 cycle"}}}};
    ordered_json& events = json["traceEvents"] = ordered_json::array();
    for (size_t i = 0; i < profile.machines.size(); ++i) add_machine(profile.machines[i], i + 1, events);
    return json.dump() + "\n";
}

}  // namespace napier::driver
