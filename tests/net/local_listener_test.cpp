#include <edgeward/net/local_listener.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstring>
#include <fstream>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/scratch_folder.hpp"

using namespace edgeward;
using namespace edgeward::net;

namespace {

Descriptor connected_to(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return socket;
}

struct stat status_of(const std::filesystem::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status;
}

}  // namespace

TEST_CASE("a listener is open to its user and group only", "[local_listener]") {
    const support::ScratchFolder folder;
    const auto listener = listen_local(folder / "s", std::nullopt);
    REQUIRE(listener);
    CHECK((status_of(folder / "s").st_mode & 07777U) == 0660);
    CHECK(status_of(folder / "s").st_gid == ::getegid());
}

TEST_CASE("a folder with the set-group-id bit gives a listener its group", "[local_listener]") {
    if (::geteuid() != 0) SKIP("only root may give a folder to a group it is not in");
    const support::ScratchFolder folder;
    std::filesystem::create_directory(folder / "run");
    REQUIRE(::chown((folder / "run").c_str(), 0, 54321) == 0);
    REQUIRE(::chmod((folder / "run").c_str(), 02710) == 0);
    const auto listener = listen_local(folder / "run/s", std::nullopt);
    REQUIRE(listener);
    CHECK(status_of(folder / "run/s").st_gid == 54321);
    CHECK((status_of(folder / "run/s").st_mode & 07777U) == 0660);
}

TEST_CASE("both ends learn the user at the other", "[local_listener]") {
    const support::ScratchFolder folder;
    const auto listener = listen_local(folder / "s", std::nullopt);
    REQUIRE(listener);
    const Descriptor client = connected_to(folder / "s");
    const Descriptor server(::accept4(listener->number(), nullptr, nullptr, SOCK_CLOEXEC));
    REQUIRE(server.number() >= 0);
    CHECK(peer_user(server.number()) == ::geteuid());
    CHECK(peer_user(client.number()) == ::geteuid());
    const auto no_socket = peer_user(-1);
    REQUIRE_FALSE(no_socket);
    CHECK(no_socket.error().kind == ErrorKind::unavailable);
}

TEST_CASE("a listener takes the place of a dead one and of nothing else", "[local_listener]") {
    const support::ScratchFolder folder;
    { REQUIRE(listen_local(folder / "s", std::nullopt)); }
    REQUIRE(std::filesystem::is_socket(folder / "s"));
    const auto second = listen_local(folder / "s", std::nullopt);
    REQUIRE(second);
    const auto third = listen_local(folder / "s", std::nullopt);
    REQUIRE_FALSE(third);
    CHECK(third.error().kind == ErrorKind::misconfigured);
    std::ofstream(folder / "file") << "precious";
    CHECK_FALSE(listen_local(folder / "file", std::nullopt));
    CHECK(std::filesystem::file_size(folder / "file") == 8);
    CHECK_FALSE(listen_local(folder / "no/folder/s", std::nullopt));
    const auto long_path = listen_local(folder / std::string(120, 'x'), std::nullopt);
    REQUIRE_FALSE(long_path);
    CHECK(long_path.error().message == "its path is too long");
}

TEST_CASE("a descriptor is closed once and by its owner", "[local_listener]") {
    int ends[2] = {-1, -1};
    REQUIRE(::pipe(ends) == 0);
    const Descriptor reader(ends[0]);
    {
        Descriptor first(ends[1]);
        Descriptor second(std::move(first));
        CHECK(first.number() == -1);
        first = std::move(second);
        CHECK(first.number() == ends[1]);
    }
    char octet = 0;
    CHECK(::read(reader.number(), &octet, 1) == 0);  // nobody holds the writing end any more
}
