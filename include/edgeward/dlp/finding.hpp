#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace edgeward::dlp {

// What looks for traces of a person in outbound octets (docs/dlp.md says what each one claims).
enum class Detector : std::uint8_t {
    identifier,  // patient and visit numbers the vault knows
    name,        // family and given names the vault knows
    birth_date,  // dates of birth the vault knows
    kvnr,        // Krankenversichertennummer, § 290 SGB V, with its check digit
    iban,        // ISO 13616 with its check digits
    phone,       // German telephone numbers
    email,       // RFC 5322 addresses as people write them
    opaque,      // content that cannot be looked into: compressed, or encoded too deep
};
inline constexpr std::size_t detector_count = 8;

// The enumerator's name.
std::string_view name_of(Detector detector) noexcept;

// Which detectors look. `opaque` always does: what cannot be looked into does not leave.
class Detectors {
public:
    [[nodiscard]] bool has(Detector detector) const noexcept { return on_.at(place(detector)); }
    void set(Detector detector, bool on) noexcept { on_.at(place(detector)) = on; }
    friend bool operator==(const Detectors&, const Detectors&) = default;

private:
    static std::size_t place(Detector detector) noexcept { return static_cast<std::size_t>(detector); }
    std::array<bool, detector_count> on_{true, true, true, true, true, true, true, true};
};

// Where something was found, never what: an HL7 segment with its number among those of its name and a field
// ("OBX[2]-5"), a JSON pointer ("/entry/1/resource/valueString"), or an offset in octets ("octet 17").
struct Finding {
    Detector detector = Detector::opaque;
    std::string place;
};

}  // namespace edgeward::dlp
