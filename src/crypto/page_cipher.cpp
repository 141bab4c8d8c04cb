#include <edgeward/crypto/page_cipher.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include <edgeward/crypto/digest.hpp>

#include "openssl.hpp"

namespace edgeward::crypto {
namespace {

constexpr std::size_t key_octets = 32;
constexpr std::size_t iv_octets = 16;
constexpr std::size_t most_mac_octets = 64;
constexpr std::size_t block_octets = 16;
constexpr std::uint8_t mac_salt_mask = 0x3A;
constexpr int mac_key_rounds = 2;

using Context = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

constexpr std::size_t mac_octets_of(PageMac mac) noexcept {
    return mac == PageMac::sha256 ? 32 : most_mac_octets;
}

std::size_t begin_of(std::uint32_t number) noexcept {
    return number == 1 ? PageCipher::salt_octets : 0;
}

}  // namespace

struct PageCipher::State {
    PageMac mac = PageMac::sha256;
    Secret key;
    Secret mac_key;
    Context context{EVP_CIPHER_CTX_new()};
};

PageCipher::PageCipher(const Secret& key, ByteView salt, PageMac mac) : state_(std::make_unique<State>()) {
    require(key.size() == key_octets && salt.size() == salt_octets && state_->context != nullptr);
    std::array<std::uint8_t, salt_octets> mac_salt{};
    std::ranges::transform(salt, mac_salt.begin(), [](std::uint8_t octet) {
        return static_cast<std::uint8_t>(octet ^ mac_salt_mask);
    });
    std::array<std::uint8_t, key_octets> mac_key{};
    require(PKCS5_PBKDF2_HMAC(text_of(key.reveal()).data(), static_cast<int>(key.size()), mac_salt.data(),
                              static_cast<int>(mac_salt.size()), mac_key_rounds, EVP_sha512(),
                              static_cast<int>(mac_key.size()), mac_key.data()) == 1);
    state_->mac = mac;
    state_->key = key.clone();
    state_->mac_key = Secret(mac_key);
    wipe(mac_key.data(), mac_key.size());
}

PageCipher::PageCipher(PageCipher&&) noexcept = default;
PageCipher& PageCipher::operator=(PageCipher&&) noexcept = default;
PageCipher::~PageCipher() = default;

bool PageCipher::is_authentic(std::uint32_t number, ByteView page) const {
    if (page.size() != page_octets) return false;
    const std::size_t mac_octets = mac_octets_of(state_->mac);
    Bytes signed_octets(page.begin() + static_cast<std::ptrdiff_t>(begin_of(number)),
                        page.end() - static_cast<std::ptrdiff_t>(mac_octets));
    for (unsigned shift = 0; shift < 32; shift += 8)
        signed_octets.push_back(static_cast<std::uint8_t>(number >> shift));
    std::array<std::uint8_t, most_mac_octets> mac{};
    unsigned size = 0;
    const ByteView key = state_->mac_key.reveal();
    const EVP_MD* const algorithm = state_->mac == PageMac::sha256 ? EVP_sha256() : EVP_sha512();
    require(HMAC(algorithm, key.data(), static_cast<int>(key.size()), signed_octets.data(),
                 signed_octets.size(), mac.data(), &size) != nullptr);
    return size == mac_octets &&
           equal_in_constant_time(ByteView(mac).first(mac_octets), page.last(mac_octets));
}

std::size_t PageCipher::open(std::uint32_t number, ByteView page, std::span<std::uint8_t> out) const {
    const std::size_t ciphertext_end = page_octets - iv_octets - mac_octets_of(state_->mac);
    const std::size_t begin = std::min(begin_of(number), page.size());
    const std::size_t end = std::min(ciphertext_end, page.size());
    const std::size_t size = (end - begin) / block_octets * block_octets;
    std::array<std::uint8_t, iv_octets> iv{};
    if (page.size() >= ciphertext_end + iv_octets)
        std::ranges::copy(page.subspan(ciphertext_end, iv_octets), iv.begin());
    require(out.size() >= size);
    if (size == 0) return 0;
    EVP_CIPHER_CTX* context = state_->context.get();
    int written = 0;
    require(EVP_DecryptInit_ex(context, EVP_aes_256_cbc(), nullptr, state_->key.reveal().data(), iv.data()) ==
            1);
    require(EVP_CIPHER_CTX_set_padding(context, 0) == 1);
    require(EVP_DecryptUpdate(context, out.data(), &written, page.data() + begin, static_cast<int>(size)) ==
            1);
    return static_cast<std::size_t>(written);
}

}  // namespace edgeward::crypto
