#include <edgeward/dicom/commitment.hpp>

#include <cassert>

#include <edgeward/dicom/command.hpp>
#include <edgeward/dicom/object.hpp>

#include <dcmtk/dcmdata/dctk.h>

namespace edgeward::dicom {
namespace {

tl::unexpected<Error> malformed() {
    return failure(ErrorKind::invalid_input, "not a data set of storage commitment");
}

std::string uid_at(DcmItem& item, const DcmTagKey& tag) {
    OFString text;
    if (item.findAndGetOFString(tag, text).bad()) return {};
    std::string uid(text.c_str(), text.size());
    while (!uid.empty() && (uid.back() == ' ' || uid.back() == '\0'))
        uid.pop_back();
    return uid;
}

unsigned long number_of_items(DcmItem& data_set, const DcmTagKey& tag) {
    DcmSequenceOfItems* sequence = nullptr;
    if (data_set.findAndGetSequence(tag, sequence).bad() || sequence == nullptr) return 0;
    return sequence->card();
}

// Calls `each` with the items of a sequence that is there; false when there are too many, or one does not do.
template <typename Each>
bool read_sequence(DcmItem& data_set, const DcmTagKey& tag, Each each) {
    DcmSequenceOfItems* sequence = nullptr;
    if (data_set.findAndGetSequence(tag, sequence).bad() || sequence == nullptr) return true;
    if (sequence->card() > most_committed_objects) return false;
    for (unsigned long i = 0; i < sequence->card(); ++i) {
        if (!each(*sequence->getItem(i))) return false;
    }
    return true;
}

bool read_reference(DcmItem& item, ReferencedObject& object) {
    object.sop_class = uid_at(item, DCM_ReferencedSOPClassUID);
    object.sop_instance = uid_at(item, DCM_ReferencedSOPInstanceUID);
    return is_uid(object.sop_class) && is_uid(object.sop_instance);
}

bool read_failed(DcmItem& item, FailedObject& failed) {
    Uint16 reason = status::processing_failure;
    (void)item.findAndGetUint16(DCM_FailureReason, reason);
    failed.reason = reason;
    return read_reference(item, failed.object);
}

DcmItem& append_reference(DcmItem& data_set, const DcmTagKey& sequence, const ReferencedObject& object) {
    DcmItem* item = nullptr;
    (void)data_set.findOrCreateSequenceItem(sequence, item, -2);
    assert(item != nullptr);
    (void)item->putAndInsertString(DCM_ReferencedSOPClassUID, object.sop_class.c_str());
    (void)item->putAndInsertString(DCM_ReferencedSOPInstanceUID, object.sop_instance.c_str());
    return *item;
}

Result<Object> read_data_set(ByteView octets, std::string_view transfer_syntax) {
    return Object::read(octets_in_memory(std::string(text_of(octets))), transfer_syntax);
}

// An empty data set to fill; a transfer syntax that is read here is a condition of the callers.
Object empty_data_set(std::string_view transfer_syntax) {
    auto made = read_data_set({}, transfer_syntax);
    assert(made);
    return *std::move(made);
}

Bytes octets_of(Object& object) {
    auto writer = ObjectWriter::begin(object, object.transfer_syntax());
    assert(writer);
    Bytes octets;
    for (auto piece = writer->next(); piece && !piece->empty(); piece = writer->next())
        octets.insert(octets.end(), piece->begin(), piece->end());
    return octets;
}

}  // namespace

Bytes encode_commitment_request(const CommitmentRequest& request, std::string_view transfer_syntax) {
    Object made = empty_data_set(transfer_syntax);
    (void)made.data_set().putAndInsertString(DCM_TransactionUID, request.transaction.c_str());
    for (const auto& object : request.objects)
        append_reference(made.data_set(), DCM_ReferencedSOPSequence, object);
    return octets_of(made);
}

Result<CommitmentRequest> decode_commitment_request(ByteView octets, std::string_view transfer_syntax) {
    auto read = read_data_set(octets, transfer_syntax);
    if (!read) return failure(std::move(read.error()));
    if (number_of_items(read->data_set(), DCM_ReferencedSOPSequence) > most_committed_objects)
        return failure(ErrorKind::exhausted, "a request for commitment of too many objects");
    CommitmentRequest request;
    request.transaction = uid_at(read->data_set(), DCM_TransactionUID);
    const bool sound = read_sequence(read->data_set(), DCM_ReferencedSOPSequence, [&](DcmItem& item) {
        return read_reference(item, request.objects.emplace_back());
    });
    if (!sound || !is_uid(request.transaction) || request.objects.empty()) return malformed();
    return request;
}

Bytes encode_commitment_report(const CommitmentReport& report, std::string_view transfer_syntax) {
    Object made = empty_data_set(transfer_syntax);
    (void)made.data_set().putAndInsertString(DCM_TransactionUID, report.transaction.c_str());
    for (const auto& object : report.committed)
        append_reference(made.data_set(), DCM_ReferencedSOPSequence, object);
    for (const auto& failed : report.failed)
        (void)append_reference(made.data_set(), DCM_FailedSOPSequence, failed.object)
            .putAndInsertUint16(DCM_FailureReason, failed.reason);
    return octets_of(made);
}

Result<CommitmentReport> decode_commitment_report(ByteView octets, std::string_view transfer_syntax) {
    auto read = read_data_set(octets, transfer_syntax);
    if (!read) return failure(std::move(read.error()));
    CommitmentReport report;
    report.transaction = uid_at(read->data_set(), DCM_TransactionUID);
    bool sound = read_sequence(read->data_set(), DCM_ReferencedSOPSequence, [&](DcmItem& item) {
        return read_reference(item, report.committed.emplace_back());
    });
    sound = sound && read_sequence(read->data_set(), DCM_FailedSOPSequence, [&](DcmItem& item) {
                return read_failed(item, report.failed.emplace_back());
            });
    if (!sound || !is_uid(report.transaction)) return malformed();
    return report;
}

}  // namespace edgeward::dicom
