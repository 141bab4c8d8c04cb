#include <edgeward/dicom/deidentification.hpp>

#include <algorithm>
#include <array>
#include <vector>

#include "attribute_change.hpp"
#include "confidentiality_table.hpp"

#include <dcmtk/dcmdata/dctk.h>

namespace edgeward::dicom {
namespace {

constexpr int deepest = 32;  // sequences in sequences

bool is_private_or_graphic(const DcmObject& element) {
    const auto group = element.getGTag();
    return group % 2 != 0 || (group & 0xFF00U) == 0x5000U || (group & 0xFF00U) == 0x6000U;
}

// Of the Basic Profile, with the options that are on.
class Profile {
public:
    Profile(const ProfileOptions& options, const Replacements& replacements)
        : options_(options), change_(replacements) {}

    // False: an attribute of it cannot be changed as the profile asks.
    bool apply(DcmItem& item, int depth) {
        if (depth > deepest) return false;
        std::vector<DcmObject*> elements;
        for (DcmObject* each = item.nextInContainer(nullptr); each != nullptr;
             each = item.nextInContainer(each))
            elements.push_back(each);
        return std::ranges::all_of(elements, [&](DcmObject* each) { return apply_to(item, *each, depth); });
    }

private:
    bool apply_to(DcmItem& item, DcmObject& element, int depth) {
        if (is_private_or_graphic(element)) return remove(item, element);
        const std::uint32_t tag = (std::uint32_t{element.getGTag()} << 16U) | element.getETag();
        const ConfidentialityRow* row = confidentiality_row(tag);
        if (row == nullptr) return apply_unlisted(item, element, depth);
        auto& value = static_cast<DcmElement&>(element);
        if (is_on(row->retained, Retained::dates)) {
            if (options_.dates == Dates::kept) return descend(element, depth);
            if (options_.dates == Dates::moved)
                return change_.move(value) || act(item, value, row->action, depth);
        }
        if (is_retained(row->retained)) return descend(element, depth);
        return act(item, value, row->action, depth);
    }

    // What the standard's table does not name stays, but what nobody can judge goes.
    bool apply_unlisted(DcmItem& item, DcmObject& element, int depth) {
        const bool unknown = element.ident() == EVR_UN || DcmTag(element.getTag().getXTag()).error().bad();
        if (unknown) return remove(item, element);
        if (element.ident() == EVR_PN) return change_.empty(static_cast<DcmElement&>(element));
        return descend(element, depth);
    }

    bool act(DcmItem& item, DcmElement& element, BasicAction action, int depth) {
        switch (action) {
            case BasicAction::X:
                return remove(item, element);
            case BasicAction::Z:
            case BasicAction::XZ:
                return change_.empty(element);
            case BasicAction::U:
                return element.ident() == EVR_UI ? change_.rename(element) : remove(item, element);
            case BasicAction::D:
            case BasicAction::XD:
            case BasicAction::XZD:
            case BasicAction::ZD:
                return change_.fill(element);
            case BasicAction::XZU:
                return descend(element, depth);
        }
        return false;
    }

    static bool remove(DcmItem& item, DcmObject& element) {
        delete item.remove(&element);
        return true;
    }

    bool descend(DcmObject& element, int depth) {
        if (element.ident() != EVR_SQ) return true;
        auto& sequence = static_cast<DcmSequenceOfItems&>(element);
        for (unsigned long i = 0; i < sequence.card(); ++i) {
            if (!apply(*sequence.getItem(i), depth + 1)) return false;
        }
        return true;
    }

    static bool is_on(Retained set, Retained one) {
        return (static_cast<unsigned>(set) & static_cast<unsigned>(one)) != 0;
    }

    [[nodiscard]] bool is_retained(Retained set) const {
        return (options_.keep_device && is_on(set, Retained::device)) ||
               (options_.keep_institution && is_on(set, Retained::institution)) ||
               (options_.keep_patient && is_on(set, Retained::patient)) ||
               (options_.keep_uids && is_on(set, Retained::uids));
    }

