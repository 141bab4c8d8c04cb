#include "code_text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

#include "samples.hpp"

using namespace edgeward;
using namespace edgeward::fhir;
using namespace edgeward::fhir::samples;
using nlohmann::json;

namespace {

std::vector<std::string> codes_in(const std::string& member) {
    std::vector<std::string> codes;
    const auto parsed = json::parse("{" + member + "}");
    for (const auto& coding : parsed["code"]["coding"])
        codes.push_back(coding["code"]);
    return codes;
}

std::string code_of(const model::Code& code, const Surroundings& around) {
    std::string out;
    append_code(out, around, code, vital_sign_of(code));
    return out;
}

}  // namespace

TEST_CASE("a code that is known is written as it was the first time", "[code_text]") {
    const auto how = settings(GENERATE(ProfileSet::base, ProfileSet::isik));
    const Surroundings alone{how};
    KnownTexts known;
    Surroundings together{how};
    together.known = &known;
    for (int round = 0; round < 2; ++round) {
        for (const auto& observation : {heart_rate(), temperature(), saturation()}) {
            INFO(observation.code.display << " in round " << round);
            CHECK(code_of(observation.code, together) == code_of(observation.code, alone));
        }
    }
}

TEST_CASE("codes that differ in one vocabulary are not taken for each other", "[code_text]") {
    const auto how = settings();
    KnownTexts known;
    Surroundings around{how};
    around.known = &known;
    model::Code code = heart_rate().code;
    const auto first = code_of(code, around);
    code.display = "Pulse, as the ward calls it";
    CHECK(json::parse("{" + code_of(code, around) + "}")["code"]["text"] == code.display);
    code = heart_rate().code;
    code.mdc = 0;
    CHECK(codes_in(code_of(code, around)) == std::vector<std::string>{"8867-4"});
    CHECK(code_of(heart_rate().code, around) == first);
}

TEST_CASE("more codes than are kept are written all the same", "[code_text]") {
    const auto how = settings();
    KnownTexts known;
    Surroundings around{how};
    around.known = &known;
    for (std::uint32_t number = 1; number <= 200; ++number) {
        model::Code code;
        code.mdc = number;
        CHECK(codes_in(code_of(code, around)) == std::vector<std::string>{std::to_string(number)});
    }
}

TEST_CASE("a part of a blood pressure has the profile's codes and the device's own", "[code_text]") {
    const auto& codes = codes_of(PressurePart::systolic);
    model::Code own;
    own.mdc = codes.mdc;
    own.mdc_refid = codes.refid;
    own.loinc = "8480-6";
    KnownTexts known;
    for (const bool isik : {false, true}) {
        const auto how = settings(isik ? ProfileSet::isik : ProfileSet::base);
        for (KnownTexts* texts : {static_cast<KnownTexts*>(nullptr), &known, &known}) {
            if (isik) known = {};
            Surroundings around{how};
            around.known = texts;
            std::string out;
            append_component_code(out, around, codes, &own);
            // ISiK has the MDC code in its profile: the device's own is not written a second time.
            const auto mdc = std::to_string(codes.mdc);
            CHECK(codes_in(out) == (isik ? std::vector<std::string>{"8480-6", mdc, std::string(codes.snomed)}
                                         : std::vector<std::string>{"8480-6", mdc}));
        }
        std::string missing;
        append_component_code(missing, Surroundings{how}, codes, nullptr);
        CHECK(codes_in(missing).front() == "8480-6");
    }
}
