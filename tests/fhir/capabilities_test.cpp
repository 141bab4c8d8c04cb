#include <edgeward/fhir/capabilities.hpp>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

using namespace edgeward;
using namespace edgeward::fhir;
using nlohmann::json;

namespace {

// The parts of CapabilityStatement (FHIR R4) that matter here.
json statement() {
    json resources = json::array();
    for (const char* type : {"Patient", "Device", "Observation"})
        resources.push_back({{"type", type}, {"interaction", {{{"code", "read"}}, {{"code", "create"}}}}});
    return {{"resourceType", "CapabilityStatement"},
            {"id", "here"},
            {"date", "2026-11-23"},
            {"kind", "instance"},
            {"software", {{"name", "KIS"}, {"version", "1"}}},
            {"fhirVersion", "4.0.1"},
            {"format", {"application/fhir+json"}},
            {"rest",
             {{{"mode", "server"}, {"interaction", {{{"code", "transaction"}}}}, {"resource", resources}}}}};
}

std::vector<std::string> missing(const json& of, BundleForm form = BundleForm::transaction) {
    const auto read = read_capabilities(of.dump(), form);
    REQUIRE(read);
    return read->missing;
}

}  // namespace

TEST_CASE("a server that states what transactions need lacks nothing", "[capabilities]") {
    CHECK(missing(statement()).empty());
}

TEST_CASE("what a statement does not have is named", "[capabilities]") {
    auto less = statement();
    less["format"] = {"xml"};
    less["rest"][0]["interaction"] = json::array();
    less["rest"][0]["resource"].erase(2);
    CHECK(missing(less) ==
          std::vector<std::string>{"format json", "interaction transaction", "create of Observation"});
    less["rest"][0]["mode"] = "client";
    CHECK(missing(less) == std::vector<std::string>{"format json", "rest of mode server"});
    // A document is posted to the base, whatever else the server can do.
    auto isik = statement();
    isik["rest"][0]["interaction"] = json::array();
    CHECK(missing(isik, BundleForm::isik_report).empty());
}

TEST_CASE("a statement differs when what is stated does and not by its date", "[capabilities]") {
    const auto text_of = [](const json& one) {
        return read_capabilities(one.dump(), BundleForm::transaction)->stated;
    };
    auto later = statement();
    later["date"] = "2026-11-24";
    later["id"] = "there";
    later["text"] = {{"status", "generated"}};
    CHECK(text_of(later) == text_of(statement()));
    later["software"]["version"] = "2";
    CHECK(text_of(later) != text_of(statement()));
}

TEST_CASE("what is no statement is refused", "[capabilities]") {
    for (const char* body : {"", "<html></html>", "[]", R"({"resourceType":"OperationOutcome"})", "{}",
                             R"({"resourceType":"CapabilityStatement","date":"1","date":"2"})"})
        CHECK(read_capabilities(body, BundleForm::transaction).error().kind == ErrorKind::invalid_input);
    // Members of another kind than FHIR has there are not there.
    const auto odd = read_capabilities(
        R"({"resourceType":"CapabilityStatement","format":"json","rest":[1,{"mode":"server","resource":[2]}]})",
        BundleForm::transaction);
    REQUIRE(odd);
    CHECK(odd->missing.size() == 5);
}
