#include <edgeward/dlp/inspector.hpp>

#include <algorithm>
#include <functional>

#include <catch2/catch_test_macros.hpp>

#include "messages.hpp"
#include "persons.hpp"

using namespace edgeward;
using namespace edgeward::dlp;

namespace {

std::string utf16(std::string_view latin, bool little) {
    std::string text;
    for (const char c : latin) {
        if (!little) text.push_back('\0');
        text.push_back(c);
        if (little) text.push_back('\0');
    }
    return text;
}

// UTF-8 of Latin-1 as one octet a letter.
std::string latin(std::string_view utf8) {
    std::string text;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        if (static_cast<unsigned char>(utf8[i]) < 0xC0) {
            text.push_back(utf8[i]);
        } else {
            text.push_back(static_cast<char>((static_cast<unsigned char>(utf8[i]) & 3U) << 6U |
                                             (static_cast<unsigned char>(utf8[i + 1]) & 0x3FU)));
            ++i;
        }
    }
    return text;
}

std::string each(std::string_view text, const std::function<std::string(unsigned char)>& write) {
    std::string all;
    for (const char c : text)
        all += write(static_cast<unsigned char>(c));
    return all;
}

std::string hex_of(unsigned char c) {
    return to_hex({&c, 1});
}

std::string upper(std::string_view text) {
    return each(
        text, [](unsigned char c) { return std::string(1, c >= 'a' && c <= 'z' ? char(c - 32) : char(c)); });
}

