#include <edgeward/audit/witness.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// Anything at all as a request to a witness: what is taken has one spelling, and no note of it verifies.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto request = audit::parse_witness_request(text);
    if (!request) return 0;
    if (audit::to_text(*request) != text) std::abort();
    const audit::Cosigner nobody{"witness.example", crypto::public_key_of(Secret(Bytes(32, 7)))};
    if (audit::verify_cosignature(request->note, nobody)) std::abort();
    if (audit::add_cosignature(request->note, request->note, nobody)) std::abort();
    return 0;
}
