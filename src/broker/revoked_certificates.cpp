#include "revoked_certificates.hpp"

#include <fstream>
#include <iterator>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace edgeward::broker {

// The whole file each time: it is a few kilobytes, and two lists may come within one tick of the file's
// clock.
RevokedCertificates::Change RevokedCertificates::refresh() {
    std::ifstream file(file_, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (text == seen_ && !seen_.empty()) return Change::none;
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
    decltype(lists_) lists;
    while (X509_CRL* list = PEM_read_bio_X509_CRL(memory.get(), nullptr, nullptr, nullptr))
        lists.emplace_back(list);
    ERR_clear_error();
    if (lists.empty()) return Change::unreadable;
    lists_ = std::move(lists);
    seen_ = std::move(text);
    return Change::read;
}

bool RevokedCertificates::hold(X509* certificate) const {
    for (const auto& list : lists_) {
        X509_REVOKED* entry = nullptr;
        if (X509_NAME_cmp(X509_CRL_get_issuer(list.get()), X509_get_issuer_name(certificate)) == 0 &&
            X509_CRL_get0_by_cert(list.get(), &entry, certificate) == 1)
            return true;
    }
    return false;
}

}  // namespace edgeward::broker
