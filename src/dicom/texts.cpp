#include <array>

#include <nlohmann/json.hpp>

#include <edgeward/core/utf8.hpp>
#include <edgeward/dicom/object.hpp>

#include <dcmtk/dcmdata/dctk.h>

namespace edgeward::dicom {
namespace {

bool holds_text(DcmEVR vr) {
    switch (vr) {
        case EVR_AE:
        case EVR_LO:
        case EVR_LT:
        case EVR_PN:
        case EVR_SH:
        case EVR_ST:
        case EVR_UC:
        case EVR_UR:
        case EVR_UT:
            return true;
        default:
            return false;
    }
}

// What is no UTF-8 is read as ISO 8859-1, the other character set that is met here.
std::string as_utf8(const OFString& text) {
    const std::string_view octets(text.c_str(), text.size());
    if (is_utf8(octets)) return std::string(octets);
    std::string made;
    for (const char each : octets) {
        const auto octet = static_cast<unsigned char>(each);
        if (octet < 0x80U) {
            made.push_back(each);
        } else {
            made.push_back(static_cast<char>(0xC0U | (octet >> 6U)));
            made.push_back(static_cast<char>(0x80U | (octet & 0x3FU)));
        }
    }
    return made;
}

nlohmann::json texts_of(DcmItem& item) {
    nlohmann::json made = nlohmann::json::object();
    for (DcmObject* each = item.nextInContainer(nullptr); each != nullptr;
         each = item.nextInContainer(each)) {
        std::array<char, 9> name{};
        std::snprintf(name.data(), name.size(), "%04X%04X", each->getGTag(), each->getETag());
        if (each->ident() == EVR_SQ) {
            nlohmann::json items = nlohmann::json::array();
            auto& sequence = static_cast<DcmSequenceOfItems&>(*each);
            for (unsigned long i = 0; i < sequence.card(); ++i)
                items.push_back(texts_of(*sequence.getItem(i)));
            made[name.data()] = std::move(items);
            continue;
        }
        if (!holds_text(each->ident())) continue;
        OFString text;
        if (static_cast<DcmElement&>(*each).getOFStringArray(text).good() && !text.empty())
            made[name.data()] = as_utf8(text);
    }
    return made;
}

}  // namespace

std::string Object::texts() const {
    return texts_of(const_cast<Object*>(this)->data_set()).dump();
}

}  // namespace edgeward::dicom
