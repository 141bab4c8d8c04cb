// Time of one inspection and memory of the dictionary, with 200,000 persons. docs/dlp.md has the figures.
//
//   .build/release/tests/dlp/edgeward_dlp_tests "an inspection of a kilobyte*"

#include <ctime>

#include <catch2/catch_test_macros.hpp>

#include "messages.hpp"
#include "persons.hpp"

using namespace edgeward;
using namespace edgeward::dlp;

TEST_CASE("an inspection of a kilobyte takes microseconds whoever is known", "[inspector_speed]") {
    Dictionary dictionary(invented::key());
    std::mt19937 random(7);
    dictionary.begin_fill();
    for (std::uint32_t i = 0; i < 200'000; ++i)
        REQUIRE(dictionary.add(invented::person(random, i)));
    dictionary.end_fill();
    const Inspector inspector(dictionary, {}, {});
    for (const bool json : {false, true}) {
        std::vector<rendered::Message> messages;
        std::size_t octets = 0;
        while (messages.size() < 2000) {
            const auto report = rendered::report(random, 1 + random() % 6);
            if (auto message = json ? rendered::fhir(random, report) : rendered::hl7(random, report)) {
                octets += message->body.size();
                messages.push_back(*std::move(message));
            }
        }
        const std::clock_t begin = std::clock();  // of this process: others may run beside it
        std::size_t found = 0;
        for (int round = 0; round < 3; ++round) {
            for (const auto& message : messages)
                for (const auto& one : inspector.inspect(message.body, message.own, invented::now())) {
                    INFO(name_of(one.detector) << " at " << one.place);
                    CHECK(++found == 0);
                }
        }
        const double took = 1e6 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        const double per_kilobyte = took / (3.0 * static_cast<double>(octets) / 1000.0);
        CHECK(found == 0);
        CHECK(per_kilobyte < 1000);  // a machine under load, without optimization, with sanitizers
        WARN((json ? "FHIR" : "HL7") << ": " << per_kilobyte << " us for 1000 octets, "
                                     << octets / messages.size() << " octets a message; entries "
                                     << dictionary.entries() << ", octets of the table "
                                     << dictionary.octets());
    }
}
