#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/config/document.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/dicom/object.hpp>

// De-identification by the Basic Application Level Confidentiality Profile, PS3.15 annex E (docs/dicom.md).
namespace edgeward::dicom {

enum class Dates : std::uint8_t {
    removed,
    moved,  // all of a person by the same number of days: intervals stay (option 113107)
    kept,   // option 113106
};

// [destination.deidentification]: the options of the profile that are on. What the table says of the others
// (clean pixel data, graphics, structured content and descriptors, safe private attributes) is not claimed.
struct ProfileOptions {
    Dates dates = Dates::removed;
    bool keep_device = false;       // 113109
    bool keep_institution = false;  // 113112
    bool keep_patient = false;      // 113108: age, sex, size, weight and the like
    bool keep_uids = false;         // 113110
};
ProfileOptions read_profile_options(config::Section section);

// What stands in place of an identity. `uid` gives the same UID for the same one.
struct Replacements {
    std::string pseudonym;
    std::function<std::string(std::string_view)> uid;
    int days_back = 0;  // for Dates::moved; not zero
};

// Why an object cannot be de-identified by attributes, as a fixed word; nothing: it can.
//
//   burned_in_annotation   (0028,0301) is YES, or missing where pixels often name the person: secondary
//                          captures, ultrasound, angiography and fluoroscopy, photographs, endoscopy, screens
//   recognizable_features  (0028,0302) is YES
//   text_content           a document or a report: its text is the object
std::optional<std::string_view> reason_to_keep_back(const Header& header);

// Afterwards every attribute, in sequences too, is as the profile says; private attributes, curves, overlays
// and what DCMTK's dictionary does not know are gone; (0012,0062), (0012,0063), (0012,0064) and (0028,0303)
// say what was done. invalid_input: it cannot be done to this object.
Result<void> deidentify(Object& object, const ProfileOptions& options, const Replacements& replacements);

}  // namespace edgeward::dicom
