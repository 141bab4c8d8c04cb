#include <edgeward/audit/verifier.hpp>
#include <edgeward/crypto/signature.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Anything at all as an export, cut at a place the input chooses: the verdict must not depend on the cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward;
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    const std::size_t cut = (size - 1) * data[0] / 256;
    audit::VerifierSettings settings;
    settings.key = crypto::public_key_of(Secret(Bytes(32, 1)));
    audit::Verifier whole = std::move(audit::Verifier::open(settings).value());
    whole.feed(text);
    audit::Verifier parts = std::move(audit::Verifier::open(settings).value());
    parts.feed(text.substr(0, cut));
    parts.feed(text.substr(cut));
    const audit::Verdict left = whole.finish();
    const audit::Verdict right = parts.finish();
    if (left.finding != right.finding || left.first_bad != right.first_bad || left.proven != right.proven)
        std::abort();
    return 0;
}
