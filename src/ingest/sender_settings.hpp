#pragma once

#include <set>
#include <string>
#include <vector>

#include <edgeward/ingest/mllp_listener.hpp>

namespace edgeward::ingest {

// Reads name and certificate_names of one [[….sender]]; `names` are those of the senders before it.
MllpSender read_sender(config::Section& section, std::set<std::string>& names);
// Every certificate name belongs to one sender, and every sender has one.
void check_certificate_names(config::Section& section, const std::vector<MllpSender>& senders);

}  // namespace edgeward::ingest
