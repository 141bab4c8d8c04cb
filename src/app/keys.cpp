#include "keys.hpp"

#include <edgeward/core/file.hpp>

namespace edgeward::app {
namespace {

constexpr std::size_t key_octets = 32;
constexpr unsigned owner_only = 0600;

Result<void> write_ring(const std::filesystem::path& folder, const crypto::KeyRing& ring, const Secret& kek) {
    const std::string text = ring.wrap(kek);
    auto written = write_file_durably(folder / key_ring_file, bytes_of(text), owner_only);
    if (!written) return failure(std::move(written.error()).during("write key ring"));
    return {};
}

}  // namespace

Result<Secret> read_key_encryption_key(const config::Credentials& credentials, const std::string& name) {
    auto content = credentials.read(name);
    if (!content) return content;
    if (content->size() == key_octets) return content;
    std::string_view text = text_of(content->reveal());
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.remove_suffix(1);
    Bytes octets;
    if (text.size() != 2 * key_octets || !from_hex(text, octets)) {
        return failure(ErrorKind::misconfigured,
                       "credential " + name + ": expected 32 octets or 64 hexadecimal digits");
    }
    return Secret(std::move(octets));
}

Result<crypto::KeyRing> load_key_ring(const std::filesystem::path& folder, const Secret& key_encryption_key) {
    const auto file = folder / key_ring_file;
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
        return failure(ErrorKind::misconfigured,
                       file.string() + " is not there; `edgeward init` makes a new one");
    }
    const auto text = read_file(file);
    if (!text) return failure(Error(text.error()).during("read key ring"));
    auto ring = crypto::KeyRing::unwrap(*text, key_encryption_key);
    if (!ring) return failure(std::move(ring.error()).during("open key ring"));
    return ring;
}

Result<void> create_key_ring(const std::filesystem::path& folder, const Secret& key_encryption_key) {
    std::error_code ignored;
    if (std::filesystem::exists(folder / key_ring_file, ignored)) {
        return failure(ErrorKind::misconfigured, "there is a key ring already; its keys open the databases");
    }
    return write_ring(folder, crypto::KeyRing::generate(), key_encryption_key);
}

Result<void> rewrap_key_ring(const std::filesystem::path& folder, const Secret& from, const Secret& to) {
    auto ring = load_key_ring(folder, from);
    if (!ring) return failure(std::move(ring.error()));
    return write_ring(folder, *ring, to);
}

}  // namespace edgeward::app