std::string replace(std::string text, std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

std::string base64(std::string_view text) {
    return to_base64(bytes_of(text));
}

struct Trick {
    std::string name;
    std::function<std::string(const std::string&)> encode;
};

// Every trick the documentation claims, as a function of clear UTF-8.
const std::vector<Trick>& tricks() {
    static const std::vector<Trick> all{
        {"clear", [](const auto& text) { return text; }},
        {"inside a sentence", [](const auto& text) { return "Patient: " + text + ", Bett frei"; }},
        {"upper case", [](const auto& text) { return upper(text); }},
        {"lower case and ae",
         [](const auto& text) { return replace(replace(replace(text, "Ü", "ue"), "ä", "ae"), "ß", "ss"); }},
        {"bare vowels",
         [](const auto& text) { return replace(replace(replace(text, "Ü", "U"), "ä", "a"), "ß", "ss"); }},
        {"decomposed",
         [](const auto& text) { return replace(replace(text, "Ü", "U\xCC\x88"), "ä", "a\xCC\x88"); }},
        {"ISO 8859-1", [](const auto& text) { return latin(text); }},
        {"UTF-16 LE", [](const auto& text) { return utf16(latin(text), true); }},
        {"UTF-16 BE with mark", [](const auto& text) { return "\xFE\xFF" + utf16(latin(text), false); }},
        {"HL7 hexadecimal", [](const auto& text) { return "\\X" + each(text, hex_of) + "\\"; }},
        {"HL7 hexadecimal of some",
         [](const auto& text) {
             return text.substr(0, 3).find('\xC3') == std::string::npos
                        ? "\\X" + hex_of(static_cast<unsigned char>(text[0])) + "\\" + text.substr(1)
                        : text;
         }},
        {"HL7 highlighting",
         [](const auto& text) { return text.substr(0, 4) + "\\H\\" + text.substr(4) + "\\N\\"; }},
        {"JSON escapes",
         [](const auto& text) {
             return each(latin(text), [](unsigned char c) { return "\\u00" + hex_of(c); });
         }},
        {"XML entities",
         [](const auto& text) {
             return each(latin(text), [](unsigned char c) { return "&#" + std::to_string(c) + ";"; });
         }},
        {"HTML entities",
         [](const auto& text) {
             return replace(replace(replace(text, "Ü", "&Uuml;"), "ä", "&auml;"), "ß", "&szlig;");
         }},
        {"percent",
         [](const auto& text) { return each(text, [](unsigned char c) { return "%" + hex_of(c); }); }},
        {"base64", [](const auto& text) { return base64(text); }},
        {"base64 shifted by one", [](const auto& text) { return base64("." + text + " ."); }},
        {"base64 shifted by two", [](const auto& text) { return base64("()" + text + "()"); }},
        {"base64url", [](const auto& text) { return to_base64url(bytes_of("<<?>>" + text)); }},
        {"base64 of ISO 8859-1", [](const auto& text) { return base64("Name: " + latin(text)); }},
        {"base64 of UTF-16", [](const auto& text) { return base64(utf16(latin(text), true)); }},
        {"base64 twice", [](const auto& text) { return base64(base64("Name: " + text)); }},
        {"base64 of JSON",
         [](const auto& text) {
             return base64("{\"a\":\"" +
                           each(latin(text), [](unsigned char c) { return "\\u00" + hex_of(c); }) + "\"}");
         }},
        {"HL7 ED", [](const auto& text) { return "^AP^Octet-stream^Base64^" + base64("The text: " + text); }},
        {"percent of entities",
         [](const auto& text) {
             return each(each(latin(text), [](unsigned char c) { return "&#x" + hex_of(c) + ";"; }),
                         [](unsigned char c) { return "%" + hex_of(c); });
         }},
        {"soft hyphen", [](const auto& text) { return text.substr(0, 5) + "\xC2\xAD" + text.substr(5); }},
        {"zero-width blank",
         [](const auto& text) { return text.substr(0, 5) + "\xE2\x80\x8B" + text.substr(5); }},
    };
    return all;
}

struct Plant {
    Detector detector;
    std::string text;
};

const std::vector<Plant>& plants() {
    static const std::vector<Plant> all{
        {Detector::identifier, "KANARIE-84651973"},
        {Detector::identifier, "KANARIE 84651973"},
        {Detector::identifier, "KANARIE84651973"},
        {Detector::identifier, "KANARIE-8465 1973"},
        {Detector::identifier, "KANARIE^84651973"},
        {Detector::identifier, "KANARIE&84651973"},
        {Detector::identifier, "KANARIE~84651973"},
        {Detector::identifier, "KANARIE_84_65_19_73"},
        {Detector::identifier, "FALL-55512873"},
        {Detector::identifier, "FALL/5551.2873"},
        {Detector::identifier, "91847362"},
        {Detector::identifier, "9184-7362"},
        {Detector::identifier, "91 84 73 62"},
        {Detector::identifier, "4711^^^KIS"},
        {Detector::name, "Ünderßräuscher"},
        {Detector::name, "Gelbfried"},
        {Detector::name, "Ünderßräuscher^Gelbfried"},
        {Detector::name, "Anna Koch"},
        {Detector::name, "Koch, Anna"},
        {Detector::name, "Koch^Anna"},
        {Detector::name, "Luedenscheidt"},
        {Detector::birth_date, "1941-08-17"},
        {Detector::birth_date, "19410817"},
        {Detector::birth_date, "17.08.1941"},
        {Detector::birth_date, "17.8.1941"},
        {Detector::birth_date, "17. August 1941"},
        {Detector::birth_date, "8/17/1941"},
        {Detector::kvnr, "J012345677"},
        {Detector::kvnr, "J 012 345 677"},
        {Detector::iban, "DE89370400440532013000"},
        {Detector::iban, "DE89 3704 0044 0532 0130 00"},
        {Detector::phone, "+49 30 23125000"},
        {Detector::phone, "0171/3920000"},
        {Detector::email, "kanarie@example.org"},
    };
    return all;
}

std::string in_json(std::string_view text) {
    return each(text, [](unsigned char c) {
        return c == '"' || c == '\\' ? std::string("\\") + char(c) : std::string(1, char(c));
    });
}

// `message` with `text` in place of every field in turn: MSH-3 and the rest of HL7, every string of JSON.
std::vector<std::pair<std::size_t, std::size_t>> fields_of(const std::string& hl7) {
    std::vector<std::pair<std::size_t, std::size_t>> fields;
    std::size_t at = hl7.find('|', 9) + 1;
    while (at < hl7.size()) {
        const std::size_t end = std::min(hl7.find_first_of("|\r", at), hl7.size());
        const bool name = at > 0 && hl7[at - 1] == '\r';
        if (!name) fields.emplace_back(at, end - at);
        at = end + 1;
    }
    return fields;
}
std::vector<std::pair<std::size_t, std::size_t>> strings_of(const std::string& json) {
    std::vector<std::pair<std::size_t, std::size_t>> strings;
    for (std::size_t at = json.find('"'); at != std::string::npos; at = json.find('"', at)) {
        std::size_t end = at + 1;
        while (json[end] != '"')
            end += json[end] == '\\' ? 2 : 1;
        if (json.compare(end + 1, 1, ":") != 0) strings.emplace_back(at + 1, end - at - 1);
        at = end + 1;
    }
    return strings;
}

struct Gateway {
    Gateway() : dictionary(invented::key()), inspector(dictionary, {}, {}) {
        invented::fill(dictionary, {invented::canary(), invented::common(), invented::compound()});
    }
    [[nodiscard]] std::vector<Finding> inspect(std::string_view message,
                                               const std::vector<std::string>& own = {}) const {
        return inspector.inspect(message, own, invented::now());
    }
    [[nodiscard]] bool finds(Detector detector, std::string_view message) const {
        const auto found = inspect(message);
        return std::any_of(found.begin(), found.end(),
                           [&](const Finding& one) { return one.detector == detector; });
    }
    Dictionary dictionary;
    Inspector inspector;
};

using Places = std::vector<std::pair<std::size_t, std::size_t>>;

// Plants everything in every place; gives how often. What is not found fails the test.
std::size_t plant_everywhere(const Gateway& gateway, const std::string& message, const Places& places,
                             bool json) {
    std::size_t planted = 0;
    for (const auto& trick : tricks()) {
        for (const auto& plant : plants()) {
            const std::string text = json ? in_json(trick.encode(plant.text)) : trick.encode(plant.text);
            for (const auto& [at, size] : places) {
                std::string body = message;
                body.replace(at, size, text);
                ++planted;
                if (gateway.finds(plant.detector, body)) continue;
                CAPTURE(trick.name, plant.text, at);
                FAIL("not found");
            }
        }
    }
    return planted;
}

}  // namespace

