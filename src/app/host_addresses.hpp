#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace edgeward::app {

// The addresses a name has now, each once, in text form; an address is its own. Asks the system's resolver
// and waits for it. Empty: it has none.
std::vector<std::string> addresses_of(const std::string& host);

// The name servers of a resolv.conf(5), without those on loopback. Empty: there is no such file.
std::vector<std::string> name_servers_in(const std::filesystem::path& file = "/etc/resolv.conf");

}  // namespace edgeward::app
