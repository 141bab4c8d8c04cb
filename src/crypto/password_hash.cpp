#include <edgeward/crypto/password_hash.hpp>

#include <argon2.h>

#include <array>

namespace edgeward::crypto {
namespace {

constexpr std::size_t salt_octets = 16;  // RFC 9106 3.1: recommended for passwords
constexpr std::size_t hash_octets = 32;

Error error_of(int code) {
    if (code == ARGON2_MEMORY_ALLOCATION_ERROR || code == ARGON2_THREAD_FAIL)
        return {ErrorKind::exhausted, "there is no memory to check a password"};
    return {ErrorKind::corrupt, std::string("a password's hash: ") + argon2_error_message(code)};
}

}  // namespace

Result<std::string> hash_password(ByteView password, const PasswordCost& cost, Random& random) {
    std::array<std::uint8_t, salt_octets> salt{};
    random.fill(salt);
    std::string text(
        argon2_encodedlen(cost.passes, cost.kibibytes, cost.lanes, salt_octets, hash_octets, Argon2_id),
        '\0');
    const int code =
        argon2id_hash_encoded(cost.passes, cost.kibibytes, cost.lanes, password.data(), password.size(),
                              salt.data(), salt.size(), hash_octets, text.data(), text.size());
    if (code != ARGON2_OK) return failure(error_of(code));
    text.resize(text.find('\0'));
    return text;
}

Result<bool> password_matches(ByteView password, const std::string& hash) {
    const int code = argon2id_verify(hash.c_str(), password.data(), password.size());
    if (code == ARGON2_VERIFY_MISMATCH) return false;
    if (code != ARGON2_OK) return failure(error_of(code));
    return true;
}

}  // namespace edgeward::crypto
