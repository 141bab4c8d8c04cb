#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <string>

#include "sample_message.hpp"

using namespace edgeward::mapping;

namespace {

MappedMessage worked() {
    return sample::mapped(
        sample::flat(
            "[[rule.value]]\nparameter = \"heart_rate\"\npath = \"$.HR\"\n"
            "[[rule.value]]\nparameter = \"spo2\"\npath = \"$.S\"\noff_values = [0]\n"
            "[[rule.value]]\nlocal_system = \"urn:x\"\nlocal_code = \"lead\"\ndisplay = \"Lead off\"\n"
            "category = \"technical\"\nkind = \"boolean\"\npath = \"$.L\"\n",
            "[patient]\npath = \"$.p\"\nauthority = \"KIS\"\n[sequence]\npath = \"$.s\"\n"
            "[quality]\npath = \"$.q\"\nquestionable = [\"Q\"]\n"),
        R"({"t":"2026-11-23T18:48:00Z","HR":62.8,"S":0,"L":true,"p":"4711","s":9,"q":"Q"})");
}

}  // namespace

TEST_CASE("a mapped sample reads as lines", "[describe]") {
    CHECK(describe(worked(), false) ==
          "report about a person, patient 4711 of KIS, sequence 9\n"
          "  2026-11-23T18:48:00.000Z  Heart rate (ECG) (MDC_ECG_HEART_RATE) = 62.8 /min  [vital_sign, "
          "questionable]\n"
          "  2026-11-23T18:48:00.000Z  Lead off (lead) = true  [technical, questionable]\n"
          "left out, off: 1\n");
}

TEST_CASE("a mapped sample is one JSON object", "[describe]") {
    const auto json = nlohmann::json::parse(describe(worked(), true));
    CHECK(json["reports"][0]["patient"]["value"] == "4711");
    CHECK(json["reports"][0]["sequence"] == 9);
    CHECK(json["reports"][0]["observations"][0]["code"]["mdc"] == 147842);
    CHECK(json["reports"][0]["observations"][0]["value"] == "62.8 /min");
    CHECK(json["reports"][0]["observations"][0]["id"].get<std::string>().size() == 32);
    CHECK(json["left_out"]["off"] == 1);
}
