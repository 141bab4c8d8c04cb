#include "hot_paths.hpp"

#include <memory>

#include <edgeward/audit/hash_chain.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/fhir/bundle.hpp>
#include <edgeward/fhir/response.hpp>
#include <edgeward/hl7/ack.hpp>
#include <edgeward/hl7/oru_message.hpp>
#include <edgeward/mapping/mapping.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <edgeward/store/report_seal.hpp>

#include "payload.hpp"
#include "tls_peer.hpp"

namespace edgeward::load {
namespace {

constexpr std::int64_t measured_ms = 1'795'459'726'123;
const Instant received{std::chrono::milliseconds(measured_ms + 200)};
constexpr std::size_t bundle_reports = 50;
constexpr std::size_t entries_of_bundle = 352;

Secret fixed_key() {
    return Secret(Bytes(32, 7));
}

// Everything the paths share, alive as long as any of them.
struct Inputs {
    explicit Inputs(const std::string& mappings) : set(mapping::load_mappings(mappings).set) {
        if (set.find("monitor_flat") == nullptr) give_up("no mappings in " + mappings);
        report = report_of(message_of(250));
        for (std::size_t i = 0; i < bundle_reports; ++i)
            reports.push_back(report_of(message_of(250, static_cast<std::int64_t>(i))));
        identity.identifiers = {{"1000042", "KIS", "MR"}};
        identity.family = "Beispiel";
        identity.given = "Berta";
        identity.birth_date = "1961-02-28";
        identity.sex = "female";
        oru.authorities = {{"KIS", {"KIS", "1.2.276.0.76.3.1.999", "ISO"}}};
        bundle.authorities = {{"KIS", {"https://hospital.example/fhir/sid/patient", "MR"}}};
        bundle.device_system = "https://hospital.example/fhir/sid/device";
    }

    static model::RawMessage message_of(std::size_t size, std::int64_t seconds_later = 0) {
        Payload payload(Content::numerics, size, {0, 1000});
        return raw("devices/monitor-1/vitals", payload.text(42, measured_ms + 1000 * seconds_later));
    }
    static model::RawMessage raw(std::string topic, std::string_view text) {
        model::RawMessage message;
        message.topic = std::move(topic);
        message.payload.assign(bytes_of(text).begin(), bytes_of(text).end());
        message.received = received;
        return message;
    }
    [[nodiscard]] mapping::MappedMessage map(const char* name, const model::RawMessage& message) const {
        auto mapped = set.find(name)->apply(message, {"monitor-1", true, "Europe/Berlin"});
        if (!mapped) give_up(std::string(name) + ": " + mapped.error().reason + " " + mapped.error().detail);
        return *std::move(mapped);
    }
    [[nodiscard]] model::Report report_of(const model::RawMessage& message) const {
        auto mapped = map("monitor_flat", message);
        return pseudonym::Pseudonymizer::pseudonymize(std::move(mapped.reports.front()),
                                                      pseudonymizer.internal(fixed_key()), {"ICU", "1", "7"},
                                                      received);
    }

