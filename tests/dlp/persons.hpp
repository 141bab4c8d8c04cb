#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/dlp/dictionary.hpp>
#include <edgeward/dlp/inspector.hpp>

// Invented persons for the tests of module dlp.
namespace edgeward::dlp::invented {

inline Secret key() {
    Bytes octets(32);
    for (std::size_t i = 0; i < octets.size(); ++i)
        octets[i] = static_cast<std::uint8_t>(7 * i + 1);
    return Secret(std::move(octets));
}

inline model::Identity canary() {
    model::Identity one;
    one.identifiers = {{"KANARIE-84651973", "KIS", "MR"}, {"91847362", "KIS", "PI"}, {"4711", "KIS", "MR"}};
    one.family = "Ünderßräuscher";
    one.given = "Gelbfried";
    one.birth_date = "1941-08-17";
    one.visit_number = "FALL-55512873";
    return one;
}

// Both of their names are words of every ward.
inline model::Identity common() {
    model::Identity one;
    one.identifiers = {{"KANARIE-31415926", "KIS", "MR"}};
    one.family = "Koch";
    one.given = "Anna";
    one.birth_date = "1937-04-29";
    return one;
}

inline model::Identity compound() {
    model::Identity one;
    one.identifiers = {{"135792", "KIS", "MR"}};
    one.family = "Müller-Lüdenscheidt";
    one.given = "Jean-Luc Étienne";
    one.birth_date = "1988-12-01";
    return one;
}

inline std::string syllables(std::mt19937& random, int count) {
    constexpr std::array<std::string_view, 24> parts{"ber", "gel", "hau", "ken", "lim", "mor", "nes",  "pol",
                                                     "rie", "sta", "tus", "vol", "wei", "zan", "dre",  "fur",
                                                     "gru", "hol", "jas", "kor", "mei", "rau", "schi", "tro"};
    std::string word;
    for (int i = 0; i < count; ++i)
        word += parts.at(random() % parts.size());
    word[0] = static_cast<char>(word[0] - 'a' + 'A');
    return word;
}

// As a hospital numbers them: eight digits a case, seven a patient, one after the other.
inline model::Identity person(std::mt19937& random, std::uint32_t number) {
    auto two = [](std::uint_fast32_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    model::Identity one;
    one.identifiers = {{std::to_string(1'000'000 + number), "KIS", "MR"}};
    one.family = syllables(random, 3);
    one.given = syllables(random, 2);
    one.birth_date =
        std::to_string(1930 + random() % 96U) + "-" + two(1 + random() % 12) + "-" + two(1 + random() % 28);
    one.visit_number = std::to_string(20'000'000 + number);
    return one;
}

inline void fill(Dictionary& dictionary, const std::vector<model::Identity>& persons) {
    dictionary.begin_fill();
    for (const auto& one : persons)
        (void)dictionary.add(one);
    dictionary.end_fill();
}

inline Instant now() {
    return parse_rfc3339("2026-11-25T12:00:00Z")->utc;
}

}  // namespace edgeward::dlp::invented
