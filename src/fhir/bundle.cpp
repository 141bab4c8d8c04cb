#include <edgeward/core/secret.hpp>
#include <edgeward/fhir/bundle.hpp>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "json_text.hpp"
#include "observation_text.hpp"
#include "resource_text.hpp"

namespace edgeward::fhir {
namespace {

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const auto part : parts)
        text += part;
    return text;
}

Result<void> check_observation(const model::Observation& observation, bool nobody) {
    if (!has_code(observation.code)) return failure(ErrorKind::invalid_input, "an observation has no code");
    if (nobody && observation.category != model::Category::technical)
        return failure(ErrorKind::invalid_input, "an observation about a person has no person");
    return {};
}

enum class Level : std::uint8_t { technical, identified, pseudonymous, anonymous };

Level level_of(const SubjectPart& subject) {
    if (subject.identity != nullptr) return Level::identified;
    if (!subject.pseudonym.empty()) return Level::pseudonymous;
    return subject.anonymous ? Level::anonymous : Level::technical;
}

std::string_view label_of(Level level) {
    if (level == Level::pseudonymous) return "PSEUDED";
    return level == Level::anonymous ? "ANONYED" : "";
}

Result<void> check_part(const ReportPart& part) {
    if (part.report == nullptr || part.report->observations.empty())
        return failure(ErrorKind::invalid_input, "a report has no observation");
    const auto& subject = part.subject;
    if (subject.identity != nullptr && !subject.pseudonym.empty())
        return failure(ErrorKind::invalid_input, "a report has both an identity and a pseudonym");
    if (subject.anonymous && (subject.identity != nullptr || !subject.pseudonym.empty()))
        return failure(ErrorKind::invalid_input, "an anonymised report has an identity or a pseudonym");
    if (part.device.id.empty() && !subject.anonymous)
        return failure(ErrorKind::invalid_input, "a report has no device");
    const bool nobody = level_of(subject) == Level::technical;
    for (const auto& observation : part.report->observations)
        if (auto sound = check_observation(observation, nobody); !sound) return sound;
    return {};
}

Result<void> check(const BundleSettings& settings, std::span<const ReportPart> reports) {
    if (reports.empty()) return failure(ErrorKind::invalid_input, "a bundle needs a report");
    if (settings.device_system.empty()) return failure(ErrorKind::misconfigured, "device_system is not set");
    Level seen = Level::technical;
    for (const auto& part : reports) {
        if (auto sound = check_part(part); !sound) return sound;
        const Level level = level_of(part.subject);
        // What names a person and what hides one must not meet: together they would tell whose pseudonym it
        // is.
        const bool persons_differ = seen != Level::technical && level != Level::technical && seen != level;
        // An anonymised bundle names no device either.
        const bool some_anonymous =
            (level == Level::anonymous) != (level_of(reports.front().subject) == Level::anonymous);
        if (persons_differ || some_anonymous)
            return failure(ErrorKind::invalid_input, "reports of two identity levels in one bundle");
        if (level != Level::technical) seen = level;
    }
    return {};
}

// The newest version of each result of a bundle, which may hold but one entry of a name.
using Newest = std::map<model::ResultKey, const model::Observation*>;

Newest newest_of(std::span<const ReportPart> reports) {
    Newest newest;
    for (const auto& part : reports) {
        for (const auto& observation : part.report->observations)
            if (is_versioned(observation)) newest[observation.result] = &observation;
    }
    return newest;
}

Level level_of(std::span<const ReportPart> reports) {
    for (const auto& part : reports) {
        if (level_of(part.subject) != Level::technical) return level_of(part.subject);
    }
    return Level::technical;
}

// Identities must not stay behind in freed memory.
void wipe_text(std::string& text) {
    wipe(text.data(), text.size());
}

class Builder {
public:
    Builder(const BundleSettings& settings, const NameGiver& uuid_of, std::span<const ReportPart> reports)
        : settings_(settings), uuid_of_(uuid_of), level_(level_of(reports)), newest_(newest_of(reports)) {
        for (const auto& part : reports)
            observations_ += part.report->observations.size();
    }

