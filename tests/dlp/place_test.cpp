#include "place.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::dlp;

namespace {

bool nobody(std::string_view) {
    return false;
}

std::string place(std::string_view message, std::string_view of) {
    return place_of(message, message.find(of), nobody);
}

}  // namespace

TEST_CASE("a place in HL7 is a segment with its number and a field", "[place]") {
    const std::string_view message = "MSH|^~\\&|APP|FAC\rPID|||X\rOBX|1|NM|1\rOBX|2|ST|code||here";
    CHECK(place(message, "APP") == "MSH[1]-3");
    CHECK(place(message, "X\r") == "PID[1]-3");
    CHECK(place(message, "here") == "OBX[2]-5");
    CHECK(place_of("MSH|1\rzwitscherling|x", 6, nobody) == "octet 6");
}

TEST_CASE("a place in JSON is a pointer without a word that names a person", "[place]") {
    const std::string_view message =
        R"({"a":[{"b":"x"},{"b":{"kanarilda":"in \" it","c":12}}],"d 1":"last"})";
    CHECK(place(message, "x") == "/a/0/b");
    CHECK(place(message, "in ") == "/a/1/b/kanarilda");
    CHECK(place_of(message, message.find("in "), [](auto member) { return member == "kanarilda"; }) ==
          "/a/1/b/?");
    CHECK(place(message, "12") == "/a/1/b/c");
    CHECK(place(message, "last") == "/?");
    CHECK(place("text", "x") == "octet 2");
}

TEST_CASE("measured numbers are told from numbers in texts", "[place]") {
    const std::string_view hl7 =
        "MSH|^~\\&|\rOBX|1|NM|123456||654321\rOBX|2|ST|||765432\rOBX|3|NA|||1^222222";
    auto measured = [](std::string_view message, std::string_view what) {
        return is_measured(message, message.find(what));
    };
    CHECK(measured(hl7, "654321"));
    CHECK(measured(hl7, "222222"));
    CHECK_FALSE(measured(hl7, "123456"));
    CHECK_FALSE(measured(hl7, "765432"));
    const std::string_view json = R"({"value":654321,"text":"765432","data":"1 222222"})";
    CHECK(measured(json, "654321"));
    CHECK(measured(json, "222222"));
    CHECK_FALSE(measured(json, "765432"));
}

TEST_CASE("codes of public systems are told from codes of a vendor", "[place]") {
    auto is_public = [](std::string_view message, std::string_view code) {
        const auto begin = message.find(code);
        return is_public_code(message, begin, begin + code.size());
    };
    const std::string_view hl7 =
        "MSH|^~\\&|\rOBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC^8867-4^HR^LN|\rOBX|2|ST|135792^x^L|";
    CHECK(is_public(hl7, "147842"));
    CHECK_FALSE(is_public(hl7, "135792"));
    const std::string_view json =
        R"({"coding":[{"system":"urn:iso:std:iso:11073:10101","code":"147842","display":"135790"},)"
        R"({"system":"urn:vendor","code":"135792"}]})";
    CHECK(is_public(json, "147842"));
    CHECK_FALSE(is_public(json, "135790"));
    CHECK_FALSE(is_public(json, "135792"));
}
