#include <edgeward/pseudonym/pseudonymizer.hpp>

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <type_traits>

#include "support/at_once.hpp"

namespace edgeward::pseudonym {
namespace {

Secret counting_from(std::uint8_t first) {
    Bytes octets(32);
    for (std::size_t i = 0; i < octets.size(); ++i)
        octets[i] = static_cast<std::uint8_t>(first + i);
    return Secret(std::move(octets));
}

const Pseudonymizer& pseudonymizer() {
    static const Pseudonymizer instance(counting_from(0x01));
    return instance;
}

model::Observation observation_of(model::Category category) {
    model::Observation observation;
    observation.category = category;
    observation.code.mdc = 147842;
    return observation;
}

model::IdentifiedReport identified() {
    model::IdentifiedReport report;
    report.patient = model::PatientIdentifier{"4711-canary", "kis", "PI"};
    report.device = "monitor-7";
    report.sequence = 42;
    report.observations = {observation_of(model::Category::vital_sign)};
    return report;
}

// Golden values by OpenSSL 3.0's command line, with m = 0102…20 and s = a0a1…bf in hexadecimal:
//   k=$(openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt hexkey:$m -kdfopt info:INFO HKDF | tr -d ':\n')
//   printf $s | xxd -r -p | openssl dgst -sha256 -mac HMAC -macopt hexkey:$k
TEST_CASE("the internal pseudonym is the documented function of the secret", "[pseudonymizer]") {
    // INFO edgeward/pseudonym/1/store: 6e8ded546a09b28843bfd9a5bd8a6eb5 2aabf4b0…
    const auto pseudonym = pseudonymizer().internal(counting_from(0xA0));
    CHECK(to_hex(pseudonym.octets()) == "6e8ded546a09b28843bfd9a5bd8a6eb5");
}

TEST_CASE("the domain pseudonym is the documented function of secret and domain", "[pseudonymizer]") {
    // INFO edgeward/pseudonym/1/domain/research-lab: e82fd79541b25fb9a9050d6ca d5763de…, its first 100 bits
    // in symbols, and the check symbols, by an independent implementation in Python.
    CHECK(pseudonymizer().of_domain(counting_from(0xA0), "research-lab", "RES") ==
          "RES1-X0QXG5A1P9GVLA851NPADL");
}

TEST_CASE("the domain identifier is the documented function of id and domain", "[pseudonymizer]") {
    // INFO edgeward/identifier/1/research-lab over 00112233…eeff: 24446865ace8bd30e1679e5cbfb27dbc b265146e…;
    // RFC 9562 puts 8 and the variant bits into octets 6 and 8.
    Bytes id;
    REQUIRE(from_hex("00112233445566778899aabbccddeeff", id));
    CHECK(pseudonymizer().domain_uuid(id, "research-lab") == "24446865-ace8-8d30-a167-9e5cbfb27dbc");
}

TEST_CASE("the domain spread is the documented function of secret, purpose and domain", "[pseudonymizer]") {
    // INFO edgeward/spread/1/research-lab over s and "abc", by Python's hmac and hashlib: 521b34dcd4b646c9 …
    const auto spread = pseudonymizer().domain_spread(counting_from(0xA0), bytes_of("abc"), "research-lab");
    CHECK(spread == 0x521b34dcd4b646c9U);
    CHECK(pseudonymizer().domain_spread(counting_from(0xA1), bytes_of("abc"), "research-lab") != spread);
    CHECK(pseudonymizer().domain_spread(counting_from(0xA0), bytes_of("abd"), "research-lab") != spread);
    CHECK(pseudonymizer().domain_spread(counting_from(0xA0), bytes_of("abc"), "registry") != spread);
}

TEST_CASE("the same person has unrelated pseudonyms in two domains", "[pseudonymizer]") {
    std::set<std::string> seen;
    for (const char* domain : {"a", "b", "store", "a/b", ""}) {
        seen.insert(pseudonymizer().of_domain(counting_from(1), domain, "X").substr(3));
    }
    CHECK(seen.size() == 5);
    const Pseudonymizer other(counting_from(2));
    CHECK(other.of_domain(counting_from(1), "a", "X") !=
          pseudonymizer().of_domain(counting_from(1), "a", "X"));
    CHECK(other.internal(counting_from(1)) != pseudonymizer().internal(counting_from(1)));
}

TEST_CASE("a domain pseudonym passes its own check", "[pseudonymizer]") {
    for (std::uint8_t i = 0; i < 100; ++i) {
        const auto text = pseudonymizer().of_domain(counting_from(i), "lab", "LAB2");
        const auto checked = check_text(text);
        REQUIRE(checked);
        CHECK(checked->text == text);
        CHECK_FALSE(checked->corrected);
    }
}

TEST_CASE("a pseudonymized report keeps device sequence and observations only", "[pseudonymizer]") {
    // A report has no place for an identifier of a person.
    static_assert(!std::is_constructible_v<model::Report, model::IdentifiedReport>);
    const auto subject = pseudonymizer().internal(counting_from(1));
    const Instant received{std::chrono::milliseconds(1000)};
    auto from = identified();
    const auto report = Pseudonymizer::pseudonymize(std::move(from), subject, {"3A", "12", "1"}, received);
    CHECK(report.subject == subject);
    CHECK(report.device == "monitor-7");
    CHECK(report.sequence == 42);
    CHECK(report.received == received);
    CHECK(report.location == model::Location{"3A", "12", "1"});
    CHECK(report.observations == identified().observations);
    CHECK_FALSE(from.patient);  // NOLINT(bugprone-use-after-move): the identifier is gone from the source too
}

TEST_CASE("only a wholly technical report goes on without a person", "[pseudonymizer]") {
    auto technical = identified();
    technical.patient.reset();
    technical.about_person = false;
    technical.observations = {observation_of(model::Category::technical)};
    auto copy = technical;
    const auto report = Pseudonymizer::without_person(std::move(copy), {}, {});
    REQUIRE(report);
    CHECK_FALSE(report->subject);

    auto with_patient = technical;
    with_patient.patient = model::PatientIdentifier{"1", "kis", "PI"};
    CHECK(Pseudonymizer::without_person(std::move(with_patient), {}, {}).error().kind ==
          ErrorKind::invalid_input);
    auto about_person = technical;
    about_person.about_person = true;
    CHECK(Pseudonymizer::without_person(std::move(about_person), {}, {}).error().kind ==
          ErrorKind::invalid_input);
    auto clinical = technical;
    clinical.observations.push_back(observation_of(model::Category::vital_sign));
    CHECK(Pseudonymizer::without_person(std::move(clinical), {}, {}).error().kind ==
          ErrorKind::invalid_input);
}

TEST_CASE("a stored pseudonym is recalled from its sixteen octets only", "[pseudonymizer]") {
    const auto pseudonym = pseudonymizer().internal(counting_from(1));
    CHECK(recall(pseudonym.octets()).value() == pseudonym);
    CHECK(recall(Bytes(15, 1)).error().kind == ErrorKind::invalid_input);
    CHECK(recall(Bytes(17, 1)).error().kind == ErrorKind::invalid_input);
}

TEST_CASE("threads ask for pseudonyms of more domains than are kept at once", "[pseudonymizer]") {
    const Pseudonymizer asked(counting_from(0x01));
    const auto of_domain = [&](std::string_view domain) {
        return asked.of_domain(counting_from(0xA0), domain, "RES");
    };
    const auto wrong = support::at_once(4, [&](unsigned number) {
        const std::string known = "RES1-X0QXG5A1P9GVLA851NPADL";  // as above
        int count = 0;
        for (unsigned i = 0; i < 600; ++i) {
            const bool right =
                of_domain(std::to_string(4 * i + number)) != known && of_domain("research-lab") == known;
            count += right ? 0 : 1;
        }
        return count;
    });
    CHECK(wrong == std::vector<int>(4, 0));
}

}  // namespace
}  // namespace edgeward::pseudonym
