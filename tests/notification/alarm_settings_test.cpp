#include <edgeward/notification/alarm_settings.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace edgeward::notification {
namespace {

constexpr const char* whole = R"([alarm]
enabled = true
rules_folder = "/rules"
principals = ["nurse-1"]
[[alarm.stage]]
targets = ["ward", "display"]
[[alarm.stage]]
after = "60s"
least_priority = "high"
targets = ["it"]
[[alarm.target]]
name = "ward"
kind = "webhook"
identity_level = "pseudonymous"
legal_basis = "art9-2h"
wards = ["ICU"]
language = "de"
[alarm.target.webhook]
url = "https://alarms.example/hook"
[[alarm.target]]
name = "display"
kind = "mqtt"
identity_level = "pseudonymous"
legal_basis = "art9-2h"
[alarm.target.mqtt]
topic = "ward/alarms"
[[alarm.target]]
name = "it"
kind = "alertmanager"
identity_level = "technical"
[alarm.target.alertmanager]
url = "https://monitoring.example:9093"
refresh = "30s"
[[alarm.target]]
name = "pager"
kind = "pcd04"
identity_level = "technical"
[alarm.target.pcd04]
host = "pager.example"
sending_application = "EDGEWARD^0011223344556677^EUI-64"
[[alarm.target]]
name = "record"
kind = "fhir"
identity_level = "technical"
[alarm.target.fhir]
url = "https://fhir.example/r4"
device_system = "urn:oid:1.2.3"
)";

std::string problem_of(const std::string& text) {
    auto document = config::Document::parse(text, "x.toml");
    (void)read_alarm_settings(document.root().table("alarm"));
    document.refuse_unread_keys();
    std::string all;
    for (const auto& problem : document.problems())
        all.append(problem.to_string()).append("\n");
    return all.empty() ? "none" : all;
}

std::string changed(std::string_view what, std::string_view by) {
    std::string text = whole;
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("targets and stages are read with everything they say", "[alarm_settings]") {
    auto document = config::Document::parse(whole, "x.toml");
    const auto settings = read_alarm_settings(document.root().table("alarm"));
    REQUIRE(document.sound());
    CHECK(settings.enabled);
    CHECK(settings.principals == std::vector<std::string>{"nurse-1"});
    REQUIRE(settings.stages.size() == 2);
    CHECK(settings.stages[1].after == std::chrono::seconds(60));
    CHECK(settings.stages[1].least_priority == alarm::Priority::high);
    REQUIRE(settings.targets.size() == 5);
    CHECK(settings.targets[0].level == model::IdentityLevel::pseudonymous);
    CHECK(settings.targets[0].language == "de");
    CHECK(std::get<WebhookTarget>(settings.targets[0].form).http.url == "https://alarms.example/hook");
    CHECK(std::get<MqttTarget>(settings.targets[1].form).topic == "ward/alarms");
    const auto& manager = std::get<AlertmanagerTarget>(settings.targets[2].form);
    CHECK(manager.http.path == "/api/v2/alerts");
    CHECK(manager.refresh == std::chrono::seconds(30));
    const auto& pager = std::get<Pcd04Target>(settings.targets[3].form);
    CHECK(pager.mllp.host == "pager.example");
    CHECK(pager.message.sending_application.universal_id == "0011223344556677");
    const auto& record = std::get<FhirTarget>(settings.targets[4].form);
    CHECK(record.http.url == "https://fhir.example/r4");
    CHECK(record.bundle.device_system == "urn:oid:1.2.3");
}

TEST_CASE("without a word there are no alarms", "[alarm_settings]") {
    auto document = config::Document::parse("", "x.toml");
    CHECK_FALSE(read_alarm_settings(document.root().table("alarm")).enabled);
    CHECK(document.sound());
}

TEST_CASE("mistakes are named with what was expected", "[alarm_settings]") {
    struct Case {
        const char* what;
        const char* by;
        const char* problem;
    };
    const auto one = GENERATE(values<Case>({
        {"targets = [\"it\"]", "targets = [\"itt\"]",
         "expected names of [[alarm.target]] only; did you mean it?"},
        {"after = \"60s\"", "after = \"0s\"", "expected 1s or more after the stage before it"},
        {"after = \"60s\"\n", "", "expected how long after the stage before it"},
        {"[[alarm.stage]]\ntargets", "[[alarm.stage]]\nafter = \"5s\"\ntargets",
         "expected 0s: the first stage"},
        {"name = \"display\"", "name = \"ward\"", "this target is named twice"},
        {"name = \"ward\"", "name = \"Ward\"", "expected 1 to 32 of a-z, 0-9 and -"},
        {"topic = \"ward/alarms\"", "topic = \"ward/#\"", "expected a topic without wildcards and blanks"},
        {"identity_level = \"technical\"", "identity_level = \"pseudonymous\"\nlegal_basis = \"art9-2h\"",
         "expected technical: labels and annotations"},
        {"legal_basis = \"art9-2h\"\n", "", "expected art9-2h, art9-2j or consent for data about persons"},
        {"identity_level = \"pseudonymous\"", "identity_level = \"identified\"",
         "expected pseudonymous or technical"},
        {"[alarm.target.webhook]\nurl", "[alarm.target.webhok]\nurl",
         "expected a table [alarm.target.webhook]"},
        {"[alarm.target.pcd04]\nhost", "[alarm.target.pcd04]\nhst", "alarm.target[4].pcd04.host"},
        {"device_system = \"urn:oid:1.2.3\"\n", "", "expected a URI under which device ids are unique"},
        {"device_system = \"urn:oid:1.2.3\"\n",
         "device_system = \"urn:oid:1.2.3\"\n[alarm.target.fhir.smart]\nclient_id = \"e\"\nkey = \"k\"\n"
         "key_id = \"1\"\n",
         "expected system/DetectedIssue.cu"},
        {"kind = \"fhir\"\n", "", "expected mqtt, webhook, alertmanager, pcd04 or fhir, got nothing"},
        {"language", "langage", "did you mean alarm.target[1].language?"},
    }));
    CAPTURE(one.what, one.by);
    CHECK(problem_of(changed(one.what, one.by)).find(one.problem) != std::string::npos);
}

TEST_CASE("alarms that nobody is told are a mistake", "[alarm_settings]") {
    CHECK(problem_of("[alarm]\nenabled = true\n").find("expected an [[alarm.stage]]") != std::string::npos);
    CHECK(problem_of("[alarm]\nenabled = false\n") == "none");
}

}  // namespace edgeward::notification