    // Whom and what a report is about. Before the first observations.
    Result<void> add_named(const ReportPart& part) {
        About about;
        if (!part.subject.anonymous) {
            if (part.subject.identity != nullptr || !part.subject.pseudonym.empty()) {
                auto added = add_patient(part.subject);
                if (!added) return failure(std::move(added.error()));
                about.patient = std::move(*added);
            }
            about.device = add_device(part.device);
        }
        about_.push_back(std::move(about));
        return {};
    }

    // `at`: of the report, in the order of add_named.
    void add_observations(const ReportPart& part, std::size_t at) {
        if (part.subject.anonymous) return add_anonymous(part);
        const About& about = about_[at];
        const std::string_view visit =
            part.subject.identity == nullptr ? std::string_view() : part.subject.identity->visit_number;
        Surroundings around{settings_, about.patient, about.device, visit};
        around.identified = part.subject.identity != nullptr;
        around.label = label_of(level_);
        around.known = &known_;
        add_observations(around, *part.report);
    }

    void begin(std::string_view uuid) {
        constexpr std::size_t usual = 1280;  // octets of an observation's entry
        std::string& out = bundle_.body;
        bundle_.identifier = uuid;
        out.reserve(512 + people_.size() + devices_.size() + observations_ * usual);
        out += R"({"resourceType":"Bundle",)";
        if (!label_of(level_).empty()) {
            out += R"("meta":{"security":[)";
            append_security(out, label_of(level_));
            out += "]},";
        }
        out += R"("identifier":{"system":"urn:ietf:rfc:3986","value":"urn:uuid:)";
        out += uuid;
        out += R"("},"type":"transaction","entry":[)";
        for (const auto* entries : {&people_, &devices_}) {
            if (entries->empty()) continue;
            separate(out);
            out += *entries;
        }
        wipe_text(people_);
    }

    Bundle finish() && {
        bundle_.body += "]}";
        wipe_text(entry_);
        return std::move(bundle_);
    }

