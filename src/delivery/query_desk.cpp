#include <edgeward/delivery/query_desk.hpp>

#include <algorithm>

#include "disclosure_desk.hpp"

namespace edgeward::delivery {
namespace {

using std::chrono::seconds;

constexpr std::size_t numbers_at_once = 5'000;
constexpr std::size_t reports_at_once = 200;
constexpr seconds longest_look{2};
constexpr std::size_t largest_answer = std::size_t{4} << 20U;
constexpr std::size_t most_known = 10'000;
// A device whose clock is ahead measures what it sends before we receive it; by more than this it is not
// found by a date that begins later.
constexpr std::chrono::hours clock_ahead{24};
// The ids of devices are the same for all clients.
constexpr std::string_view device_domain = "fhir-server";

fhir::DeviceFacts facts_of(const device::Device& device) {
    return {device.id, device.manufacturer, device.model, device.serial, device.eui64};
}

bool is_unknown(const Error& error) {
    return error.kind == ErrorKind::invalid_input;
}

}  // namespace

struct QueryDesk::Person {
    model::Pseudonym subject;                // that of the person as it is known now
    std::vector<model::Pseudonym> subjects;  // with those of who was merged into it, always in one order
};

// One question under way.
struct QueryDesk::Look {
    Look(const FhirClient& of, const fhir::ObservationQuery& what, const QueryParts& parts)
        : client(of),
          query(what),
          desk(of.sees, parts.vault, parts.technical_key, parts.clock, parts.policy()),
          devices(parts.devices()),
          until(parts.clock.monotonic() + longest_look),
          at(what.start()) {}

    // There is no room for one more of that size.
    [[nodiscard]] bool is_full(std::size_t size) const {
        const std::size_t count = found.observations.size();
        return count >= query.count() || (count > 0 && octets + size > largest_answer);
    }

