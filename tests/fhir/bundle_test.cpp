#include <edgeward/fhir/bundle.hpp>

#include <cstdio>
#include <ctime>
#include <set>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <edgeward/fhir/response.hpp>

#include "samples.hpp"

using namespace edgeward;
using namespace edgeward::fhir;
using namespace edgeward::fhir::samples;
using nlohmann::json;

TEST_CASE("a bundle creates patient device and observations on condition", "[bundle]") {
    const auto identity = person();
    const auto bundle = render(settings(), report({heart_rate(), temperature()}), {&identity, {}});
    REQUIRE(bundle);
    const auto made = json::parse(bundle->body);
    CHECK(made["type"] == "transaction");
    REQUIRE(made["entry"].size() == 4);
    CHECK(bundle->entries == 4);
    CHECK(made["entry"][0]["resource"]["resourceType"] == "Patient");
    CHECK(made["entry"][1]["resource"]["resourceType"] == "Device");
    CHECK(made["entry"][2]["request"]["method"] == "POST");
    CHECK(made["entry"][2]["request"]["url"] == "Observation");
    const std::string uuid = made["entry"][2]["resource"]["identifier"][0]["value"];
    CHECK(made["entry"][2]["request"]["ifNoneExist"] == "identifier=urn:ietf:rfc:3986%7C" + uuid);
    CHECK(made["entry"][2]["resource"]["subject"]["reference"] == made["entry"][0]["fullUrl"]);
    CHECK(made["entry"][2]["resource"]["device"]["reference"] == made["entry"][1]["fullUrl"]);
    CHECK(made["identifier"]["value"] == "urn:uuid:" + bundle->identifier);
}

TEST_CASE("no identifier equals the address of an entry", "[bundle]") {
    const auto bundle = render(settings(), report({heart_rate(), temperature()}), {nullptr, "RES1-4K0Z"});
    const auto made = json::parse(bundle->body);
    for (const auto& entry : made["entry"]) {
        const std::string url = entry["fullUrl"];
        CHECK(entry["resource"]["identifier"].dump().find(url) == std::string::npos);
    }
}

TEST_CASE("the same reports give the same octets", "[bundle]") {
    const auto what = report({heart_rate(), pressure(5, 150021, 0, "120"), pressure(6, 150021, 1, "80")});
    const SubjectPart who{nullptr, "RES1-4K0Z"};
    CHECK(render(settings(), what, who)->body == render(settings(), what, who)->body);
}

TEST_CASE("several reports share patient and device and repeat no observation", "[bundle]") {
    const auto first = report({heart_rate(1), temperature(2)});
    const auto second = report({heart_rate(1), saturation(3)});
    const SubjectPart one{nullptr, "RES1-AAAA"};
    const SubjectPart two{nullptr, "RES1-CCCC"};
    const std::vector<ReportPart> parts{
        {&first, one, device()}, {&second, one, device()}, {&second, two, device()}};
    const auto bundle = render_bundle(settings(), parts, uuid_of);
    REQUIRE(bundle);
    const auto made = json::parse(bundle->body);
    std::set<std::string> urls;
    for (const auto& entry : made["entry"])
        urls.insert(entry["fullUrl"]);
    CHECK(made["entry"].size() == 6);  // two patients, one device, three observations
    CHECK(urls.size() == 6);           // bdl-7
    CHECK(bundle->entries == 6);
}

TEST_CASE("every resource of a pseudonymous bundle is labelled and none names the device", "[bundle]") {
    const auto bundle = render(settings(), report({heart_rate(), battery()}), {nullptr, "RES1-4K0Z"});
    REQUIRE(bundle);
    const auto made = json::parse(bundle->body);
    CHECK(made["meta"]["security"][0]["code"] == "PSEUDED");
    for (const auto& entry : made["entry"]) {
        const auto labels = entry["resource"]["meta"]["security"].dump();
        CAPTURE(labels);
        CHECK(labels.find("PSEUDED") != std::string::npos);
    }
    CHECK(bundle->body.find("SN-0815") == std::string::npos);
    CHECK(bundle->body.find("ACDE48234567ABCD") == std::string::npos);
}

