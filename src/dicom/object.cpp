#include <edgeward/dicom/object.hpp>

#include <algorithm>
#include <array>

#include <edgeward/core/text.hpp>

#include "octet_stream.hpp"

#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/oflog/oflog.h>

namespace edgeward::dicom {
namespace {

class OctetsInMemory final : public OctetSource {
public:
    explicit OctetsInMemory(std::string octets) : octets_(std::move(octets)) {}
    [[nodiscard]] std::uint64_t size() const override { return octets_.size(); }
    Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) override {
        const std::size_t rest = offset < octets_.size() ? octets_.size() - offset : 0;
        const std::size_t count = std::min(into.size(), rest);
        std::copy_n(octets_.end() - static_cast<std::ptrdiff_t>(rest), count, into.begin());
        return count;
    }

private:
    std::string octets_;
};

// Remembers that octets could not be read: DCMTK reports it where nobody listens.
class WatchedSource final : public OctetSource {
public:
    explicit WatchedSource(std::shared_ptr<OctetSource> source) : source_(std::move(source)) {}
    [[nodiscard]] std::uint64_t size() const override { return source_->size(); }
    Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) override {
        auto got = source_->read(offset, into);
        if (!got) broken = failure(got.error());
        return got;
    }
    Result<void> broken{};

private:
    std::shared_ptr<OctetSource> source_;
};

// False: without the dictionary an object without explicit VRs cannot be judged.
bool prepare() {
    static const bool prepared = [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        return dcmDataDict.isDictionaryLoaded() == OFTrue;
    }();
    return prepared;
}

std::string text_at(DcmItem& item, const DcmTagKey& tag) {
    OFString text;
    if (item.findAndGetOFStringArray(tag, text).bad()) return {};
    std::string made(text.c_str(), text.size());
    while (!made.empty() && (made.back() == ' ' || made.back() == '\0'))
        made.pop_back();
    made.erase(0, std::min(made.find_first_not_of(' '), made.size()));
    return made;
}

bool is_day(std::string_view text) {
    return text.size() == 8 && is_digits(text);
}

// The earliest that says something, of the moments an object may have.
std::string time_of(DcmItem& item) {
    const std::string whole = text_at(item, DCM_AcquisitionDateTime);
    if (whole.size() >= 14 && is_day(std::string_view(whole).substr(0, 8))) return whole.substr(0, 14);
    const std::array<std::pair<DcmTagKey, DcmTagKey>, 4> pairs{{{DCM_AcquisitionDate, DCM_AcquisitionTime},
                                                                {DCM_ContentDate, DCM_ContentTime},
                                                                {DCM_SeriesDate, DCM_SeriesTime},
                                                                {DCM_StudyDate, DCM_StudyTime}}};
    for (const auto& [date, time] : pairs) {
        const std::string day = text_at(item, date);
        if (!is_day(day)) continue;
        const std::string clock = text_at(item, time).substr(0, 6);
        return clock.size() == 6 && is_digits(clock) ? day + clock : day;
    }
    return {};
}

}  // namespace

struct Object::State {
    std::shared_ptr<WatchedSource> source;  // shared: DCMTK's deferred values hold it
    std::string transfer_syntax;
    DcmDataset data_set;
};

std::shared_ptr<OctetSource> octets_in_memory(std::string octets) {
    return std::make_shared<OctetsInMemory>(std::move(octets));
}

Object::Object(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

Result<Object> Object::read(std::shared_ptr<OctetSource> octets, std::string_view transfer_syntax) {
    if (!prepare()) return failure(ErrorKind::misconfigured, "DCMTK's data dictionary is not installed");
    if (!reads(transfer_syntax))
        return failure(ErrorKind::invalid_input, "DICOM transfer syntax that is not read");
    const DcmXfer syntax(std::string(transfer_syntax).c_str());
    auto state = std::make_unique<State>();
    state->source = std::make_shared<WatchedSource>(std::move(octets));
    state->transfer_syntax = transfer_syntax;
    OctetStream stream(state->source, 0);
    state->data_set.transferInit();
    const OFCondition read = state->data_set.read(stream, syntax.getXfer(), EGL_withoutGL, DCM_MaxReadLength);
    state->data_set.transferEnd();
    if (!state->source->broken) return failure(state->source->broken.error());
    if (read.bad() || stream.avail() > 0)
        return failure(ErrorKind::invalid_input, "not a DICOM data set in its transfer syntax");
    return Object(std::move(state));
}

Header Object::header() const {
    DcmDataset& item = state_->data_set;
    Header header;
    header.sop_class = text_at(item, DCM_SOPClassUID);
    header.sop_instance = text_at(item, DCM_SOPInstanceUID);
    header.study = text_at(item, DCM_StudyInstanceUID);
    header.series = text_at(item, DCM_SeriesInstanceUID);
    header.modality = text_at(item, DCM_Modality);
    header.patient_id = text_at(item, DCM_PatientID);
    header.issuer = text_at(item, DCM_IssuerOfPatientID);
    header.burned_in = text_at(item, DCM_BurnedInAnnotation);
    header.conversion_type = text_at(item, DCM_ConversionType);
    header.recognizable = text_at(item, DCM_RecognizableVisualFeatures);
    header.time = time_of(item);
    header.has_text_content = item.tagExists(DCM_EncapsulatedDocument) || item.tagExists(DCM_ContentSequence);
    return header;
}

Result<void> Object::sound() const {
    return state_->source->broken;
}

DcmDataset& Object::data_set() noexcept {
    return state_->data_set;
}

const std::string& Object::transfer_syntax() const noexcept {
    return state_->transfer_syntax;
}

}  // namespace edgeward::dicom