private:
    // UUIDs of entries; empty: none.
    struct About {
        std::string patient;
        std::string device;
    };

    void add_anonymous(const ReportPart& part) {
        const std::string contained = anonymous_patient(part.subject.anonymous->age);
        Surroundings around{settings_};
        around.label = label_of(level_);
        around.contained = contained;
        around.place = part.subject.anonymous->place;
        add_observations(around, *part.report);
    }

    void add_observations(Surroundings around, const model::Report& report) {
        around.in_error = report.takes_back.has_value();
        for (const auto& item : arrange(report.observations))
            if (!is_outdated(item)) add_observation(around, item);
    }

    // A later report of this bundle has another version of it.
    [[nodiscard]] bool is_outdated(const Item& item) const {
        const auto outdated = [&](const model::Observation* one) {
            if (one == nullptr || !is_versioned(*one)) return false;
            return newest_.at(one->result) != one;
        };
        return outdated(item.single) || std::any_of(item.parts.begin(), item.parts.end(), outdated);
    }
    // What takes the place of what may be there: a correction, and the final result of a laboratory, which
    // often sends a preliminary one first.
    [[nodiscard]] static bool replaces(const Item& item) {
        const auto replacing = [](const model::Observation* one) {
            if (one == nullptr || !is_versioned(*one)) return false;
            const auto status = one->appraisal.status;
            return status > model::ResultStatus::final ||
                   (status == model::ResultStatus::final && one->category == model::Category::laboratory);
        };
        return replacing(item.single) || std::any_of(item.parts.begin(), item.parts.end(), replacing);
    }

    Result<std::string> add_patient(const SubjectPart& subject) {
        auto name = patient_name(settings_, subject);
        if (!name) return failure(std::move(name.error()));
        std::string uuid = uuid_of_name("Patient|", *name);
        if (written_.insert(uuid).second) {
            open_entry(people_, uuid);
            append_patient(people_, settings_, subject);
            close_entry(people_, settings_, "Patient", *name);
            ++bundle_.entries;
        }
        wipe_text(name->value);
        return uuid;
    }

    std::string add_device(const DeviceFacts& device) {
        std::string& uuid = device_uuids_[device.id];
        if (!uuid.empty()) return uuid;
        const bool pseudonymous = level_ == Level::pseudonymous;
        const Name name = device_name(settings_, device, pseudonymous);
        uuid = uuid_of_name("Device|", name);
        if (!written_.insert(uuid).second) return uuid;
        open_entry(devices_, uuid);
        append_device(devices_, settings_, device, pseudonymous);
        close_entry(devices_, settings_, "Device", name);
        ++bundle_.entries;
        return uuid;
    }

    std::string uuid_of_name(std::string_view kind, const Name& name) {
        std::string octets = joined({kind, name.system, "|", name.value});
        std::string uuid = uuid_of_(bytes_of(octets));
        wipe_text(octets);
        return uuid;
    }

    void add_observation(const Surroundings& around, const Item& item) {
        const auto [place, fresh] = written_.insert(uuid_of_(item_octets(item)));
        if (!fresh) return;
        const std::string& uuid = *place;
        std::string& out = entry_;
        out.clear();
        entry_uuid_ = uuid;
        entry_uuid_ = entry_uuid(std::move(entry_uuid_));
        open_entry(out, entry_uuid_);
        append_observation(out, around, item, uuid);
        observation_name_.value.assign("urn:uuid:").append(uuid);
        if (around.in_error || replaces(item))
            close_replacing_entry(out, "Observation", observation_name_);
        else
            close_entry(out, settings_, "Observation", observation_name_);
        separate(bundle_.body);
        append_to_body(entry_);
        ++bundle_.entries;
    }

    // Growing by itself, a string would leave the persons behind in freed memory.
    void append_to_body(std::string_view text) {
        constexpr std::size_t end = 8;  // a comma, and what closes the bundle
        std::string& body = bundle_.body;
        if (body.capacity() - body.size() < text.size() + end) {
            std::string larger;
            larger.reserve(2 * body.capacity() + text.size() + end);
            larger += body;
            wipe_text(body);
            body = std::move(larger);
        }
        body += text;
    }

    const BundleSettings& settings_;
    const NameGiver& uuid_of_;
    Level level_;
    Newest newest_;
    std::size_t observations_ = 0;  // at most
    std::string people_;            // entries
    std::string devices_;
    std::vector<About> about_;
    std::unordered_map<std::string_view, std::string> device_uuids_;  // by id, of the reports
    std::unordered_set<std::string> written_;
    KnownTexts known_;
    // Of the observation that is being written.
    std::string entry_;
    std::string entry_uuid_;
    Name observation_name_{"urn:ietf:rfc:3986", {}};
    Bundle bundle_;
};

std::string bundle_uuid(std::span<const ReportPart> reports, const NameGiver& uuid_of) {
    const bool takes_back = std::any_of(reports.begin(), reports.end(),
                                        [](const ReportPart& part) { return part.report->takes_back; });
    std::string octets = takes_back ? "Bundle|back|" : "Bundle|";
    for (const auto& part : reports)
        for (const auto& observation : part.report->observations)
            octets += text_of(observation.id.octets);
    return uuid_of(bytes_of(octets));
}

}  // namespace

Result<Bundle> render_bundle(const BundleSettings& settings, std::span<const ReportPart> reports,
                             const NameGiver& uuid_of) {
    if (auto sound = check(settings, reports); !sound) return failure(std::move(sound.error()));
    Builder builder(settings, uuid_of, reports);
    for (const auto& part : reports)
        if (auto added = builder.add_named(part); !added) return failure(std::move(added.error()));
    builder.begin(bundle_uuid(reports, uuid_of));
    for (std::size_t at = 0; at < reports.size(); ++at)
        builder.add_observations(reports[at], at);
    return std::move(builder).finish();
}

}  // namespace edgeward::fhir