TEST_CASE("a technical bundle has no patient", "[bundle]") {
    const auto bundle = render(settings(), report({battery()}), {});
    REQUIRE(bundle);
    const auto made = json::parse(bundle->body);
    REQUIRE(made["entry"].size() == 2);
    CHECK(made["entry"][1]["resource"]["subject"]["reference"] == made["entry"][0]["fullUrl"]);
}

TEST_CASE("what must not go out is refused", "[bundle]") {
    const auto identity = person();
    const auto vital = report({heart_rate()});
    const auto kind_of = [](const Result<Bundle>& result) { return result.error().kind; };

    CHECK(kind_of(render(settings(), vital, {})) == ErrorKind::invalid_input);
    CHECK(kind_of(render(settings(), vital, {&identity, "RES1-4K0Z"})) == ErrorKind::invalid_input);
    CHECK(kind_of(render(settings(), report({}), {&identity, {}})) == ErrorKind::invalid_input);
    CHECK(kind_of(render_bundle(settings(), {}, uuid_of)) == ErrorKind::invalid_input);

    const std::vector<ReportPart> mixed{{&vital, {&identity, {}}, device()},
                                        {&vital, {nullptr, "RES1-4K0Z"}, device()}};
    CHECK(kind_of(render_bundle(settings(), mixed, uuid_of)) == ErrorKind::invalid_input);

    auto nameless = heart_rate();
    nameless.code = {};
    CHECK(kind_of(render(settings(), report({nameless}), {&identity, {}})) == ErrorKind::invalid_input);

    auto how = settings();
    how.pseudonym_system.clear();
    CHECK(kind_of(render(how, vital, {nullptr, "RES1-4K0Z"})) == ErrorKind::misconfigured);
    how.device_system.clear();
    CHECK(kind_of(render(how, vital, {&identity, {}})) == ErrorKind::misconfigured);
}

TEST_CASE("what takes a report back replaces the observation by one entered in error", "[bundle]") {
    const SubjectPart who{nullptr, "RES1-4K0Z"};
    auto what = report({heart_rate(), pressure(5, 150021, 0, "120"), pressure(6, 150021, 1, "80")});
    const auto sent = json::parse(render(settings(), what, who)->body);
    what.takes_back = 7;
    const auto back = render(settings(), what, who);
    REQUIRE(back);
    const auto made = json::parse(back->body);
    REQUIRE(made["entry"].size() == sent["entry"].size());
    CHECK(made["identifier"] != sent["identifier"]);
    int observations = 0;
    for (std::size_t at = 0; at < made["entry"].size(); ++at) {
        const auto& resource = made["entry"][at]["resource"];
        if (resource["resourceType"] != "Observation") {
            CHECK(made["entry"][at] == sent["entry"][at]);
            continue;
        }
        ++observations;
        CHECK(resource["status"] == "entered-in-error");
        CHECK(resource["identifier"] == sent["entry"][at]["resource"]["identifier"]);
        CHECK(resource["subject"] == sent["entry"][at]["resource"]["subject"]);
        const auto& request = made["entry"][at]["request"];
        CHECK(request["method"] == "PUT");
        CHECK(request["url"] ==
              "Observation?" + sent["entry"][at]["request"]["ifNoneExist"].get<std::string>());
        CHECK_FALSE(request.contains("ifNoneExist"));
    }
    CHECK(observations == 2);
}

TEST_CASE("entries are counted though a value looks like one", "[bundle]") {
    const auto identity = person();
    auto trap = heart_rate();
    trap.value = model::Text{R"({"fullUrl":"urn:uuid:)"};
    const auto bundle = render(settings(), report({trap, temperature()}), {&identity, {}});
    REQUIRE(bundle);
    CHECK(count_entries(bundle->body) == bundle->entries);
    CHECK(bundle->entries == json::parse(bundle->body)["entry"].size());
}

