#include <algorithm>

#include <grp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <edgeward/net/local_listener.hpp>

#include "control_socket.hpp"

namespace edgeward::admin {
namespace {

using boost::asio::local::stream_protocol;

}  // namespace

Result<ControlPeers> control_peers(const std::string& group) {
    ControlPeers peers{::geteuid(), std::nullopt};
    if (group.empty()) return peers;
    struct group record {};
    struct group* found = nullptr;
    std::vector<char> memory(std::size_t{64} << 10U);
    if (::getgrnam_r(group.c_str(), &record, memory.data(), memory.size(), &found) != 0 || found == nullptr) {
        return failure(ErrorKind::misconfigured,
                       "admin.socket_group: there is no such group on this machine");
    }
    peers.group = record.gr_gid;
    return peers;
}

bool admits(const ControlPeers& allowed, const PeerCredentials& peer) {
    if (peer.user == 0 || peer.user == allowed.own_user) return true;
    if (!allowed.group) return false;
    const auto& further = peer.further_groups;
    return peer.group == *allowed.group ||
           std::find(further.begin(), further.end(), *allowed.group) != further.end();
}

Result<PeerCredentials> peer_credentials(LocalSocket& socket) {
    ucred basic{};
    socklen_t size = sizeof basic;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &basic, &size) != 0) {
        return failure(ErrorKind::unavailable, "the kernel does not name the caller");
    }
    std::vector<gid_t> groups(256);
    size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    // A caller with more groups than that (ERANGE) counts with its primary group only.
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) size = 0;
    groups.resize(size / sizeof(gid_t));
    return PeerCredentials{basic.uid, basic.gid, {groups.begin(), groups.end()}};
}

Result<LocalAcceptor> listen_control(const boost::asio::any_io_executor& executor,
                                     const std::filesystem::path& path, const ControlPeers& peers) {
    auto listener = net::listen_local(path, peers.group);
    if (!listener) return failure(std::move(listener.error()).during("open the control socket"));
    boost::system::error_code error;
    LocalAcceptor acceptor(executor);
    acceptor.assign(stream_protocol(), listener->number(), error);
    if (error) return failure(ErrorKind::misconfigured, "open the control socket: " + error.message());
    listener->release();
    return acceptor;
}

}  // namespace edgeward::admin
