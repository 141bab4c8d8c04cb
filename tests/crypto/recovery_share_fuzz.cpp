#include <edgeward/crypto/recovery_share.hpp>

#include <cstdlib>

// Shares somebody made up open nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<edgeward::Secret> shares;
    const edgeward::ByteView text(data, size);
    shares.emplace_back(text.first(size / 2));
    shares.emplace_back(text.subspan(size / 2));
    if (edgeward::crypto::join_recovery_shares(shares)) std::abort();
    shares.pop_back();
    if (edgeward::crypto::join_recovery_shares(shares)) std::abort();
    return 0;
}