    const FhirClient& client;
    const fhir::ObservationQuery& query;
    const DisclosureDesk desk;
    const device::DeviceRegistry devices;
    const MonotonicTime until;
    std::optional<Person> person;
    fhir::PageStart at;
    bool full = false;  // the rest is for another page
    std::size_t octets = 0;
    FoundObservations found;
    std::vector<Prepared> given;                   // reports with something in `found`
    std::map<std::string, std::uint64_t> refused;  // reports by the rule that kept them back
};

QueryDesk::QueryDesk(const FhirServerSettings& settings, QueryParts parts)
    : settings_(settings), parts_(std::move(parts)) {}

QueryDesk::~QueryDesk() = default;

Result<FoundObservations> QueryDesk::search(const FhirClient& client, const fhir::ObservationQuery& query) {
    Look look(client, query, parts_);
    if (query.person()) {
        auto person = find(client, *query.person());
        if (!person) return failure(std::move(person.error()));
        look.person = *std::move(person);
        if (const auto* id = std::get_if<fhir::PatientId>(&*query.person()); id != nullptr && look.person)
            look.found.patient = id->id;
    }
    const bool nobody = query.person() && !look.person;
    if (!nobody) {
        const auto looked = query.ids().empty() ? look_through(look) : look_at_ids(look);
        if (!looked) return failure(looked.error());
    }
    if (auto recorded = record(look, "Observation search"); !recorded)
        return failure(std::move(recorded.error()));
    return std::move(look.found);
}

Result<std::optional<fhir::Served>> QueryDesk::observation(const FhirClient& client, std::string_view id) {
    const auto query = fhir::ObservationQuery::parse({{"_id", std::string(id)}}, settings_.base, "UTC");
    if (!query) return std::nullopt;
    Look look(client, *query, parts_);
    if (auto looked = look_at_id(look, id); !looked) return failure(std::move(looked.error()));
    if (auto recorded = record(look, "Observation read"); !recorded)
        return failure(std::move(recorded.error()));
    if (look.found.observations.empty()) return std::nullopt;
    return std::move(look.found.observations.front());
}

Result<std::optional<fhir::Served>> QueryDesk::patient(const FhirClient& client,
                                                       const fhir::SearchedPerson& who) {
    audit::Event event;
    event.actor = "client:" + client.sees.name;
    event.action = audit::Action::records_queried;
    event.object = "Patient";
    event.count = 0;
    const auto person = find(client, who);
    if (!person) return failure(person.error());
    if (!*person) {
        if (auto written = append({event}); !written) return failure(std::move(written.error()));
        return std::nullopt;
    }
    const auto known = parts_.vault.subject((*person)->subject);
    if (!known) return failure(known.error());
    policy::DisclosureRequest request;
    request.destination = client.sees.name;
    request.purpose = client.sees.purpose;
    request.level = client.sees.level;
    request.legal_basis = client.sees.legal_basis;
    request.restriction = *known ? (*known)->restriction : policy::Restriction::all;
    const auto permit = parts_.policy().decide(request);
    event.subject = (*person)->subject;
    if (!permit || !client.sees.wards.empty()) {
        event.action = audit::Action::query_refused;
        event.outcome = audit::Outcome::denied;
        event.rule = permit ? "ward_not_listed" : permit.error().message;
        event.count = 1;
        if (auto written = append({event}); !written) return failure(std::move(written.error()));
        return std::nullopt;
    }
    event.count = 1;
    audit::Event disclosed = event;
    disclosed.action = audit::Action::disclosed;
    disclosed.object = disclosure_of(client.sees);
    disclosed.rule = permit->rule();
    if (auto written = append({event, disclosed}); !written) return failure(std::move(written.error()));
    const auto identity = parts_.vault.disclose((*person)->subject, *permit);
    if (!identity) return failure(identity.error());
    auto id = id_of(client, **person, *permit);
    if (!id) return failure(std::move(id.error()));
    return fhir::serve_patient(settings_.resources, identity->reveal(), *std::move(id));
}

std::vector<fhir::Served> QueryDesk::devices() const {
    std::vector<fhir::Served> all;
    const auto registry = parts_.devices();
    for (const auto& [id, device] : registry.all())
        all.push_back(fhir::serve_device(settings_.resources, facts_of(device),
                                         [this](ByteView octets) { return uuid_of(octets, device_domain); }));
    return all;
}

// ---- whom it is about

Result<std::optional<QueryDesk::Person>> QueryDesk::find(const FhirClient& client,
                                                         const fhir::SearchedPerson& who) {
    const auto* id = std::get_if<fhir::PatientId>(&who);
    auto subject = id != nullptr ? subject_of_id(client, id->id)
                                 : subject_of_identifier(std::get<fhir::IdentifierOf>(who));
    if (!subject) return failure(std::move(subject.error()));
    if (!*subject) return std::nullopt;
    return person_of(**subject);
}

Result<std::optional<QueryDesk::Person>> QueryDesk::person_of(const model::Pseudonym& subject) {
    const auto identifiers = parts_.vault.identifiers_of(subject);
    if (!identifiers && !is_unknown(identifiers.error())) return failure(identifiers.error());
    if (!identifiers || identifiers->empty()) return std::nullopt;  // erased
    const auto own = parts_.vault.find_person(identifiers->front());
    if (!own && !is_unknown(own.error())) return failure(own.error());
    if (!own) return std::nullopt;
    auto extent = parts_.vault.extent_of(*own);
    if (!extent) return failure(std::move(extent.error()));
    std::ranges::sort(extent->subjects);
    return Person{*own, std::move(extent->subjects)};
}

Result<std::optional<model::Pseudonym>> QueryDesk::subject_of_identifier(
    const fhir::IdentifierOf& identifier) {
    for (const auto& [name, authority] : settings_.resources.authorities) {
        if (authority.system != identifier.system) continue;
        auto found = parts_.vault.find_person({identifier.value, name, authority.type});
        if (found) return *found;
        if (!is_unknown(found.error())) return failure(std::move(found.error()));
    }
    return std::nullopt;
}

Result<std::optional<model::Pseudonym>> QueryDesk::subject_of_id(const FhirClient& client,
                                                                 const std::string& id) {
    const std::pair key(client.sees.name, id);
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = known_.find(key); known != known_.end()) return known->second;
    }
    if (!pseudonym::check_text(id)) return std::nullopt;  // no id of ours: nobody has to be looked at
    auto found = parts_.vault.resolve(id, client.sees.domain, client.sees.pseudonym_prefix);
    if (!found || !*found) return found;
    const std::lock_guard lock(mutex_);
    if (known_.size() >= most_known) known_.clear();
    known_.insert_or_assign(key, **found);
    return found;
}

// A Patient's id is the person's pseudonym in the client's own domain.
Result<std::string> QueryDesk::id_of(const FhirClient& client, const Person& person,
                                     const policy::Permit& permit) {
    auto id = parts_.vault.domain_pseudonym(person.subject, permit, client.sees.domain,
                                            client.sees.pseudonym_prefix);
    if (!id) return id;
    const std::lock_guard lock(mutex_);
    if (known_.size() >= most_known) known_.clear();
    known_.insert_or_assign({client.sees.name, *id}, person.subject);
    return id;
}

// ---- what there is

Result<void> QueryDesk::look_at_rows(Look& look, store::StoreReader::PersonMeasurements rows) {
    for (auto& row : rows.reports) {
        const auto number = row.report;
        if (auto looked = look_at(look, std::move(row)); !looked) return looked;
        if (look.full) return {};
        look.at = {look.at.subject, number, 0};
    }
    if (rows.looked_to != 0)
        look.at = {look.at.subject, rows.looked_to, 0};
    else
        look.at = {look.at.subject + 1, 0, 0};
    return {};
}

