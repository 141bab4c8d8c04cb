#include "host_addresses.hpp"

#include <catch2/catch_test_macros.hpp>

#include "support/scratch_folder.hpp"

using namespace edgeward;
using namespace edgeward::app;

TEST_CASE("an address is its own and a name of this machine has one", "[host_addresses]") {
    CHECK(addresses_of("192.0.2.7") == std::vector<std::string>{"192.0.2.7"});
    CHECK(addresses_of("2001:db8::7") == std::vector<std::string>{"2001:db8::7"});
    CHECK_FALSE(addresses_of("localhost").empty());
    CHECK(addresses_of("nowhere.invalid").empty());  // RFC 6761
}

TEST_CASE("name servers are those of resolv.conf that are elsewhere", "[host_addresses]") {
    const support::ScratchFolder folder;
    const auto file =
        folder.write("resolv.conf",
                     "# nameserver 192.0.2.1\nsearch example\nnameserver 192.0.2.53\n"
                     "nameserver\t2001:db8::53\nnameserver 127.0.0.53\nnameserver x\nnameserver\n");
    CHECK(name_servers_in(file) == std::vector<std::string>{"192.0.2.53", "2001:db8::53"});
    CHECK(name_servers_in(folder / "none").empty());
}
