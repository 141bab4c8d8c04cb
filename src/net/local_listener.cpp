#include <edgeward/net/local_listener.hpp>

#include <cerrno>
#include <cstring>
#include <system_error>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace edgeward::net {
namespace {

Error system_failure(int number) {
    return Error{ErrorKind::misconfigured, std::generic_category().message(number)};
}

Result<sockaddr_un> address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.native().size() >= sizeof address.sun_path)
        return failure(ErrorKind::misconfigured, "its path is too long");
    std::memcpy(address.sun_path, path.c_str(), path.native().size());
    return address;
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);  // as bind(2) and connect(2) are declared
}

// Removes the socket of a daemon that is gone: nobody accepts there any more.
Result<void> clear_path(const std::filesystem::path& path, const sockaddr_un& address) {
    std::error_code ignored;
    const auto kind = std::filesystem::symlink_status(path, ignored).type();
    if (kind == std::filesystem::file_type::not_found) return {};
    if (kind != std::filesystem::file_type::socket)
        return failure(ErrorKind::misconfigured, "its path is taken by another kind of file");
    // Does not wait: a daemon that lives and has its backlog full is one that lives.
    const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (probe.number() < 0) return failure(system_failure(errno));
    if (::connect(probe.number(), generic(address), sizeof address) == 0 || errno != ECONNREFUSED)
        return failure(ErrorKind::misconfigured, "another daemon uses it");
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failure(system_failure(errno));
    return {};
}

Result<void> restrict_access(const std::filesystem::path& path, std::optional<std::uint32_t> group) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return failure(system_failure(errno));
    // Asked of the kernel only where it changes something: the shipped unit's system call filter has no
    // chown.
    if (group && status.st_gid != *group && ::lchown(path.c_str(), static_cast<uid_t>(-1), *group) != 0)
        return failure(system_failure(errno));
    if (::chmod(path.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) != 0)
        return failure(system_failure(errno));
    return {};
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

Result<Descriptor> listen_local(const std::filesystem::path& path, std::optional<std::uint32_t> group) {
    const auto address = address_of(path);
    if (!address) return failure(address.error());
    if (auto cleared = clear_path(path, *address); !cleared) return failure(std::move(cleared.error()));
    Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (listener.number() < 0) return failure(system_failure(errno));
    if (::bind(listener.number(), generic(*address), sizeof *address) != 0)
        return failure(system_failure(errno));
    // Nobody can connect before listen(), so the mode is right from the first connection on.
    if (auto restricted = restrict_access(path, group); !restricted)
        return failure(std::move(restricted.error()));
    if (::listen(listener.number(), SOMAXCONN) != 0) return failure(system_failure(errno));
    return listener;
}

Result<std::uint32_t> peer_user(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return failure(ErrorKind::unavailable, "the kernel does not name the peer");
    return peer.uid;
}

}  // namespace edgeward::net
