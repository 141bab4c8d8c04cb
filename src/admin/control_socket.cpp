#include <algorithm>
#include <cerrno>
#include <system_error>

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control_socket.hpp"

namespace edgeward::admin {
namespace {

using boost::asio::local::stream_protocol;

Error socket_error(const boost::system::error_code& error) {
    return Error{ErrorKind::misconfigured, "open the control socket: " + error.message()};
}

Error socket_error(int number) {
    return Error{ErrorKind::misconfigured,
                 "open the control socket: " + std::generic_category().message(number)};
}

// Removes the socket of a daemon that is gone: nobody accepts there any more.
Result<void> clear_path(const boost::asio::any_io_executor& executor, const std::filesystem::path& path) {
    std::error_code ignored;
    const auto kind = std::filesystem::symlink_status(path, ignored).type();
    if (kind == std::filesystem::file_type::not_found) return {};
    if (kind != std::filesystem::file_type::socket) {
        return failure(ErrorKind::misconfigured,
                       "open the control socket: its path is taken by another kind of file");
    }
    LocalSocket probe(executor);
    boost::system::error_code error;
    probe.connect(stream_protocol::endpoint(path.native()), error);
    if (error != boost::asio::error::connection_refused) {
        return failure(ErrorKind::misconfigured, "open the control socket: another daemon uses it");
    }
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failure(socket_error(errno));
    return {};
}

Result<void> restrict_access(const std::filesystem::path& path, const ControlPeers& peers) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return failure(socket_error(errno));
    // Asked of the kernel only where it changes something: the shipped unit's system call filter has no
    // chown.
    if (peers.group && status.st_gid != *peers.group &&
        ::lchown(path.c_str(), static_cast<uid_t>(-1), *peers.group) != 0) {
        return failure(socket_error(errno));
    }
    if (::chmod(path.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) != 0)
        return failure(socket_error(errno));
    return {};
}

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
    if (path.native().size() > max_socket_path) {
        return failure(ErrorKind::misconfigured, "open the control socket: its path is too long");
    }
    if (auto cleared = clear_path(executor, path); !cleared) return failure(std::move(cleared.error()));
    boost::system::error_code error;
    LocalAcceptor acceptor(executor);
    acceptor.open(stream_protocol(), error);
    if (!error) acceptor.bind(stream_protocol::endpoint(path.native()), error);
    if (error) return failure(socket_error(error));
    // Nobody can connect before listen(), so the mode is right from the first connection on.
    if (auto restricted = restrict_access(path, peers); !restricted)
        return failure(std::move(restricted.error()));
    acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
    if (error) return failure(socket_error(error));
    return acceptor;
}

}  // namespace edgeward::admin
