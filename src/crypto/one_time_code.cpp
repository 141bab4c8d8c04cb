#include <edgeward/crypto/one_time_code.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <edgeward/crypto/digest.hpp>

namespace edgeward::crypto {
namespace {

const EVP_MD* algorithm_of(CodeHash hash) {
    switch (hash) {
        case CodeHash::sha1:
            return EVP_sha1();
        case CodeHash::sha256:
            return EVP_sha256();
        case CodeHash::sha512:
            return EVP_sha512();
    }
    return EVP_sha1();
}

}  // namespace

std::uint64_t code_step_at(Instant now) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    return seconds <= 0 ? 0 : static_cast<std::uint64_t>(seconds / code_step_seconds);
}

std::string one_time_code(const Secret& secret, std::uint64_t step, unsigned digits, CodeHash hash) {
    Bytes counter;
    append_big_endian(counter, step, 8);
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac{};
    unsigned size = 0;
    // Failures of the library mean a broken installation, as in digest.hpp.
    if (HMAC(algorithm_of(hash), secret.reveal().data(), static_cast<int>(secret.size()), counter.data(),
             counter.size(), mac.data(), &size) == nullptr) {
        std::abort();
    }
    // RFC 4226 5.3: dynamic truncation.
    const std::size_t offset = mac.at(size - 1) & 0x0FU;
    std::uint64_t value = big_endian(ByteView(mac).subspan(offset, 4)) & 0x7FFF'FFFFU;
    std::string code(digits, '0');
    for (auto digit = code.rbegin(); digit != code.rend(); ++digit, value /= 10)
        *digit = static_cast<char>('0' + value % 10);
    return code;
}

std::optional<std::uint64_t> step_of_code(const Secret& secret, std::string_view code, Instant now,
                                          std::uint64_t used) {
    constexpr unsigned digits = 6;
    const std::uint64_t current = code_step_at(now);
    std::optional<std::uint64_t> found;
    for (const std::uint64_t step : {current == 0 ? 0 : current - 1, current, current + 1}) {
        const std::string expected = one_time_code(secret, step, digits, CodeHash::sha1);
        if (equal_in_constant_time(bytes_of(expected), bytes_of(code)) && step > used) found = step;
    }
    return found;
}

std::string to_base32(ByteView octets) {
    constexpr std::string_view symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string text;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const std::uint8_t octet : octets) {
        bits = (bits << 8U | octet) & 0xFFFFU;
        for (held += 8; held >= 5; held -= 5)
            text.push_back(symbols[bits >> (held - 5) & 31U]);
    }
    if (held > 0) text.push_back(symbols[bits << (5 - held) & 31U]);
    return text;
}

}  // namespace edgeward::crypto