TEST_CASE("an anonymised bundle has neither patient nor device and every resource says what it is",
          "[bundle]") {
    SubjectPart who;
    who.anonymous = AnonymousPart{model::AgeBand{60, 69}, "intensive care"};
    const auto what =
        report({heart_rate(), temperature(), pressure(5, 150021, 0, "120"), pressure(6, 150021, 1, "80")});
    const ReportPart part{&what, who, {}};
    const auto bundle = render_bundle(settings(), {&part, 1}, uuid_of);
    REQUIRE(bundle);
    const auto made = json::parse(bundle->body);
    CHECK(made["meta"]["security"][0]["code"] == "ANONYED");
    REQUIRE(made["entry"].size() == 3);
    for (const auto& entry : made["entry"]) {
        const auto& resource = entry["resource"];
        CHECK(resource["resourceType"] == "Observation");
        CHECK(resource["meta"]["security"].dump().find("ANONYED") != std::string::npos);
        CHECK(resource["subject"]["reference"] == "#subject");
        REQUIRE(resource["contained"].size() == 1);
        CHECK(resource["contained"][0]["resourceType"] == "Patient");
        CHECK_FALSE(resource["contained"][0].contains("identifier"));
        CHECK_FALSE(resource["contained"][0].contains("meta"));  // dom-4, dom-5
        CHECK_FALSE(resource.contains("device"));
        CHECK(resource["performer"][0]["display"] == "intensive care");
    }
}

TEST_CASE("anonymised reports do not meet others in a bundle", "[bundle]") {
    const auto vital = report({heart_rate()});
    const auto technical = report({battery()});
    SubjectPart anonymous;
    anonymous.anonymous = AnonymousPart{};
    const ReportPart hidden{&vital, anonymous, {}};
    for (const ReportPart& other :
         {ReportPart{&vital, {nullptr, "RES1-4K0Z"}, device()}, ReportPart{&technical, {}, device()}}) {
        for (const auto& parts : {std::vector{hidden, other}, std::vector{other, hidden}}) {
            const auto refused = render_bundle(settings(), parts, uuid_of);
            REQUIRE_FALSE(refused);
            CHECK(refused.error().kind == ErrorKind::invalid_input);
        }
    }
    auto both = anonymous;
    both.pseudonym = "RES1-4K0Z";
    const ReportPart doubled{&vital, both, device()};
    CHECK(render_bundle(settings(), {&doubled, 1}, uuid_of).error().kind == ErrorKind::invalid_input);
}

TEST_CASE("what rendering costs", "[.measure]") {
    const auto identity = person();
    const auto what = report({heart_rate(), temperature(), saturation(), pressure(5, 150021, 0, "120"),
                              pressure(6, 150021, 1, "80"), pressure(7, 150021, 2, "93")});
    const std::vector<ReportPart> one{{&what, {&identity, {}}, device()}};
    std::vector<model::Report> reports(50, what);
    std::vector<ReportPart> many;
    for (std::size_t index = 0; index < reports.size(); ++index) {
        for (auto& observation : reports[index].observations)
            observation.id.octets[0] = static_cast<std::uint8_t>(index);
        many.push_back({&reports[index], {&identity, {}}, device()});
    }
    for (const auto* parts : std::initializer_list<const std::vector<ReportPart>*>{&one, &many}) {
        constexpr int rounds = 400;
        std::size_t octets = 0;
        const auto begun = std::clock();
        for (int round = 0; round < rounds; ++round)
            octets += render_bundle(settings(), *parts, uuid_of)->body.size();
        const double used = 1e6 * static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC / rounds;
        const auto observations = static_cast<double>(parts->size() * what.observations.size());
        std::printf("%zu reports: %.2f us CPU an observation, %zu octets a bundle\n", parts->size(),
                    used / observations, octets / rounds);
    }
    CHECK(render_bundle(settings(), many, uuid_of)->entries == 2 + 50 * 4);
}

