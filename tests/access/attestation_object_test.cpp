#include "attestation_object.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::access {
namespace {

Bytes octets(std::string_view hex) {
    Bytes made;
    REQUIRE(from_hex(hex, made));
    return made;
}

constexpr const char* format = "63666d74646e6f6e65";        // "fmt": "none"
constexpr const char* statement = "6761747453746d74a0";     // "attStmt": {}
constexpr const char* data = "68617574684461746143010203";  // "authData": h'010203'
constexpr const char* other = "6161f5";                     // "a": true

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string made;
    for (const auto part : parts)
        made += part;
    return made;
}

bool readable(std::initializer_list<std::string_view> parts) {
    return read_attestation_object(octets(joined(parts))).has_value();
}

}  // namespace

TEST_CASE("an attestation object is read in any order", "[attestation_object]") {
    for (const auto& text : {joined({"a3", format, statement, data}), joined({"a3", data, format, statement}),
                             joined({"b803", statement, data, format})}) {
        const auto whole = octets(text);
        const auto object = read_attestation_object(whole).value();
        CHECK(object.format == "none");
        CHECK(to_hex(object.statement) == "a0");
        CHECK(to_hex(object.authenticator_data) == "010203");
    }
}

TEST_CASE("a statement of any CBOR is passed over", "[attestation_object]") {
    // RFC 8949, appendix A: integers, octets, text, arrays, maps, tags, simple values and floats.
    const auto whole = octets(joined({"a3", format, "6761747453746d74",
                                      "a8"
                                      "011bffffffffffffffff0220034401020304046449455446058301820203820405"
                                      "06a26161016162820203"
                                      "07c11a514b67b008fb3ff199999999999a",
                                      data}));
    const auto object = read_attestation_object(whole);
    REQUIRE(object);
    CHECK(to_hex(object->authenticator_data) == "010203");
}

TEST_CASE("what is missing, twice, unknown or behind is refused", "[attestation_object]") {
    CHECK_FALSE(readable({""}));
    CHECK_FALSE(readable({"a2", format, statement}));
    CHECK_FALSE(readable({"a3", format, statement}));
    CHECK_FALSE(readable({"a3", format, format, data}));
    CHECK_FALSE(readable({"a3", format, statement, other}));
    CHECK_FALSE(readable({"a4", format, statement, data, other}));
    CHECK_FALSE(readable({"a3", format, statement, data, "00"}));
    CHECK_FALSE(readable({"83", format, statement, data}));
    CHECK_FALSE(readable({"bf", format, statement, data, "ff"}));         // without an end
    CHECK_FALSE(readable({"a3", format, "6761747453746d7480", data}));    // no map
    CHECK_FALSE(readable({"a3", format, "6761747453746d74bfff", data}));  // a map without an end
    CHECK_FALSE(readable({"a3", format, statement, "686175746844617461", "63616263"}));  // a text
    CHECK_FALSE(readable({"a3", format, statement, "686175746844617461", "5bffffffffffffffff01"}));
    CHECK_FALSE(readable({"a3", format, "6761747453746d74bbffffffffffffffff01", data}));
}

TEST_CASE("nesting is bounded", "[attestation_object]") {
    const auto nested = [](std::size_t levels) {
        std::string text = joined({"a3", format, "6761747453746d74a101"});
        for (std::size_t i = 0; i < levels; ++i)
            text += "81";
        return text + "01" + data;
    };
    CHECK(read_attestation_object(octets(nested(6))));
    CHECK_FALSE(read_attestation_object(octets(nested(7))));
    CHECK_FALSE(read_attestation_object(octets(nested(1000))));
}

TEST_CASE("the head of authenticator data", "[attestation_object]") {
    const std::string hash(64, '7');
    const auto whole = octets(hash + "05" + "00000102");
    const auto head = read_authenticator_head(whole).value();
    CHECK(to_hex(head.relying_party) == hash);
    CHECK(head.user_present);
    CHECK(head.counter == 258);
    CHECK_FALSE(read_authenticator_head(octets(hash + "04" + "00000102")).value().user_present);
    CHECK_FALSE(read_authenticator_head(octets(hash + "05" + "000001")));
}

}  // namespace edgeward::access
