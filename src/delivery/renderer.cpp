#include "renderer.hpp"

#include <algorithm>
#include <optional>

#include <edgeward/crypto/digest.hpp>
#include <edgeward/dicom/sealed_object.hpp>
#include <edgeward/fhir/report_document.hpp>

namespace edgeward::delivery {
namespace {

// MSH-10 holds 20 characters in every version before 2.6, and many receivers still cut there: 80 bits.
constexpr std::size_t control_id_digits = 20;
// Dates that move go back by up to five years.
constexpr std::uint64_t most_days_back = 1826;

}  // namespace

crypto::Digest key_of(const store::Delivery& row, std::uint64_t number) {
    return crypto::sha256(bytes_of("edgeward-report " + row.device + " " + to_rfc3339(row.received) + " " +
                                   std::to_string(number)));
}

std::uint64_t named_report(const Prepared& prepared) {
    return prepared.report.takes_back.value_or(prepared.row.report);
}

crypto::Digest order_of(const Prepared& prepared) {
    const auto& order = prepared.report.order;
    if (order == model::ResultKey{}) return key_of(prepared.row, named_report(prepared));
    return crypto::sha256({bytes_of("edgeward-order "), order});
}

std::string name_domain(const DestinationSettings& settings) {
    if (settings.level != model::IdentityLevel::anonymised) return settings.domain;
    return "anonymised/" + settings.name;
}

// Whom a message is about, kept alive while it is rendered.
struct Renderer::Subject {
    std::optional<vault::DisclosedIdentity> identity;
    std::string pseudonym;
    bool anonymous = false;
};

// What the destination may know of the device.
struct Renderer::Named {
    std::string id;
    std::string manufacturer;
    std::string model;
    std::string serial;
    std::string eui64;
};

Result<Renderer::Subject> Renderer::subject_of(const Prepared& prepared) const {
    Subject subject;
    if (!prepared.report.subject) return subject;
    if (settings_.level == model::IdentityLevel::anonymised) {
        subject.anonymous = true;
        return subject;
    }
    if (settings_.level == model::IdentityLevel::identified) {
        auto identity = vault_.disclose(*prepared.report.subject, prepared.permit);
        if (!identity) return failure(std::move(identity.error()).during("disclose"));
        subject.identity.emplace(*std::move(identity));
        return subject;
    }
    auto pseudonym = vault_.domain_pseudonym(*prepared.report.subject, prepared.permit, settings_.domain,
                                             settings_.pseudonym_prefix);
    if (!pseudonym) return failure(std::move(pseudonym.error()).during("derive pseudonym"));
    subject.pseudonym = *std::move(pseudonym);
    return subject;
}

Renderer::Named Renderer::device_of(const Prepared& prepared) const {
    Named named;
    if (settings_.level == model::IdentityLevel::anonymised) return named;
    const device::Device* device = devices_.find(prepared.row.device);
    if (settings_.level == model::IdentityLevel::pseudonymous) {
        // A serial number or a well-known id beside a time would lead back to a bed.
        named.id = pseudonymizer_.domain_uuid(bytes_of("device " + prepared.row.device), settings_.domain);
    } else {
        named.id = prepared.row.device;
    }
    if (device == nullptr) return named;
    named.manufacturer = device->manufacturer;
    named.model = device->model;
    if (settings_.level == model::IdentityLevel::pseudonymous) return named;
    named.serial = device->serial;
    named.eui64 = device->eui64;
    return named;
}

std::string Renderer::message_number(const crypto::Digest& key) const {
    std::string uuid = pseudonymizer_.domain_uuid(key, name_domain(settings_));
    uuid.erase(std::remove(uuid.begin(), uuid.end(), '-'), uuid.end());
    std::transform(uuid.begin(), uuid.end(), uuid.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
    return uuid.substr(0, control_id_digits);
}

// An observation that came in two reports would join them: every anonymised report names its own anew. What
// takes one back names it as it was sent.
std::string Renderer::name_of(const Prepared& prepared, ByteView octets) const {
    if (settings_.level != model::IdentityLevel::anonymised)
        return pseudonymizer_.domain_uuid(octets, settings_.domain);
    const auto key = key_of(prepared.row, named_report(prepared));
    return pseudonymizer_.domain_uuid(crypto::sha256({key, octets}), name_domain(settings_));
}

Result<transport::OutboundMessage> Renderer::render_hl7(const Hl7Form& form, const Prepared& prepared) const {
    auto subject = subject_of(prepared);
    if (!subject) return failure(std::move(subject.error()));
    Named device = device_of(prepared);

    hl7::OruEnvelope envelope;
    envelope.control_id = message_number(key_of(prepared.row, prepared.row.report));
    // What is taken back is named as it was sent; a correction of a laboratory comes under its order's name.
    envelope.filler_number = message_number(order_of(prepared));
    // Of an anonymised report the row keeps the true time of receipt, the report does not.
    envelope.message_time = {subject->anonymous ? prepared.report.received : prepared.row.received,
                             prepared.report.observations.front().effective.offset_minutes};

    hl7::PatientPart patient = hl7::TechnicalOnly{};
    if (subject->identity) {
        patient = &subject->identity->reveal();
    } else if (!subject->pseudonym.empty()) {
        patient = hl7::PseudonymousPatient{subject->pseudonym, settings_.domain};
    } else if (subject->anonymous) {
        patient = hl7::AnonymousPatient{prepared.years};
    }
    auto body = hl7::render_oru(form.message, envelope, patient,
                                {std::move(device.id), std::move(device.manufacturer),
                                 std::move(device.model), std::move(device.serial), std::move(device.eui64)},
                                prepared.report);
    if (!body) return failure(std::move(body.error()));
    return transport::OutboundMessage{*std::move(body), envelope.control_id};
}

Result<transport::OutboundMessage> Renderer::render_fhir(const FhirForm& form,
                                                         const std::vector<Prepared>& reports) const {
    if (settings_.level == model::IdentityLevel::anonymised && reports.size() > 1)
        return failure(ErrorKind::invalid_input, "an anonymised message holds one report");
    std::vector<Subject> subjects;
    std::vector<Named> devices;
    std::vector<fhir::ReportPart> parts;
    subjects.reserve(reports.size());
    devices.reserve(reports.size());
    parts.reserve(reports.size());
    for (const auto& prepared : reports) {
        auto subject = subject_of(prepared);
        if (!subject) return failure(std::move(subject.error()));
        const Subject& kept = subjects.emplace_back(*std::move(subject));
        const Named& device = devices.emplace_back(device_of(prepared));
        fhir::SubjectPart who{kept.identity ? &kept.identity->reveal() : nullptr, kept.pseudonym};
        if (kept.anonymous)
            who.anonymous = fhir::AnonymousPart{prepared.years, prepared.report.location.ward};
        parts.push_back({&prepared.report,
                         who,
                         {device.id, device.manufacturer, device.model, device.serial, device.eui64}});
    }
    const fhir::NameGiver uuid_of = [&](ByteView octets) { return name_of(reports.front(), octets); };
    auto bundle = form.bundle.form == fhir::BundleForm::isik_report
                      ? fhir::render_report_document(form.bundle, parts.front(), uuid_of)
                      : fhir::render_bundle(form.bundle, parts, uuid_of);
    if (!bundle) return failure(std::move(bundle.error()));
    return transport::OutboundMessage{std::move(bundle->body), std::move(bundle->identifier),
                                      bundle->entries};
}

// Identified, an object goes as it came. Else UIDs and dates are other ones of the destination's domain.
Result<std::shared_ptr<dicom::Object>> Renderer::open_object(const dicom::ProfileOptions& profile,
                                                             const Prepared& prepared) const {
    const auto subject = subject_of(prepared);
    if (!subject) return failure(subject.error());
    auto object = dicom::open_sealed_object(objects_, *prepared.report.object);
    if (!object && object.error().kind == ErrorKind::corrupt)
        return failure(ErrorKind::invalid_input, "the file of the object is damaged or gone");
    if (!object) return failure(std::move(object.error()));
    if (settings_.level != model::IdentityLevel::identified) {
        const auto name = [this](std::string_view what) {
            return pseudonymizer_.domain_uuid(bytes_of(what), settings_.domain);
        };
        const auto uid = [&name](std::string_view of) {
            return dicom::uid_of_uuid(name(std::string("dicom uid ").append(of)));
        };
        Bytes digits;
        from_hex(name("dicom dates " + to_hex(prepared.report.subject->octets())).substr(0, 8), digits);
        const int days = 1 + static_cast<int>(big_endian(digits) % most_days_back);
        auto done = dicom::deidentify(*object, profile, {subject->pseudonym, uid, days});
        if (!done) return failure(std::move(done.error()));
    }
    return std::make_shared<dicom::Object>(*std::move(object));
}

Result<transport::OutboundMessage> Renderer::render_objects(const dicom::ProfileOptions& profile,
                                                            const std::vector<Prepared>& reports) const {
    transport::OutboundMessage message;
    for (const auto& prepared : reports) {
        auto object = open_object(profile, prepared);
        if (!object) return failure(std::move(object.error()));
        message.objects.push_back(*std::move(object));
    }
    message.identifier = message.objects.front()->header().sop_instance;
    if (settings_.level == model::IdentityLevel::identified) return message;
    for (const auto& object : message.objects)
        message.body.append(message.body.empty() ? "[" : ",").append(object->texts());
    message.body += "]";
    return message;
}

Result<transport::OutboundMessage> Renderer::render(const std::vector<Prepared>& reports) const {
    if (const auto* hl7 = std::get_if<Hl7Form>(&settings_.form)) return render_hl7(*hl7, reports.front());
    if (const auto* dicom = std::get_if<DicomForm>(&settings_.form))
        return render_objects(dicom->profile, reports);
    if (const auto* dicomweb = std::get_if<DicomwebForm>(&settings_.form))
        return render_objects(dicomweb->profile, reports);
    return render_fhir(std::get<FhirForm>(settings_.form), reports);
}

}  // namespace edgeward::delivery
