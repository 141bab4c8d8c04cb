#include <cstdint>
#include <string>

#include <edgeward/dicom/deidentification.hpp>

using namespace edgeward::dicom;

// The first octet chooses the transfer syntax.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Replacements replacements{"P1-X", [](std::string_view) { return std::string("2.25.1"); }, 7};
    if (size == 0) return 0;
    constexpr const char* syntaxes[] = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2",
                                        "1.2.840.10008.1.2.4.50"};
    std::string octets(data + 1, data + size);
    auto object = Object::read(octets_in_memory(std::move(octets)), syntaxes[data[0] % 4]);
    if (!object) return 0;
    (void)reason_to_keep_back(object->header());
    (void)object->texts();
    ProfileOptions options;
    options.dates = static_cast<Dates>(data[0] / 4 % 3);
    (void)deidentify(*object, options, replacements);
    return 0;
}
