#include <edgeward/fhir/client_assertion.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <nlohmann/json.hpp>

#include <edgeward/core/bytes.hpp>

namespace edgeward::fhir {
namespace {

template <typename T, void (*free_it)(T*)>
struct Free {
    void operator()(T* object) const { free_it(object); }
};
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX, EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG, ECDSA_SIG_free>>;
using Bio = std::unique_ptr<BIO, FreeBio>;

constexpr std::chrono::seconds longest_lifetime{300};  // SMART App Launch 2.2.0
constexpr int least_rsa_bits = 3072;                   // BSI TR-02102-1
constexpr std::size_t p384_octets = 48;

// An encrypted key has no password to give: never ask on the terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) {
    return 0;
}

bool is_p384(const EVP_PKEY* key) {
    std::array<char, 64> group{};
    std::size_t length = 0;
    return EVP_PKEY_is_a(key, "EC") == 1 &&
           EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
           std::string_view(group.data(), length) == "secp384r1";
}

// RFC 7518 §3.4: r and s as big-endian octets of the curve's size.
Result<Bytes> raw_signature(const Bytes& der) {
    const std::uint8_t* at = der.data();
    const EcSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    Bytes raw(2 * p384_octets);
    const int size = static_cast<int>(p384_octets);
    if (signature == nullptr || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), size) != size ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + p384_octets, size) != size)
        return failure(ErrorKind::misconfigured, "the assertion key does not sign");
    return raw;
}

Result<Bytes> sign_sha384(EVP_PKEY* key, std::string_view text) {
    const DigestContext context(EVP_MD_CTX_new());
    const ByteView octets = bytes_of(text);
    std::size_t length = 0;
    if (context == nullptr || EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &length, octets.data(), octets.size()) != 1)
        return failure(ErrorKind::misconfigured, "the assertion key does not sign");
    Bytes signature(length);
    if (EVP_DigestSign(context.get(), signature.data(), &length, octets.data(), octets.size()) != 1)
        return failure(ErrorKind::misconfigured, "the assertion key does not sign");
    signature.resize(length);
    return signature;
}

std::string claims_text(const AssertionClaims& claims) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(claims.now).time_since_epoch().count();
    const auto lifetime = std::clamp(claims.lifetime, std::chrono::seconds(1), longest_lifetime).count();
    nlohmann::json object;
    object["iss"] = claims.client_id;
    object["sub"] = claims.client_id;
    object["aud"] = claims.token_endpoint;
    object["iat"] = seconds;
    object["exp"] = seconds + lifetime;
    object["jti"] = claims.unique;
    return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

struct AssertionKey::State {
    Key key;
    std::string algorithm;
    std::string key_id;
};

AssertionKey::AssertionKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
AssertionKey::AssertionKey(AssertionKey&&) noexcept = default;
AssertionKey& AssertionKey::operator=(AssertionKey&&) noexcept = default;
AssertionKey::~AssertionKey() = default;

Result<AssertionKey> AssertionKey::parse(const Secret& pem, std::string key_id) {
    const Bio bio(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.size())));
    Key key(bio == nullptr ? nullptr : PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
    ERR_clear_error();
    if (key == nullptr)
        return failure(ErrorKind::misconfigured, "expected an unencrypted private key in PEM");
    std::string algorithm;
    if (is_p384(key.get())) {
        algorithm = "ES384";
    } else if (EVP_PKEY_is_a(key.get(), "RSA") == 1 && EVP_PKEY_get_bits(key.get()) >= least_rsa_bits) {
        algorithm = "RS384";
    } else {
        return failure(ErrorKind::misconfigured,
                       "expected an EC P-384 key or an RSA key of at least 3072 bits");
    }
    return AssertionKey(
        std::make_unique<State>(State{std::move(key), std::move(algorithm), std::move(key_id)}));
}

const std::string& AssertionKey::algorithm() const noexcept {
    return state_->algorithm;
}

Result<std::string> AssertionKey::sign(const AssertionClaims& claims) const {
    nlohmann::json header;
    header["alg"] = state_->algorithm;
    header["kid"] = state_->key_id;
    header["typ"] = "JWT";
    const std::string header_text = header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    std::string token =
        to_base64url(bytes_of(header_text)) + "." + to_base64url(bytes_of(claims_text(claims)));
    auto signature = sign_sha384(state_->key.get(), token);
    if (signature && state_->algorithm == "ES384") signature = raw_signature(*signature);
    if (!signature) return failure(std::move(signature.error()));
    token += '.';
    token += to_base64url(*signature);
    return token;
}

}  // namespace edgeward::fhir
