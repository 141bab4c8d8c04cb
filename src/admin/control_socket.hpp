#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <edgeward/core/result.hpp>

namespace edgeward::admin {

inline constexpr std::size_t max_socket_path = 107;  // sun_path without its final zero, unix(7)

using LocalAcceptor = boost::asio::local::stream_protocol::acceptor;
using LocalSocket = boost::asio::local::stream_protocol::socket;

// Who may use the control socket. Checked against what the kernel says about the peer, not only by the file's
// mode.
struct ControlPeers {
    std::uint32_t own_user = 0;
    std::optional<std::uint32_t> group{};
};

// What the kernel remembers of the process that connected (SO_PEERCRED, SO_PEERGROUPS of unix(7)).
struct PeerCredentials {
    std::uint32_t user = 0;
    std::uint32_t group = 0;
    std::vector<std::uint32_t> further_groups{};
};

// misconfigured: the group is not known. An empty name means no group.
Result<ControlPeers> control_peers(const std::string& group);
bool admits(const ControlPeers& allowed, const PeerCredentials& peer);
// unavailable: the kernel does not tell.
Result<PeerCredentials> peer_credentials(LocalSocket& socket);

// A listener at `path` with mode 0660 and that group. A socket that a killed daemon left behind is replaced.
// misconfigured: something answers there, the path is another kind of file, too long, or its folder is
// missing.
Result<LocalAcceptor> listen_control(const boost::asio::any_io_executor& executor,
                                     const std::filesystem::path& path, const ControlPeers& peers);

}  // namespace edgeward::admin
