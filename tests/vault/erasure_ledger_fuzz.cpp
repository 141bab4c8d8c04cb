#include <edgeward/vault/erasure_ledger.hpp>

#include <cstdlib>

#include <edgeward/core/bytes.hpp>

// What parses has one form only: writing it again gives the same octets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const edgeward::crypto::PublicKey key =
        edgeward::crypto::public_key_of(edgeward::Secret(edgeward::Bytes(32, 1)));
    const auto text = edgeward::text_of({data, size});
    const auto ledger = edgeward::vault::ErasureLedger::parse(text, key);
    if (ledger && !text.empty() && ledger->text() != text) std::abort();
    return 0;
}
