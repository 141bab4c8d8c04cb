#include <algorithm>
#include <array>

#include <edgeward/dicom/deidentification.hpp>

namespace edgeward::dicom {
namespace {

// Whose pixels often name the person (PS3.15 annex E.3.1): PS3.3 C.7.3.1.1.1 modalities, PS3.4 B.5 SOP
// classes.
constexpr std::array<std::string_view, 20> drawing_modalities{"US", "IVUS", "EC",  "XA",  "RF",  "XC",  "GM",
                                                              "ES", "OT",   "SC",  "SD",  "DOC", "ECG", "HD",
                                                              "IO", "OP",   "OPT", "DMS", "SM",  "VF"};
constexpr std::array<std::string_view, 9> drawing_classes{
    "1.2.840.10008.5.1.4.1.1.7",     // secondary capture, single and multi-frame
    "1.2.840.10008.5.1.4.1.1.6.",    // ultrasound
    "1.2.840.10008.5.1.4.1.1.3.",    // ultrasound multi-frame
    "1.2.840.10008.5.1.4.1.1.12.1",  // X-ray angiography
    "1.2.840.10008.5.1.4.1.1.12.2",  // X-ray radiofluoroscopy
    "1.2.840.10008.5.1.4.1.1.77.1",  // visible light: endoscopy, microscopy, photography, ophthalmic
    "1.2.840.10008.5.1.4.1.1.104.",  // encapsulated PDF, CDA, STL
    "1.2.840.10008.5.1.1.",          // print and hardcopy
    "1.2.840.10008.5.1.4.1.1.80.1",  // ophthalmic visual field
};

bool may_be_drawn_in(const Header& header) {
    return !header.conversion_type.empty() ||
           std::ranges::find(drawing_modalities, header.modality) != drawing_modalities.end() ||
           std::ranges::any_of(drawing_classes,
                               [&](std::string_view prefix) { return header.sop_class.starts_with(prefix); });
}

}  // namespace

std::optional<std::string_view> reason_to_keep_back(const Header& header) {
    if (header.has_text_content) return "text_content";
    if (header.burned_in != "NO" && (!header.burned_in.empty() || may_be_drawn_in(header)))
        return "burned_in_annotation";
    if (header.recognizable == "YES") return "recognizable_features";
    return std::nullopt;
}

}  // namespace edgeward::dicom
