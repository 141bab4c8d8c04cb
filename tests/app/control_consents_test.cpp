#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"
#include "fhir/consent_sample.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;
namespace sample = fhir::sample;

const std::string erika = R"({"patient":{"value":"4711","authority":"KIS"}})";

// From a year ago for ten years, so that it holds whatever the time is.
json holding(std::vector<std::pair<const char*, int>> provisions, const char* id = "consent-1") {
    static const auto now = system_clock().now();
    const std::string from = to_rfc3339(now - std::chrono::hours(24 * 365));
    const std::string until = to_rfc3339(now + std::chrono::hours(24 * 3650));
    std::vector<json> made;
    for (const auto& [type, code] : provisions)
        made.push_back(sample::provision(type, code, from, until));
    auto consent = sample::consent(std::move(made));
    consent["id"] = id;
    consent["provision"]["period"] = {{"start", from}, {"end", until}};
    return consent;
}
json permission() {
    return holding({{"permit", 6}, {"permit", 7}, {"permit", 8}, {"permit", 48}});
}

Answered import(Desk& desk, const json& resource) {
    return desk.ask("POST", {"v1", "consents", "fhir"}, resource.dump());
}

void disclosed_to(Desk& desk, const std::string& destination) {
    audit::Event event;
    event.actor = "destination:" + destination;
    event.action = audit::Action::disclosed;
    event.subject = desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym;
    event.object = "pseudonymous research consent";
    REQUIRE(
        desk.store.writer->run([&](store::ObservationStore& store) { return store.append_audit(event); }));
}

}  // namespace

TEST_CASE("a consent is recorded for its purpose and its time", "[control_consents]") {
    Desk desk;
    const std::string patient = R"("patient":{"value":"4711","authority":"KIS"})";
    const std::string span = R"("from":"2026-01-01T00:00:00Z","until":"2027-01-01T00:00:00Z")";
    const auto recorded =
        desk.ask("POST", {"v1", "consents"},
                 "{" + patient + "," + span + R"(,"purpose":"research","decision":"permit"})");
    REQUIRE(recorded.status == 200);
    const auto subject = desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym;
    const auto inside = parse_rfc3339("2026-06-01T00:00:00Z")->utc;
    const auto after = parse_rfc3339("2027-06-01T00:00:00Z")->utc;
    CHECK(*desk.vault->consent(subject, model::Purpose::research, inside, inside) == policy::Consent::given);
    CHECK(*desk.vault->consent(subject, model::Purpose::quality, inside, inside) == policy::Consent::unknown);
    CHECK(*desk.vault->consent(subject, model::Purpose::research, after, inside) == policy::Consent::unknown);
    const auto records = desk.records(audit::Action::consent_recorded);
    REQUIRE(records.size() == 1);
    CHECK(records.front().object == "permit research");
    CHECK(records.front().subject == subject);

    for (const char* choice :
         {R"("purpose":"fun","decision":"permit")", R"("purpose":"research","decision":"maybe")",
          R"("purpose":"research")", R"("decision":"deny")"}) {
        CHECK(desk.ask("POST", {"v1", "consents"}, "{" + patient + "," + span + "," + choice + "}").status ==
              400);
    }
    CHECK(desk.records(audit::Action::consent_recorded).size() == 1);
}

TEST_CASE("a FHIR Consent is taken in for the patient its identifier names", "[control_consents]") {
    Desk desk;
    const auto taken = import(desk, permission());
    REQUIRE(taken.status == 200);
    const auto& one = taken.body.at("consents").at(0);
    CHECK(one.at("resource") == "Consent");
    CHECK(one.at("outcome") == "recorded");
    CHECK(one.at("research") == "given");
    CHECK(one.at("withdrawn") == false);
    CHECK(one.at("permitted") == json{6, 7, 8, 48});
    CHECK(one.at("denied") == json::array());
    const auto subject = desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym;
    const auto records = desk.records(audit::Action::consent_imported);
    REQUIRE(records.size() == 1);
    CHECK(records.front().actor == "user:1000");
    CHECK(records.front().subject == subject);
    CHECK(records.front().object == "recorded active");
    CHECK(import(desk, sample::bundle_of(permission())).body.at("consents").at(0).at("outcome") ==
          "unchanged");
    CHECK(desk.records(audit::Action::consent_imported).size() == 1);
}

TEST_CASE("a withdrawal answers with whom to inform", "[control_consents]") {
    Desk desk;
    REQUIRE(import(desk, permission()).status == 200);
    disclosed_to(desk, "hub");
    const auto gone = import(desk, holding({{"deny", 6}, {"deny", 8}}, "revocation-1"));
    REQUIRE(gone.status == 200);
    const auto& one = gone.body.at("consents").at(0);
    CHECK(one.at("withdrawn") == true);
    CHECK(one.at("research") == "denied");
    REQUIRE(one.at("recipients").size() == 1);
    CHECK(one.at("recipients").at(0).at("destination") == "hub");
    CHECK(one.at("recipients").at(0).at("reports") == 1);
    const auto listed = desk.records(audit::Action::recipients_listed);
    REQUIRE(listed.size() == 1);
    CHECK(listed.front().object == "research");
    CHECK(listed.front().count == 1);
}