Result<void> QueryDesk::look_through(Look& look) {
    std::uint64_t first = 0;
    if (look.query.earliest()) {
        const auto before = parts_.reader.received_before(*look.query.earliest() - clock_ahead);
        if (!before) return failure(before.error());
        first = *before;
    }
    const auto& subjects = look.person->subjects;
    while (look.at.subject < subjects.size()) {
        const auto resumed = look.at.skip > 0 ? look.at.report - 1 : look.at.report;
        auto rows = parts_.reader.measurements_of(subjects[look.at.subject], std::max(resumed, first),
                                                  numbers_at_once, reports_at_once);
        if (!rows) return failure(std::move(rows.error()));
        if (auto looked = look_at_rows(look, *std::move(rows)); !looked) return looked;
        look.full = look.full || parts_.clock.monotonic() >= look.until;
        if (look.full && look.at.subject < subjects.size()) look.found.next = look.at;
        if (look.full) break;
    }
    return {};
}

// Ids say where to look.
Result<void> QueryDesk::look_at_ids(Look& look) {
    for (const auto& id : look.query.ids())
        if (auto looked = look_at_id(look, id); !looked) return looked;
    return {};
}

Result<void> QueryDesk::look_at_id(Look& look, std::string_view id) {
    const auto number = fhir::report_in_id(id);
    if (!number || *number == 0) return {};
    const auto stored = parts_.reader.report(*number);
    if (!stored && !is_unknown(stored.error())) return failure(stored.error());
    if (!stored || !stored->subject) return {};
    // What was taken back is not there.
    auto rows = parts_.reader.measurements_of(*stored->subject, *number - 1, 1, 1);
    if (!rows) return failure(std::move(rows.error()));
    const auto asked = look.person;
    auto person = person_of(*stored->subject);
    if (!person) return failure(std::move(person.error()));
    if (rows->reports.empty() || !*person) return {};
    if (asked && asked->subject != (*person)->subject) return {};
    look.person = *std::move(person);
    look.at = {};
    auto looked = look_at(look, std::move(rows->reports.front()));
    if (asked) look.person = asked;
    return looked;
}

Result<void> QueryDesk::look_at(Look& look, store::Delivery row) {
    const auto number = row.report;
    const std::string device(row.device);
    auto answer = look.desk.examine(std::move(row));
    if (!answer) return failure(std::move(answer.error()));
    if (const auto* kept = std::get_if<store::Settlement>(&*answer)) {
        const bool refused =
            kept->state == store::DeliveryState::filtered || kept->state == store::DeliveryState::parked;
        if (refused && kept->reason != "nothing_for_this_destination") ++look.refused[kept->reason];
        return {};
    }
    auto& prepared = std::get<Prepared>(*answer);
    auto patient = id_of(look.client, *look.person, prepared.permit);
    if (!patient) return failure(std::move(patient.error()));
    const auto served = fhir::serve_observations(
        settings_.resources, prepared.report, number, {*patient, device_id(look.devices, device)},
        [&](ByteView octets) { return uuid_of(octets, look.client.sees.domain); });
    const std::size_t before = look.found.observations.size();
    for (std::size_t at = number == look.at.report ? look.at.skip : 0; at < served.size(); ++at) {
        if (!look.query.matches(served[at])) continue;
        look.full = look.is_full(served[at].body.size());
        if (look.full) look.at = {look.at.subject, at == 0 ? number - 1 : number, at};
        if (look.full) break;
        look.octets += served[at].body.size();
        look.found.observations.push_back(served[at]);
    }
    if (look.found.observations.size() == before) return {};
    look.found.patient = *std::move(patient);
    look.given.push_back(std::move(prepared));
    return {};
}

std::string QueryDesk::device_id(const device::DeviceRegistry& registry, std::string_view id) const {
    const device::Device* device = registry.find(id);
    const fhir::DeviceFacts facts =
        device != nullptr ? facts_of(*device) : fhir::DeviceFacts{id, {}, {}, {}, {}};
    return fhir::served_device_id(settings_.resources, facts,
                                  [this](ByteView octets) { return uuid_of(octets, device_domain); });
}

std::string QueryDesk::uuid_of(ByteView octets, std::string_view domain) const {
    return parts_.pseudonymizer.domain_uuid(octets, domain);
}

// ---- what the audit log says

Result<void> QueryDesk::record(const Look& look, const char* what) {
    const std::string actor = "client:" + look.client.sees.name;
    std::vector<audit::Event> events = look.desk.records_of(look.given);
    for (auto& event : events)
        event.actor = actor;
    audit::Event asked;
    asked.actor = actor;
    asked.action = audit::Action::records_queried;
    if (look.person) asked.subject = look.person->subject;
    asked.object = what;
    asked.count = look.found.observations.size();
    for (const auto& [rule, reports] : look.refused) {
        audit::Event refused = asked;
        refused.action = audit::Action::query_refused;
        refused.outcome = audit::Outcome::denied;
        refused.rule = rule;
        refused.count = reports;
        events.push_back(std::move(refused));
    }
    events.push_back(std::move(asked));
    return append(std::move(events));
}

Result<void> QueryDesk::append(std::vector<audit::Event> events) {
    return parts_.writer.run([&events](store::ObservationStore& to) { return append_all(to, events); });
}

}  // namespace edgeward::delivery
