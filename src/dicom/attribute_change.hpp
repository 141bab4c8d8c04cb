#pragma once

#include <edgeward/dicom/deidentification.hpp>

class DcmElement;

namespace edgeward::dicom {

// What the Basic Profile does to single attributes. Every function gives false when it cannot be done.
class AttributeChange {
public:
    explicit AttributeChange(const Replacements& replacements) : replacements_(replacements) {}

    // Z
    static bool empty(DcmElement& element);
    // D: the standard asks for a value of the same VR that says nothing. A sequence gets one empty item.
    bool fill(DcmElement& element) const;
    // U: each of the values; those the standard itself has given out name nobody and stay.
    bool rename(DcmElement& element) const;
    // Days back; times of day stay. False for what is no date.
    bool move(DcmElement& element) const;

private:
    const Replacements& replacements_;
};

// YYYYMMDD so many days earlier, what follows it (time, zone) untouched; nothing: it is no such date.
std::optional<std::string> days_before(std::string_view date, int days);

}  // namespace edgeward::dicom
