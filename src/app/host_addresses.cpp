#include "host_addresses.hpp"

#include <algorithm>
#include <sstream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <edgeward/core/file.hpp>

namespace edgeward::app {

std::vector<std::string> addresses_of(const std::string& host) {
    boost::asio::io_context context;
    boost::asio::ip::tcp::resolver resolver(context);
    boost::system::error_code error;
    std::vector<std::string> addresses;
    for (const auto& entry : resolver.resolve(host, "", error)) {
        auto address = entry.endpoint().address().to_string();
        if (std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(std::move(address));
    }
    return addresses;
}

std::vector<std::string> name_servers_in(const std::filesystem::path& file) {
    std::vector<std::string> servers;
    const auto text = read_file(file);
    if (!text) return servers;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string keyword;
        std::string address;
        if (!(words >> keyword >> address) || keyword != "nameserver") continue;
        boost::system::error_code error;
        const auto parsed = boost::asio::ip::make_address(address, error);
        if (!error && !parsed.is_loopback()) servers.push_back(parsed.to_string());
    }
    return servers;
}

}  // namespace edgeward::app