    const ProfileOptions& options_;
    AttributeChange change_;
};

struct MethodCode {
    const char* value;
    const char* meaning;
};

// PS3.16 CID 7050.
std::vector<MethodCode> methods_of(const ProfileOptions& options) {
    std::vector<MethodCode> codes{{"113100", "Basic Application Confidentiality Profile"}};
    if (options.dates == Dates::kept)
        codes.push_back({"113106", "Retain Longitudinal Temporal Information Full Dates Option"});
    if (options.dates == Dates::moved)
        codes.push_back({"113107", "Retain Longitudinal Temporal Information Modified Dates Option"});
    if (options.keep_patient) codes.push_back({"113108", "Retain Patient Characteristics Option"});
    if (options.keep_device) codes.push_back({"113109", "Retain Device Identity Option"});
    if (options.keep_uids) codes.push_back({"113110", "Retain UIDs Option"});
    if (options.keep_institution) codes.push_back({"113112", "Retain Institution Identity Option"});
    return codes;
}

const char* word_of(Dates dates) {
    switch (dates) {
        case Dates::removed:
            return "REMOVED";
        case Dates::moved:
            return "MODIFIED";
        case Dates::kept:
            return "UNMODIFIED";
    }
    return "";
}

OFCondition say_how(DcmDataset& data_set, const ProfileOptions& options) {
    OFCondition done = data_set.putAndInsertString(DCM_PatientIdentityRemoved, "YES");
    if (done.good())
        done = data_set.putAndInsertString(DCM_DeidentificationMethod,
                                           "Edgeward: DICOM PS3.15 annex E, table E.1-1");
    if (done.good())
        done =
            data_set.putAndInsertString(DCM_LongitudinalTemporalInformationModified, word_of(options.dates));
    data_set.findAndDeleteElement(DCM_DeidentificationMethodCodeSequence);
    for (const auto& code : methods_of(options)) {
        DcmItem* item = nullptr;
        if (done.good())
            done = data_set.findOrCreateSequenceItem(DCM_DeidentificationMethodCodeSequence, item, -2);
        if (done.good()) done = item->putAndInsertString(DCM_CodeValue, code.value);
        if (done.good()) done = item->putAndInsertString(DCM_CodingSchemeDesignator, "DCM");
        if (done.good()) done = item->putAndInsertString(DCM_CodeMeaning, code.meaning);
    }
    return done;
}

}  // namespace

Result<void> deidentify(Object& object, const ProfileOptions& options, const Replacements& replacements) {
    DcmDataset& data_set = object.data_set();
    Profile profile(options, replacements);
    if (!profile.apply(data_set, 0)) {
        if (auto sound = object.sound(); !sound) return sound;
        return failure(ErrorKind::invalid_input, "an attribute cannot be de-identified");
    }
    OFCondition done = data_set.putAndInsertString(DCM_PatientID, replacements.pseudonym.c_str());
    if (done.good()) done = data_set.putAndInsertString(DCM_PatientName, replacements.pseudonym.c_str());
    if (done.good()) done = say_how(data_set, options);
    if (done.bad()) return failure(ErrorKind::invalid_input, "a de-identified object cannot be made");
    return {};
}

ProfileOptions read_profile_options(config::Section section) {
    ProfileOptions options;
    const auto dates = section.choice("dates", "removed", {"removed", "moved", "kept"});
    if (dates == "moved") options.dates = Dates::moved;
    if (dates == "kept") options.dates = Dates::kept;
    options.keep_device = section.flag("keep_device", options.keep_device);
    options.keep_institution = section.flag("keep_institution", options.keep_institution);
    options.keep_patient = section.flag("keep_patient", options.keep_patient);
    options.keep_uids = section.flag("keep_uids", options.keep_uids);
    return options;
}

}  // namespace edgeward::dicom
