#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

#include <edgeward/core/result.hpp>

// Unix stream sockets, unix(7): how this machine's own programs reach the gateway.
namespace edgeward::net {

// Owns one file descriptor; -1 is none. A value type.
class Descriptor {
public:
    explicit Descriptor(int number = -1) noexcept : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();

    [[nodiscard]] int number() const noexcept { return number_; }
    int release() noexcept { return std::exchange(number_, -1); }

private:
    int number_;
};

// A listener at `path` with mode 0660 and that group, or the group the folder gives it. A socket that a
// killed daemon left behind is replaced. Close-on-exec; accept blocks unless the caller changes that.
// misconfigured: something answers there, the path is another kind of file or longer than 107 octets, or its
// folder is missing.
Result<Descriptor> listen_local(const std::filesystem::path& path, std::optional<std::uint32_t> group);

// The effective user of the process that connected, or that listens (SO_PEERCRED). unavailable: the kernel
// does not tell.
Result<std::uint32_t> peer_user(int socket);

}  // namespace edgeward::net
