#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <sstream>

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/asio/io_context.hpp>

#include "control_socket.hpp"
#include "support/scratch_folder.hpp"

using namespace edgeward;
using namespace edgeward::admin;
using boost::asio::local::stream_protocol;
using support::ScratchFolder;

TEST_CASE("root and the own user and members of the group are admitted and nobody else", "[control_socket]") {
    const ControlPeers allowed{900, 77};
    CHECK(admits(allowed, {0, 0, {}}));
    CHECK(admits(allowed, {900, 900, {}}));
    CHECK(admits(allowed, {1000, 77, {}}));
    CHECK(admits(allowed, {1000, 1000, {4, 77}}));
    CHECK_FALSE(admits(allowed, {1000, 1000, {4, 24}}));
    CHECK_FALSE(admits(allowed, {65534, 65534, {}}));
    // Group 0 is not user 0, and without a configured group no group helps.
    CHECK_FALSE(admits(allowed, {1000, 0, {0}}));
    CHECK_FALSE(admits({900, std::nullopt}, {1000, 77, {77}}));
}

TEST_CASE("the kernel names the caller of the socket", "[control_socket]") {
    boost::asio::io_context context;
    const ScratchFolder folder;
    auto acceptor = listen_control(context.get_executor(), folder / "s", *control_peers(""));
    REQUIRE(acceptor);
    LocalSocket client(context);
    client.connect(stream_protocol::endpoint((folder / "s").string()));
    LocalSocket accepted = acceptor->accept();
    const auto peer = peer_credentials(accepted);
    REQUIRE(peer);
    CHECK(peer->user == ::geteuid());
    CHECK(peer->group == ::getegid());
    std::vector<gid_t> groups(256);
    groups.resize(static_cast<std::size_t>(::getgroups(static_cast<int>(groups.size()), groups.data())));
    CHECK(peer->further_groups == std::vector<std::uint32_t>(groups.begin(), groups.end()));
}

TEST_CASE("the socket can be opened by its user and group only", "[control_socket]") {
    boost::asio::io_context context;
    const ScratchFolder folder;
    const auto peers = ControlPeers{::geteuid(), ::getegid()};
    REQUIRE(listen_control(context.get_executor(), folder / "s", peers));
    struct stat status {};
    REQUIRE(::stat((folder / "s").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0660);
    CHECK(status.st_gid == ::getegid());
}

TEST_CASE("the socket of a killed daemon is replaced", "[control_socket]") {
    boost::asio::io_context context;
    const ScratchFolder folder;
    const auto peers = *control_peers("");
    { REQUIRE(listen_control(context.get_executor(), folder / "s", peers)); }
    REQUIRE(std::filesystem::is_socket(folder / "s"));
    CHECK(listen_control(context.get_executor(), folder / "s", peers));
}

TEST_CASE("the socket of a running daemon is left alone", "[control_socket]") {
    boost::asio::io_context context;
    const ScratchFolder folder;
    const auto peers = *control_peers("");
    const auto first = listen_control(context.get_executor(), folder / "s", peers);
    REQUIRE(first);
    const auto second = listen_control(context.get_executor(), folder / "s", peers);
    REQUIRE_FALSE(second);
    CHECK(second.error().kind == ErrorKind::misconfigured);
    LocalSocket client(context);
    client.connect(stream_protocol::endpoint((folder / "s").string()));
    CHECK(client.is_open());
}

TEST_CASE("a file of another kind is never removed for the socket", "[control_socket]") {
    boost::asio::io_context context;
    const ScratchFolder folder;
    const auto file = folder.write("s", "precious");
    std::filesystem::create_symlink(file, folder / "link");
    CHECK_FALSE(listen_control(context.get_executor(), file, *control_peers("")));
    CHECK_FALSE(listen_control(context.get_executor(), folder / "link", *control_peers("")));
    CHECK(std::filesystem::file_size(file) == 8);
}

TEST_CASE("a socket that cannot be made is the operator's to mend", "[control_socket]") {
    boost::asio::io_context context;
    const ScratchFolder folder;
    const auto missing = listen_control(context.get_executor(), folder / "no/folder/s", *control_peers(""));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == ErrorKind::misconfigured);
    const auto long_path =
        listen_control(context.get_executor(), folder / std::string(120, 'x'), *control_peers(""));
    REQUIRE_FALSE(long_path);
    CHECK(long_path.error().kind == ErrorKind::misconfigured);
    const auto unknown = control_peers("no-such-group-here");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("the group is found by its name", "[control_socket]") {
    const struct group* own = ::getgrgid(::getegid());
    if (own == nullptr) SKIP("the own group has no name here");
    CHECK(control_peers(own->gr_name)->group == ::getegid());
}
