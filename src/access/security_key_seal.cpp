#include "security_key_seal.hpp"

#include <algorithm>

#include "account_seal.hpp"

namespace edgeward::access {
namespace {

constexpr const char* what = "security key";
constexpr std::size_t head = 4;  // algorithm and length of the id

Error damaged() {
    return {ErrorKind::corrupt, "accounts.db: a security key is not what was stored"};
}

}  // namespace

crypto::Digest digest_of_key_id(const Secret& digesting, ByteView id) {
    return crypto::hmac_sha256(digesting, {bytes_of(what), id});
}

Bytes seal_security_key(const crypto::SealingKey& sealing, std::int64_t account, ByteView id,
                        const PublicKey& key) {
    Bytes plain;
    append_big_endian(plain, static_cast<std::uint16_t>(key.algorithm), 2);
    append_big_endian(plain, id.size(), 2);
    plain.insert(plain.end(), id.begin(), id.end());
    plain.insert(plain.end(), key.octets.begin(), key.octets.end());
    return sealing.seal(plain, sealing_context(what, account));
}

Result<void> open_security_key(const crypto::SealingKey& sealing, const Secret& digesting,
                               std::int64_t account, ByteView sealed, const crypto::Digest& digest,
                               SecurityKey& into) {
    const auto opened = sealing.open(sealed, sealing_context(what, account));
    if (!opened) return failure(opened.error());
    const ByteView plain = opened->reveal();
    if (plain.size() < head) return failure(damaged());
    const auto algorithm = static_cast<KeyAlgorithm>(static_cast<std::int16_t>(big_endian(plain.first(2))));
    const std::size_t length = big_endian(plain.subspan(2, 2));
    const bool known =
        std::find(key_algorithms.begin(), key_algorithms.end(), algorithm) != key_algorithms.end();
    if (!known || plain.size() - head < length) return failure(damaged());
    const ByteView id = plain.subspan(head, length);
    const ByteView key = plain.subspan(head + length);
    if (digest_of_key_id(digesting, id) != digest) return failure(damaged());
    into.id.assign(id.begin(), id.end());
    into.key.algorithm = algorithm;
    into.key.octets.assign(key.begin(), key.end());
    return {};
}

}  // namespace edgeward::access
