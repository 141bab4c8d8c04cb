#include <edgeward/crypto/recovery_key.hpp>

#include <limits>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "openssl.hpp"

namespace edgeward::crypto {
namespace {

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Bio = Owned<BIO, BIO_free_all>;

constexpr unsigned fresh_bits = 3072;
constexpr int least_bits = 3072;
constexpr int most_bits = 8192;
constexpr std::size_t longest_pem = 65536;
constexpr std::size_t longest_key = 64;

// Refuses instead of asking the terminal for a pass phrase.
int no_pass_phrase(char*, int, int, void*) {
    return -1;
}

template <typename Read>
Result<Key> read_key(ByteView pem, const char* expected, const Read& read) {
    if (pem.size() > longest_pem) return failure(ErrorKind::invalid_input, expected);
    const Bio memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    require(memory != nullptr);
    Key key(read(memory.get()));
    ERR_clear_error();
    if (key == nullptr || EVP_PKEY_is_a(key.get(), "RSA") != 1)
        return failure(ErrorKind::invalid_input, expected);
    const int bits = EVP_PKEY_get_bits(key.get());
    if (bits < least_bits || bits > most_bits) return failure(ErrorKind::invalid_input, expected);
    return key;
}

Result<Key> read_public(const std::string& pem) {
    return read_key(bytes_of(pem), "expected an RSA public key of 3072 to 8192 bits in PEM form",
                    [](BIO* from) { return PEM_read_bio_PUBKEY(from, nullptr, no_pass_phrase, nullptr); });
}

Result<Key> read_private(const Secret& pem) {
    return read_key(
        pem.reveal(), "expected an RSA private key of 3072 to 8192 bits in PEM form, not encrypted",
        [](BIO* from) { return PEM_read_bio_PrivateKey(from, nullptr, no_pass_phrase, nullptr); });
}

Digest fingerprint_of(const EVP_PKEY* key) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    require(size > 0);
    const Digest digest = sha256(ByteView(der, static_cast<std::size_t>(size)));
    OPENSSL_free(der);
    return digest;
}

void use_oaep(EVP_PKEY_CTX* context, ByteView label) {
    require(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
            EVP_PKEY_CTX_set_rsa_oaep_md_name(context, "SHA256", nullptr) == 1 &&
            EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, "SHA256", nullptr) == 1);
    if (label.empty()) return;
    void* copy = OPENSSL_memdup(label.data(), label.size());  // the context takes it over
    require(copy != nullptr &&
            EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, static_cast<int>(label.size())) == 1);
}

}  // namespace

RecoveryPair make_recovery_pair() {
    const Key key(EVP_RSA_gen(fresh_bits));
    require(key != nullptr);
    const Bio open(BIO_new(BIO_s_mem()));
    const Bio closed(BIO_new(BIO_s_secmem()));
    require(open != nullptr && closed != nullptr && PEM_write_bio_PUBKEY(open.get(), key.get()) == 1);
    require(PEM_write_bio_PKCS8PrivateKey(closed.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
            1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(open.get(), &text);
    require(size > 0);
    RecoveryPair pair{std::string(text, static_cast<std::size_t>(size)), Secret()};
    const long secret_size = BIO_get_mem_data(closed.get(), &text);
    require(secret_size > 0);
    pair.private_key = Secret(bytes_of(std::string_view(text, static_cast<std::size_t>(secret_size))));
    wipe(text, static_cast<std::size_t>(secret_size));
    return pair;
}

Result<Digest> recovery_fingerprint(const std::string& public_pem) {
    const auto key = read_public(public_pem);
    if (!key) return failure(key.error());
    return fingerprint_of(key->get());
}

Result<Digest> recovery_fingerprint(const Secret& private_pem) {
    const auto key = read_private(private_pem);
    if (!key) return failure(key.error());
    return fingerprint_of(key->get());
}

Result<Bytes> wrap_for_recovery(const std::string& public_pem, const Secret& key, ByteView label) {
    require(key.size() <= longest_key);
    const auto recipient = read_public(public_pem);
    if (!recipient) return failure(recipient.error());
    const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, recipient->get(), nullptr));
    require(context != nullptr && EVP_PKEY_encrypt_init(context.get()) == 1);
    use_oaep(context.get(), label);
    Bytes wrapped(static_cast<std::size_t>(EVP_PKEY_get_size(recipient->get())));
    std::size_t size = wrapped.size();
    const ByteView content = key.reveal();
    require(EVP_PKEY_encrypt(context.get(), wrapped.data(), &size, content.data(), content.size()) == 1);
    wrapped.resize(size);
    return wrapped;
}

Result<Secret> unwrap_by_recovery(const Secret& private_pem, ByteView wrapped, ByteView label) {
    const auto holder = read_private(private_pem);
    if (!holder) return failure(holder.error());
    const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, holder->get(), nullptr));
    require(context != nullptr && EVP_PKEY_decrypt_init(context.get()) == 1);
    use_oaep(context.get(), label);
    Bytes content(static_cast<std::size_t>(EVP_PKEY_get_size(holder->get())));
    std::size_t size = content.size();
    const bool opened =
        EVP_PKEY_decrypt(context.get(), content.data(), &size, wrapped.data(), wrapped.size()) == 1;
    Secret secret(opened ? ByteView(content).first(size) : ByteView());
    wipe(content.data(), content.size());
    if (opened) return secret;
    ERR_clear_error();
    return failure(ErrorKind::corrupt, "what was wrapped does not open with this recovery key");
}

}  // namespace edgeward::crypto
