#include <algorithm>
#include <ctime>

#include <catch2/catch_test_macros.hpp>

#include "support/program.hpp"
#include "support/shipped_policy.hpp"

// How much processor time one decision takes. Hidden: a figure of a machine.
//
//   .build/release/tests/policy/edgeward_policy_tests "[.speed]"
using namespace edgeward;
using namespace edgeward::policy;

namespace {

constexpr std::size_t decisions = 20'000;

// The shipped policies among others of a hospital, 200 in all.
Decider two_hundred() {
    const auto shipped = support::text_of_file(support::shipped_policies() / "default.cedar");
    std::string text = shipped;
    for (std::size_t i = support::shipped_policy().size(); i < 200; ++i) {
        const std::string number = std::to_string(i);
        text += "@id(\"own-" + number +
                "\") forbid (principal is Destination, action == Action::\"disclose\", resource is Report)\n"
                "when { principal.purpose == \"research\" && [\"W" +
                number + "\", \"X" + number + "\"].contains(resource.ward) && resource.device like \"eeg-*-" +
                number + "\" };\n";
    }
    const auto loaded = parse_policies_of(text, "speed.cedar");
    REQUIRE(loaded.problems.empty());
    REQUIRE(loaded.decider.size() == 200);
    return loaded.decider;
}

// Of this thread: what others do on the machine is not the decision's.
double processor_microseconds() {
    std::timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

void measure(const char* what, const Decider& decider) {
    DisclosureRequest request;
    request.destination = "research";
    request.purpose = model::Purpose::research;
    request.level = model::IdentityLevel::pseudonymous;
    request.legal_basis = "consent";
    request.consent = Consent::given;
    request.ward = "W123";
    request.device = "eeg-3-7";
    std::vector<double> times;
    times.reserve(decisions);
    for (std::size_t i = 0; i < decisions; ++i) {
        const double begin = processor_microseconds();
        const auto decision = decider.explain(request);  // decide() remembers
        times.push_back(processor_microseconds() - begin);
        REQUIRE(decision.allowed);
    }
    std::sort(times.begin(), times.end());
    const double p99 = times[decisions * 99 / 100];
    WARN(what << ": median " << times[decisions / 2] << " us, p99 " << p99 << " us");
    CHECK(p99 <= 100);
}

}  // namespace

TEST_CASE("a decision takes at most 100 us", "[.speed]") {
    measure("shipped policies", support::shipped_policy());
    measure("200 policies", two_hundred());
}
