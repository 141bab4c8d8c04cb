#include "command_access.hpp"

#include <catch2/catch_test_macros.hpp>

#include "access_sample.hpp"
#include "installation.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::vector<std::string> asking(const fs::path& folder) {
    return {"person", "access", "--patient", "4711", "--authority", "KIS", "--out", folder.string()};
}

}  // namespace

TEST_CASE("an access request becomes four files that are whole", "[command_access]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/persons/access", sample::access_head());
    daemon.answers_with("POST", "/v1/persons/access/reports", [](const admin::HttpRequest& request) {
        auto page = sample::access_page();
        const auto after = json::parse(request.body).value("after", 0);
        if (after == 0) page["next"] = {{"subject", 0}, {"after", 7}};
        return admin::json_response(200, page.dump());
    });
    daemon.start();
    const auto folder = here.folder() / "answer";
    const auto ran = here.run(asking(folder));
    REQUIRE(ran.code == exit_success);
    CHECK(contains(ran.out, "2 reports"));
    CHECK(daemon.asked().size() == 3);
    CHECK(daemon.body() == json{{"patient", {{"value", "4711"}, {"authority", "KIS"}}},
                                {"reason", "art15_request"},
                                {"subject", 0},
                                {"after", 7}});
    const auto plain = json::parse(support::text_of_file(folder / "access.json"));
    CHECK(plain.at("reports").size() == 2);
    CHECK(plain.at("person").at("family") == "M\xc3\xbcller");
    const auto bundle = json::parse(support::text_of_file(folder / "access.fhir.json"));
    CHECK(bundle.at("type") == "collection");
    REQUIRE(bundle.at("entry").size() == 3);  // the Patient once
    CHECK(bundle.at("entry").at(0).at("resource").at("resourceType") == "Patient");
    for (const char* page : {"auskunft.html", "access.html"}) {
        const auto text = support::text_of_file(folder / page);
        CHECK(text.ends_with("</html>\n"));
        CHECK(contains(text, "62 /min"));
        CHECK((fs::status(folder / page).permissions() & (fs::perms::group_all | fs::perms::others_all)) ==
              fs::perms::none);
    }
}

TEST_CASE("a person without measurements is a Patient alone", "[command_access]") {
    const Installation here;
    CannedDaemon daemon(here);
    daemon.answers("POST", "/v1/persons/access", sample::access_head());
    daemon.answers("POST", "/v1/persons/access/reports",
                   {{"reports", json::array()}, {"entries", json::array()}, {"next", nullptr}});
    daemon.start();
    const auto folder = here.folder() / "answer";
    REQUIRE(here.run(asking(folder)).code == exit_success);
    const auto bundle = json::parse(support::text_of_file(folder / "access.fhir.json"));
    REQUIRE(bundle.at("entry").size() == 1);
    const auto& patient = bundle.at("entry").at(0).at("resource");
    CHECK(patient.at("identifier").at(0).at("value") == "4711");
    CHECK(patient.at("name").at(0).at("family") == "M\xc3\xbcller");
    CHECK(json::parse(support::text_of_file(folder / "access.json")).at("reports").empty());
}

TEST_CASE("half an answer does not stay and nobody's is none", "[command_access]") {
    const Installation here;
    CannedDaemon daemon(here);
    std::atomic<bool> known = true;
    daemon.answers_with("POST", "/v1/persons/access", [&](const admin::HttpRequest&) {
        return admin::json_response(200, known ? sample::access_head().dump() : R"({"known":false})");
    });
    daemon.answers_with("POST", "/v1/persons/access/reports", [](const admin::HttpRequest&) {
        return admin::error_response({ErrorKind::unavailable, "the store is busy"});
    });
    daemon.start();
    const auto folder = here.folder() / "answer";
    CHECK(here.run(asking(folder)).code == exit_unavailable);
    CHECK_FALSE(fs::exists(folder));
    known = false;
    const auto nobody = here.run(asking(folder));
    CHECK(nobody.code == exit_failure);
    CHECK(contains(nobody.err, "nobody has this identifier"));
    fs::create_directories(folder);
    write_text(folder / "mine.txt", "keep");
    CHECK(contains(here.run(asking(folder)).err, "expected a new or an empty folder"));
    CHECK(fs::exists(folder / "mine.txt"));
}

}  // namespace edgeward::app