TEST_CASE("an inactive version withdraws the document", "[control_consents]") {
    Desk desk;
    REQUIRE(import(desk, permission()).status == 200);
    auto inactive = permission();
    inactive["status"] = "inactive";
    inactive["meta"]["lastUpdated"] = "2025-01-01T00:00:00Z";
    const auto gone = import(desk, inactive).body.at("consents").at(0);
    CHECK(gone.at("outcome") == "replaced");
    CHECK(gone.at("withdrawn") == true);
    CHECK(gone.at("recipients") == json::array());
    CHECK(import(desk, permission()).body.at("consents").at(0).at("outcome") == "older");
}

TEST_CASE("a Bundle with one mistake changes nothing and names it", "[control_consents]") {
    Desk desk;
    auto bundle = sample::bundle_of(permission());
    auto wrong = permission();
    wrong["id"] = "consent-2";
    wrong["patient"]["identifier"]["system"] = "https://elsewhere.example";
    bundle["entry"].push_back({{"resource", wrong}});
    const auto refused = import(desk, bundle);
    CHECK(refused.status == 400);
    CHECK(refused.message() ==
          "Bundle.entry[3].resource.patient: expected an identifier whose system is that of a configured "
          "[[authority]]");
    wrong["patient"]["identifier"]["system"] = "https://kis.example/patient";
    wrong["provision"]["provision"][0]["type"] = "maybe";
    bundle["entry"][3]["resource"] = wrong;
    CHECK(import(desk, bundle).message() ==
          "Bundle.entry[3].resource.provision.provision[0].type: expected permit or deny");
    CHECK(desk.ask("POST", {"v1", "consents", "fhir"}, "no JSON").status == 400);
    CHECK(*desk.vault->count_persons() == 0);
    CHECK(desk.records(audit::Action::consent_imported).empty());
}

TEST_CASE("what is on record is shown with what holds until when", "[control_consents]") {
    Desk desk;
    const auto nobody = desk.ask("POST", {"v1", "consents", "show"}, erika);
    CHECK(nobody.body.at("known") == false);
    CHECK(*desk.vault->count_persons() == 0);
    const auto consent = permission();
    REQUIRE(import(desk, consent).status == 200);
    const auto shown = desk.ask("POST", {"v1", "consents", "show"}, erika);
    REQUIRE(shown.status == 200);
    CHECK(shown.body.at("purposes").at("research").at("state") == "given");
    CHECK(shown.body.at("purposes").at("quality").at("state") == "unknown");
    const auto& document = shown.body.at("documents").at(0);
    CHECK(document.at("id") == "consent-1");
    CHECK(document.at("status") == "active");
    CHECK(document.at("superseded") == nullptr);
    REQUIRE(document.at("provisions").size() == 4);
    CHECK(document.at("provisions").at(2).at("code") == 8);
    CHECK(document.at("provisions").at(2).at("decides") == true);
    CHECK(document.at("provisions").at(3).at("decides") == false);
    CHECK(shown.body.at("purposes").at("research").at("until") ==
          document.at("provisions").at(2).at("until"));
    CHECK(desk.ask("POST", {"v1", "consents"},
                   R"({"patient":{"value":"4711","authority":"KIS"},"purpose":"research","decision":"deny",)"
                   R"("from":"2020-01-01T00:00:00Z","until":"2090-01-01T00:00:00Z"})")
              .body.at("recipients") == json::array());
    const auto denied = desk.ask("POST", {"v1", "consents", "show"}, erika);
    CHECK(denied.body.at("purposes").at("research") ==
          json{{"state", "denied"}, {"until", nullptr}});  // what is measured now stays denied
    CHECK(denied.body.at("entries").at(0).at("decision") == "deny");
    const auto records = desk.records(audit::Action::consent_shown);
    REQUIRE(records.size() == 3);
    CHECK_FALSE(records[0].subject);
    CHECK(records[1].subject == desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym);
}

TEST_CASE("recipients are listed for a purpose or for all", "[control_consents]") {
    Desk desk;
    disclosed_to(desk, "hub");
    const auto ask = [&](const std::string& more) {
        return desk.ask("POST", {"v1", "consents", "recipients"},
                        R"({"patient":{"value":"4711","authority":"KIS"})" + more + "}");
    };
    CHECK(ask("").body.at("recipients").size() == 1);
    CHECK(ask(R"(,"purpose":"research")").body.at("recipients").size() == 1);
    CHECK(ask(R"(,"purpose":"quality")").body.at("recipients").empty());
    CHECK(ask(R"(,"purpose":"fun")").status == 400);
    CHECK(desk.records(audit::Action::recipients_listed).size() == 3);
}

}  // namespace edgeward::app
