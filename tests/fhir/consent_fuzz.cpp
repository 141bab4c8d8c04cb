#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <edgeward/core/bytes.hpp>
#include <edgeward/fhir/consent.hpp>

// Any octets are read or refused; what is read has a patient, a name, and provisions with a length.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward;
    const auto split = fhir::split_consents(text_of({data, size}));
    if (!split) return 0;
    for (const auto& resource : *split) {
        const auto read = fhir::read_consent(resource, "Europe/Berlin");
        if (!read) continue;
        const auto& document = read->document;
        if (read->patient.empty()) std::abort();
        if (document.identifier.empty() && document.id.empty()) std::abort();
        if (document.status != model::ConsentStatus::active && !document.provisions.empty()) std::abort();
        for (const auto& provision : document.provisions) {
            if (provision.until <= provision.from || provision.code == 0) std::abort();
        }
    }
    return 0;
}