    mapping::MappingSet set;
    model::Report report;
    std::vector<model::Report> reports;  // of one device, one a second
    model::Identity identity;
    hl7::OruSettings oru;
    fhir::BundleSettings bundle;
    crypto::SealingKey key{fixed_key()};
    pseudonym::Pseudonymizer pseudonymizer{fixed_key()};
};

using Shared = std::shared_ptr<const Inputs>;

mapping::LoadedMappings wave_set() {
    auto loaded = mapping::load_mappings(EDGEWARD_SOURCE_DIR "/tests/load/mappings");
    if (!loaded.problems.empty()) give_up(loaded.problems.front().to_string());
    return loaded;
}

void add_inbound(std::vector<HotPath>& paths, const Shared& inputs) {
    for (const std::size_t size : {std::size_t{250}, std::size_t{1024}}) {
        paths.push_back(
            {"map_numerics_" + std::to_string(size), 200, [inputs, message = Inputs::message_of(size)] {
                 return inputs->map("monitor_flat", message).reports.size();
             }});
    }
    paths.push_back({"seal_report", 200,
                     [inputs] { return store::seal_report(inputs->report, inputs->key).sealed.size(); }});
    paths.push_back(
        {"map_waveform_500", 20,
         [set = std::make_shared<const mapping::LoadedMappings>(wave_set()),
          message = Inputs::raw("devices/monitor-1/wave",
                                Payload(Content::waveform, 0, {0, 1000}).text(42, measured_ms))] {
             const auto mapped = set->set.find("wave")->apply(message, {"monitor-1", true, "UTC"});
             if (!mapped) give_up("wave: " + mapped.error().reason + " " + mapped.error().detail);
             return mapped->reports.size();
         }});
    const auto chain = std::make_shared<audit::HashChain>();
    const auto tree = std::make_shared<audit::MerkleTree>();
    paths.push_back({"append_audit_record", 200, [chain, tree] {
                         audit::Event event;
                         event.actor = "gateway";
                         event.action = audit::Action::batch_stored;
                         event.object = "reports 100001-100256";
                         event.count = 256;
                         event.details = crypto::Digest{};
                         const auto record = chain->append(received, std::move(event));
                         tree->append(record->digest);
                         return record->octets.size();
                     }});
}

void add_outbound(std::vector<HotPath>& paths, const Shared& inputs) {
    const store::SealedReport sealed = store::seal_report(inputs->report, inputs->key);
    const auto row = std::make_shared<store::Delivery>();
    row->report = 1;
    row->subject = sealed.subject;
    row->device = sealed.device;
    row->received = sealed.received;
    row->sealed = sealed.sealed;
    paths.push_back({"open_report", 200,
                     [inputs, row] { return store::open_report(*row, inputs->key)->observations.size(); }});
    paths.push_back({"name_for_domain", 200, [inputs] {
                         const auto& octets = inputs->report.observations.front().id.octets;
                         return inputs->pseudonymizer.domain_uuid(octets, "research").size();
                     }});
    paths.push_back(
        {"render_oru", 100, [inputs] {
             const hl7::OruEnvelope envelope{"A2E6C6D6F6EA81E5836C", "A2E6C6D6F6EA81E5836C", {received, 60}};
             return hl7::render_oru(inputs->oru, envelope, &inputs->identity,
                                    {"monitor-1", "Example", "M1", "0815", "0123456789ABCDEF"},
                                    inputs->report)
                 ->size();
         }});
    paths.push_back(
        {"render_bundle_50", 4, [inputs] {
             std::vector<fhir::ReportPart> parts;
             for (const model::Report& report : inputs->reports)
                 parts.push_back({&report, {&inputs->identity, {}}, {"monitor-1", "Example", "M1", {}, {}}});
             return fhir::render_bundle(
                        inputs->bundle, parts,
                        [&](ByteView octets) { return inputs->pseudonymizer.domain_uuid(octets, "kis"); })
                 ->body.size();
         }});
    paths.push_back(
        {"judge_ack", 200, [] {
             const auto answer = hl7::parse_acknowledgement(
                 "MSH|^~\\&|KIS||EDGEWARD||20260101000000+0000||ACK^R01^ACK|1|P|2.6\rMSA|CA|A2E6C6\r");
             return static_cast<std::size_t>(hl7::classify(answer, "A2E6C6").accepted);
         }});
    std::string answer = R"({"resourceType":"Bundle","type":"transaction-response","entry":[)";
    for (std::size_t i = 0; i < entries_of_bundle; ++i) {
        if (i > 0) answer += ',';
        answer += R"({"response":{"status":"201 Created","location":"Observation/1/_history/1"}})";
    }
    answer += "]}";
    paths.push_back({"judge_bundle_answer", 4, [answer] {
                         return static_cast<std::size_t>(
                             fhir::judge({200, answer, {}}, entries_of_bundle, received).error.has_value());
                     }});
}

}  // namespace

std::vector<HotPath> hot_paths(const std::string& mappings) {
    const Shared inputs = std::make_shared<Inputs>(mappings);
    std::vector<HotPath> paths;
    add_inbound(paths, inputs);
    add_outbound(paths, inputs);
    return paths;
}

}  // namespace edgeward::load
