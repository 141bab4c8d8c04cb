#include "dicom_source.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <edgeward/core/random.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/crypto/sealed_file.hpp>
#include <edgeward/dicom/command.hpp>
#include <edgeward/dicom/sealed_object.hpp>

namespace edgeward::ingest {
namespace {

namespace status = dicom::status;

// The word of a status, for the metric.
std::string_view outcome_of(std::uint16_t given) {
    if (given == status::success) return "accepted";
    return given == status::out_of_resources ? "deferred" : "refused";
}

}  // namespace

// One object on its way to its file. What cannot be kept is read to its end all the same.
class DicomSource::Receiving final : public IncomingObject {
public:
    Receiving(DicomSource& source, ObjectHead head)
        : source_(source), head_(std::move(head)), key_(crypto::random_key()) {
        system_random().fill(arrival_.object.name);
        std::ranges::copy(key_.reveal(), arrival_.object.key.begin());
        arrival_.object.transfer_syntax = head_.transfer_syntax;
        arrival_.object.sop_class = head_.sop_class;
        arrival_.object.sop_instance = head_.sop_instance;
        auto begun = crypto::SealedFileWriter::begin(path(), key_);
        if (begun)
            writer_.emplace(*std::move(begun));
        else
            fail(begun.error());
    }

    void add(ByteView octets) override {
        if (refusal_) return;
        if (writer_->size() + octets.size() > source_.settings_.largest_object) {
            refusal_ = status::cannot_understand;
            return;
        }
        digest_.add(octets);
        if (const auto added = writer_->add(octets); !added) fail(added.error());
    }

    void finish(Reply reply) override {
        if (!refusal_) {
            arrival_.object.octets = writer_->size();
            arrival_.content = digest_.finish();
            if (const auto published = writer_->publish(); !published) fail(published.error());
        }
        writer_.reset();
        if (!refusal_) look();
        if (!refusal_) {
            source_.hand_over(head_.sender, arrival_, path(), std::move(reply));
            return;
        }
        std::error_code ignored;
        std::filesystem::remove(path(), ignored);
        source_.answer(head_.sender, *refusal_, reply);
    }

private:
    [[nodiscard]] std::filesystem::path path() const { return source_.path_of(arrival_.object.name); }

    void fail(const Error& error) {
        refusal_ = status::out_of_resources;
        const std::lock_guard lock(source_.mutex_);
        source_.trouble_.raise("file", "a DICOM object cannot be kept; its sender has to try again",
                               {{"kind", name_of(error.kind)}, {"reason", error.message}});
    }

    // Reads what lies on disk: what comes in is what will be sent on.
    void look() {
        const auto object = dicom::open_sealed_object(source_.objects_, arrival_.object);
        if (!object && object.error().kind == ErrorKind::invalid_input) {
            refusal_ = status::cannot_understand;
            return;
        }
        if (!object) return fail(object.error());
        const auto header = object->header();
        if (header.sop_class != head_.sop_class || header.sop_instance != head_.sop_instance ||
            !dicom::is_uid(header.sop_instance)) {
            refusal_ = status::does_not_match_class;
            return;
        }
        arrival_.modality = header.modality;
        arrival_.patient_id = header.patient_id;
        arrival_.issuer = header.issuer;
        arrival_.time = header.time;
    }