TEST_CASE("every kind of identity is found in every encoding and field of HL7", "[inspector]") {
    const Gateway gateway;
    std::mt19937 random(5);
    const auto message = rendered::hl7(random, rendered::report(random, 2));
    REQUIRE(message);
    REQUIRE(gateway.inspect(message->body, message->own).empty());
    const auto fields = fields_of(message->body);
    REQUIRE(fields.size() > 60);
    WARN("planted and found in HL7: " << plant_everywhere(gateway, message->body, fields, false));
}

TEST_CASE("every kind of identity is found in every encoding and string of FHIR", "[inspector]") {
    const Gateway gateway;
    std::mt19937 random(6);
    const auto message = rendered::fhir(random, rendered::report(random, 2));
    REQUIRE(message);
    REQUIRE(gateway.inspect(message->body, message->own).empty());
    const auto strings = strings_of(message->body);
    REQUIRE(strings.size() > 40);
    WARN("planted and found in FHIR: " << plant_everywhere(gateway, message->body, strings, true));
}

TEST_CASE("messages of our own renderers hold nothing of two hundred thousand persons", "[inspector]") {
    Dictionary dictionary(invented::key());
    std::mt19937 random(7);
    dictionary.begin_fill();
    for (std::uint32_t i = 0; i < 200'000; ++i)
        REQUIRE(dictionary.add(invented::person(random, i)));
    dictionary.end_fill();
    const Inspector inspector(dictionary, {}, {});
    std::size_t messages = 0;
    std::size_t octets = 0;
    for (int i = 0; i < 2500; ++i) {
        const auto report = rendered::report(random, 1 + random() % 12);
        for (const auto& message : {rendered::hl7(random, report), rendered::fhir(random, report)}) {
            if (!message) continue;
            ++messages;
            octets += message->body.size();
            const auto found = inspector.inspect(message->body, message->own, invented::now());
            for (const auto& one : found) {
                CAPTURE(name_of(one.detector), one.place);
                CHECK(found.empty());
            }
        }
    }
    CHECK(messages > 4000);
    WARN("clean messages: " << messages << ", octets: " << octets);
}

TEST_CASE("an identifier in a search of FHIR is no telephone number", "[inspector]") {
    const Dictionary nobody{Secret(Bytes(32, 7))};
    const Inspector inspector(nobody, {}, {});
    const auto found = [&](const std::string& text) {
        return !inspector.inspect(text, {}, system_clock().now()).empty();
    };
    const std::string uuid = "01234567-0171-8456-8abc-426614174000";
    CHECK_FALSE(found(R"({"ifNoneExist":"identifier=https://kis.example/device%7C)" + uuid + R"("})"));
    CHECK_FALSE(found(R"({"value":")" + uuid + R"("})"));
    CHECK(found(R"({"ifNoneExist":"identifier=https://kis.example/device%7C0171-8456123"})"));
}

TEST_CASE("a finding says where and never what", "[inspector]") {
    const Gateway gateway;
    const auto hl7 =
        gateway.inspect("MSH|^~\\&|A\rOBX|1|ST|1^x^L||ok\rOBX|2|ST|1^x^L||R2VsYmZyaWVkIGlzdCBkYQ==");
    REQUIRE(hl7.size() == 1);
    CHECK(hl7[0].detector == Detector::name);
    CHECK(hl7[0].place == "OBX[2]-5");
    const auto json = gateway.inspect(R"({"a":[{"Gelbfried":"x"},{"b":"\u0047elbfried"}]})");
    REQUIRE(json.size() == 2);
    CHECK(json[0].place == "/a/0/?");
    CHECK(json[1].place == "/a/1/b");
}

TEST_CASE("texts of our own are no findings and the same words elsewhere are", "[inspector]") {
    const Gateway gateway;
    const std::string message = "{\"device\":\"gelbfried-mon-1\",\"serial\":\"91847362\"}";
    CHECK(gateway.inspect(message).size() == 2);
    CHECK(gateway.inspect(message, {"gelbfried-mon-1", "91847362"}).empty());
    CHECK(gateway.inspect("{\"text\":\"gelbfried\"}", {"gelbfried-mon-1"}).size() == 1);
    const Inspector inspector(gateway.dictionary, {}, {"Gelbfried-Klinik"});
    CHECK(inspector.inspect("MSH|^~\\&|GELBFRIED-KLINIK|x", {}, invented::now()).empty());
}

TEST_CASE("a detector that is switched off finds nothing", "[inspector]") {
    const Gateway gateway;
    const std::string message =
        "Gelbfried 91847362, 1941-08-17; J012345677; a.b@example.org; +49 30 23125000";
    CHECK(gateway.inspect(message).size() == 6);
    for (const auto detector : {Detector::identifier, Detector::name, Detector::birth_date, Detector::kvnr,
                                Detector::phone, Detector::email}) {
        Detectors detectors;
        detectors.set(detector, false);
        const auto found = Inspector(gateway.dictionary, detectors, {}).inspect(message, {}, invented::now());
        CHECK(found.size() == 5);
        CHECK(std::none_of(found.begin(), found.end(),
                           [&](const Finding& one) { return one.detector == detector; }));
    }
}

TEST_CASE("measured numbers and public codes are no identifiers of six or seven digits", "[inspector]") {
    const Gateway gateway;  // knows 135792
    CHECK(gateway.inspect("MSH|^~\\&|\rOBX|1|NM|1^x^L||135792").empty());
    CHECK(gateway.inspect("MSH|^~\\&|\rOBX|1|NM|135792^MDC_X^MDC||1").empty());
    CHECK(gateway.inspect("MSH|^~\\&|\rOBX|1|ST|1^x^L||135792").size() == 1);
    CHECK(gateway.inspect("MSH|^~\\&|\rOBX|1|NM|135792^x^L||1").size() == 1);
    CHECK(gateway.inspect("MSH|^~\\&|\rOBX|1|NM|1^x^L||91847362").size() == 1);
}

TEST_CASE("dates of the last days are no dates of birth", "[inspector]") {
    Dictionary dictionary(invented::key());
    auto newborn = invented::canary();
    newborn.birth_date = "2026-11-20";
    invented::fill(dictionary, {newborn});
    const Inspector inspector(dictionary, {}, {});
    CHECK(inspector
              .inspect("gemessen am 2026-11-20", {},
                       *parse_rfc3339("2026-11-25T12:00:00Z").map([](auto time) { return time.utc; }))
              .empty());
    CHECK(
        inspector.inspect("gemessen am 2026-11-20", {}, parse_rfc3339("2027-01-25T12:00:00Z")->utc).size() ==
        1);
}

TEST_CASE("what is encoded too deep or compressed does not leave", "[inspector]") {
    const Gateway gateway;
    std::string text = "a harmless text, nothing in it";
    for (std::size_t depth = 0; depth < Inspector::deepest; ++depth)
        text = base64(text);
    CHECK(gateway.inspect(text).empty());
    CHECK(gateway.finds(Detector::opaque, base64(text)));
    std::string slashes = "x";
    for (int i = 0; i < 12; ++i)
        slashes = in_json("\\" + slashes);
    CHECK(gateway.finds(Detector::opaque, slashes));
    CHECK(gateway.finds(Detector::opaque, "{\"data\":\"H4sIAAAAAAAAA4sqzyxJTs5ILcrJzEsHAFr2cNcNAAAA\"}"));
}

TEST_CASE("a megabyte of escapes in escapes costs bounded time", "[inspector]") {
    const Gateway gateway;
    for (const std::string_view piece :
         {"&amp;amp;amp;amp;", "%2525252525", "\\\\\\\\\\\\u005c", "QUFBQUFBQUFBQUFB", "a ", "1 ", "0171-"}) {
        std::string text;
        while (text.size() < 1'000'000)
            text += piece;
        const auto begin = std::chrono::steady_clock::now();
        (void)gateway.inspect(text);
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
    }
}