namespace {

model::Observation version_of(std::uint8_t id, model::ResultStatus status, const char* value,
                              model::Category category = model::Category::laboratory) {
    auto made = temperature(id, value);
    made.category = category;
    made.result = {7};
    made.appraisal.status = status;
    return made;
}

json only_observation(const Bundle& bundle) {
    const auto made = json::parse(bundle.body);
    json found;
    for (const auto& entry : made["entry"]) {
        if (entry["resource"]["resourceType"] != "Observation") continue;
        CHECK(found.is_null());
        found = entry;
    }
    return found;
}

}  // namespace

// FHIR R4 observation-status; a conditional update takes the place of what has the identifier.
TEST_CASE("versions of a result are one resource in its place", "[bundle]") {
    using model::ResultStatus;
    const SubjectPart who{nullptr, "RES1-4K0Z"};
    const auto entry = [&](ResultStatus status, model::Category category = model::Category::laboratory) {
        return only_observation(
            *render(settings(),
                    report({version_of(static_cast<std::uint8_t>(status), status, "36.6", category)}), who));
    };
    const auto first = entry(ResultStatus::preliminary);
    CHECK(first["request"]["method"] == "POST");
    CHECK(first["resource"]["status"] == "preliminary");
    for (const auto& [status, word] :
         {std::pair(ResultStatus::final, "final"), std::pair(ResultStatus::corrected, "corrected"),
          std::pair(ResultStatus::deleted, "entered-in-error"),
          std::pair(ResultStatus::wrong_patient, "entered-in-error")}) {
        const auto later = entry(status);
        CHECK(later["request"]["method"] == "PUT");
        CHECK(later["resource"]["status"] == word);
        CHECK(later["resource"]["identifier"] == first["resource"]["identifier"]);
    }
    // A monitor's validated value has no preliminary one before it.
    CHECK(entry(ResultStatus::final, model::Category::measurement)["request"]["method"] == "POST");
    CHECK(entry(ResultStatus::corrected, model::Category::measurement)["request"]["method"] == "PUT");
    const auto unverified = entry(ResultStatus::unverified);
    CHECK(unverified["request"]["method"] == "POST");
    CHECK(unverified["resource"]["identifier"] != first["resource"]["identifier"]);
}

TEST_CASE("of several versions in one bundle the newest is written", "[bundle]") {
    const auto first = report({version_of(1, model::ResultStatus::preliminary, "36.6")});
    const auto second = report({version_of(2, model::ResultStatus::final, "36.7")});
    const SubjectPart who{nullptr, "RES1-4K0Z"};
    const std::vector<ReportPart> parts{{&first, who, device()}, {&second, who, device()}};
    const auto written = only_observation(*render_bundle(settings(), parts, uuid_of));
    CHECK(written["resource"]["status"] == "final");
    CHECK(written["resource"]["valueQuantity"]["value"] == 36.7);
}

// The codes are those of the MII's module ICU for 59408-5 and 60985-9 (src/fhir/mii_codes.cpp).
TEST_CASE("codings of the MII stand where the device says nothing of its own", "[bundle]") {
    auto how = settings();
    how.mii_codings = true;
    auto own = observation(1, 150456, "MDC_PULS_OXIM_SAT_O2", "59408-5", "97", "%");
    auto bare = observation(2, 0, "", "60985-9", "8", "mm[Hg]");
    const auto identity = person();
    const auto codings = [&](const BundleSettings& chosen, const model::Observation& one) {
        const auto bundle = nlohmann::json::parse(render(chosen, report({one}), {&identity, {}})->body);
        std::string all;
        for (const auto& coding : bundle["entry"].back()["resource"]["code"]["coding"])
            all.append(coding["code"].get<std::string>()).append(" ");
        return all;
    };
    CHECK(codings(how, own) == "2708-6 59408-5 150456 442476006 ");
    CHECK(codings(how, bare) == "60985-9 71420008 150084 ");
    CHECK(codings(settings(), bare) == "60985-9 ");
    // ISiK's profile has the same SNOMED CT code: once is enough.
    auto isik = settings(ProfileSet::isik);
    isik.mii_codings = true;
    CHECK(codings(isik, own) == "2708-6 150324 442476006 59408-5 150456 ");
}