    DicomSource& source_;
    const ObjectHead head_;
    const Secret key_;
    dicom::Arrival arrival_;
    crypto::Sha256 digest_;
    std::optional<crypto::SealedFileWriter> writer_;
    std::optional<std::uint16_t> refusal_;
};

DicomSource::DicomSource(DicomSourceSettings settings, config::Credentials credentials,
                         metrics::Registry& registry, const Clock& clock, std::filesystem::path objects,
                         CommitmentTakers commitments)
    : settings_(std::move(settings)),
      credentials_(std::move(credentials)),
      registry_(registry),
      clock_(clock),
      objects_(std::move(objects)),
      commitments_(std::move(commitments)),
      due_(registry.gauge("edgeward_dicom_in_unanswered_objects",
                          "DICOM objects taken over and not yet committed.")),
      since_(clock.now()) {}

DicomSource::~DicomSource() {
    stop();
}

Result<void> DicomSource::start(MessageHandler on_message) {
    on_message_ = std::move(on_message);
    std::error_code error;
    std::filesystem::create_directories(objects_, error);
    if (error)
        return failure(ErrorKind::misconfigured, "the folder of objects cannot be made: " + error.message());
    std::filesystem::permissions(objects_, std::filesystem::perms::owner_all, error);
    auto take = [this](const ObjectHead& head) { return std::make_unique<Receiving>(*this, head); };
    auto started = start_dicom_listener(settings_, credentials_, registry_, std::move(take), commitments_);
    if (!started) return failure(std::move(started.error()));
    listener_ = *std::move(started);
    log::info("listening for DICOM objects", {{"port", listener_->port()}});
    const std::lock_guard lock(mutex_);
    listening_ = true;
    since_ = clock_.now();
    return {};
}

std::uint16_t DicomSource::port() const {
    return listener_ ? listener_->port() : std::uint16_t{0};
}

std::filesystem::path DicomSource::path_of(const model::ObjectName& name) const {
    return objects_ / dicom::file_name_of(name);
}

void DicomSource::hand_over(const std::string& sender, const dicom::Arrival& arrival,
                            std::filesystem::path file, Reply reply) {
    model::RawMessage raw;
    raw.source = model::Source::dicom;
    raw.topic = model::topic_of_modality(sender);
    raw.payload = dicom::encode_arrival(arrival);
    raw.received = clock_.now();
    Due due;
    due.sender = sender;
    due.file = std::move(file);
    due.reply = std::move(reply);
    if (due_.hand_over(std::move(raw), due, on_message_)) return;
    std::error_code ignored;
    std::filesystem::remove(due.file, ignored);
    answer(sender, status::out_of_resources, due.reply);
}

void DicomSource::tell(std::uint64_t ticket, Fate fate, std::string_view reason) {
    due_.tell(ticket, fate, reason);
}

void DicomSource::acknowledge_through(std::uint64_t ticket) {
    for (const auto& due : due_.committed_through(ticket)) {
        const bool refused = due.fate == Fate::refused;
        std::error_code ignored;
        if (refused) std::filesystem::remove(due.file, ignored);
        answer(due.sender, refused ? status::cannot_understand : status::success, due.reply);
    }
}

void DicomSource::answer(const std::string& sender, std::uint16_t given, const Reply& reply) {
    registry_
        .counter("edgeward_dicom_in_objects_total", "DICOM objects, by what their senders heard.",
                 {{"sender", sender}, {"outcome", std::string(outcome_of(given))}})
        .add();
    reply(given);
}

Result<void> DicomSource::reload_certificates() {
    return listener_ ? listener_->reload_certificates() : Result<void>{};
}

void DicomSource::stop() {
    if (listener_) listener_->stop();
    const std::lock_guard lock(mutex_);
    if (listening_) since_ = clock_.now();
    listening_ = false;
}

SourceStatus DicomSource::status() const {
    const std::lock_guard lock(mutex_);
    SourceStatus now;
    now.connected = listening_;
    now.protocol = "DICOM";
    if (!listening_) now.trouble = "the DICOM port is not open";
    now.since = since_;
    due_.describe(now);
    return now;
}

std::unique_ptr<ObservationSource> make_dicom_source(DicomSourceSettings settings,
                                                     const config::Credentials& credentials,
                                                     metrics::Registry& registry, const Clock& clock,
                                                     std::filesystem::path objects,
                                                     CommitmentTakers commitments) {
    return std::make_unique<DicomSource>(std::move(settings), credentials, registry, clock,
                                         std::move(objects), std::move(commitments));
}

}  // namespace edgeward::ingest
