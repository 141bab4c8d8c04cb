#include "disclosure_memory.hpp"

#include <set>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "support/shipped_policy.hpp"

using namespace edgeward;
using namespace edgeward::policy;
using support::shipped_policy;

namespace {

DisclosureRequest ordinary() {
    DisclosureRequest made;
    made.destination = "kis";
    made.level = model::IdentityLevel::identified;
    made.legal_basis = "art9-2h";
    made.ward = "ITS1";
    made.device = "monitor-1";
    return made;
}

// One for each member, with that member alone another.
std::vector<DisclosureRequest> all_different() {
    std::vector<DisclosureRequest> made(11, ordinary());
    made[1].destination = "lis";
    made[2].purpose = model::Purpose::research;
    made[3].level = model::IdentityLevel::pseudonymous;
    made[4].legal_basis = "none";
    made[5].about_person = false;
    made[6].consent = Consent::given;
    made[7].production = false;
    made[8].ward = "ITS2";
    made[9].device = "monitor-2";
    made[10].restriction = Restriction::all;
    return made;
}

Decision decision(std::string_view rule) {
    return {true, {std::string(rule)}, {}};
}

}  // namespace

TEST_CASE("every member of a request tells it from others", "[disclosure_memory]") {
    std::set<std::string> seen;
    for (const auto& request : all_different())
        seen.insert(octets_of(request));
    CHECK(seen.size() == all_different().size());
    CHECK(octets_of(ordinary()) == octets_of(ordinary()));
}

TEST_CASE("the end of one field is not the beginning of the next", "[disclosure_memory]") {
    DisclosureRequest left = ordinary();
    left.ward = "ITS";
    left.device = "1monitor";
    DisclosureRequest right = ordinary();
    right.ward = "ITS1";
    right.device = "monitor";
    CHECK(octets_of(left) != octets_of(right));
}

TEST_CASE("a question is decided once", "[disclosure_memory]") {
    DisclosureMemory memory;
    int asked = 0;
    const auto decide = [&asked](const DisclosureRequest& request) {
        ++asked;
        return decision(request.ward);
    };
    DisclosureRequest other = ordinary();
    other.ward = "ITS2";
    CHECK(memory.recall(ordinary(), decide).rule() == "ITS1");
    CHECK(memory.recall(ordinary(), decide).rule() == "ITS1");
    CHECK(memory.recall(other, decide).rule() == "ITS2");
    CHECK(asked == 2);
}

TEST_CASE("a full memory forgets and still answers right", "[disclosure_memory]") {
    DisclosureMemory memory(2);
    int asked = 0;
    const auto decide = [&asked](const DisclosureRequest& request) {
        ++asked;
        return decision(request.ward);
    };
    const std::vector<std::string> wards{"A", "B", "C", "A"};
    for (const auto& ward : wards) {
        DisclosureRequest request = ordinary();
        request.ward = ward;
        CHECK(memory.recall(request, decide).rule() == ward);
    }
    CHECK(asked == 4);
}

TEST_CASE("a remembered answer is the one the policies give", "[disclosure_memory]") {
    const Decider decider = shipped_policy();
    for (int round = 0; round < 2; ++round) {
        for (const auto& request : all_different()) {
            const auto decided = decider.decide(request);
            const auto explained = decider.explain(request);
            CHECK(decided.has_value() == explained.allowed);
            CHECK((decided ? decided->rule() : decided.error().message) == explained.rule());
        }
    }
}

TEST_CASE("several threads ask at once", "[disclosure_memory]") {
    const Decider decider = shipped_policy();
    std::vector<std::thread> threads;
    std::vector<int> permitted(4, 0);
    for (int& count : permitted) {
        threads.emplace_back([&count, decider] {
            for (int round = 0; round < 500; ++round)
                for (const auto& request : all_different())
                    count += decider.decide(request) ? 1 : 0;
        });
    }
    for (auto& thread : threads)
        thread.join();
    for (const int count : permitted)
        CHECK(count == permitted.front());
    CHECK(permitted.front() > 0);
}
