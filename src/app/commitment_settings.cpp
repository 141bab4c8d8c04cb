#include "commitment_settings.hpp"

#include <edgeward/transport/commitment_reporter.hpp>

namespace edgeward::app {

std::vector<CommitmentPeer> read_commitment_peers(config::Section section) {
    using std::chrono::hours;
    using std::chrono::seconds;
    const std::string ae_title = section.text("ae_title", transport::DicomSettings().ae_title);
    std::vector<CommitmentPeer> peers;
    for (auto sender : section.tables("sender")) {
        auto table = sender.table("commitment");
        if (!table.exists()) continue;
        CommitmentPeer peer;
        peer.sender = sender.text("name", "");
        peer.table = table.path();
        peer.node = transport::read_commitment_node(table, ae_title);
        peer.within = table.duration("within", peer.within, seconds(1), hours(24 * 30));
        peer.most_open = static_cast<std::size_t>(
            table.whole_number("most_open", static_cast<std::int64_t>(peer.most_open), 1, 10'000));
        peers.push_back(std::move(peer));
    }
    return peers;
}

std::set<std::string> committing(const std::vector<delivery::DestinationSettings>& destinations) {
    std::set<std::string> names;
    for (const auto& destination : destinations) {
        if (destination.commits()) names.insert(destination.name);
    }
    return names;
}

}  // namespace edgeward::app
