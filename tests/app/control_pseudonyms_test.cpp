#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"
#include "support/shipped_policy.hpp"

namespace edgeward::app {
namespace {

// A person, and a research destination that knows the person by a pseudonym.
struct Known : Desk {
    Known() {
        model::Identity identity;
        identity.identifiers = {{"4711", "KIS", "MR"}, {"F-9", "KIS", "VN"}};
        identity.family = "Canaryname";
        subject = vault->admit(identity, "user:1").value();
        delivery::DestinationSettings research;
        research.name = "research";
        research.domain = "study";
        research.purpose = model::Purpose::research;
        research.level = model::IdentityLevel::pseudonymous;
        research.legal_basis = "consent";
        research.pseudonym_prefix = "RES";
        delivery::DestinationSettings vendor;
        vendor.name = "vendor";
        vendor.domain = "vendor";
        delivery::DeliveryPlan plan;
        plan.destinations = {research, vendor};
        plan.policy = support::shipped_policy();
        REQUIRE(delivery.apply(std::move(plan)));
        policy::DisclosureRequest request;
        request.destination = "research";
        request.purpose = model::Purpose::research;
        request.level = model::IdentityLevel::pseudonymous;
        request.legal_basis = "consent";
        request.consent = policy::Consent::given;
        text = vault
                   ->domain_pseudonym(subject.value(), *support::shipped_policy().decide(request), "study",
                                      "RES")
                   .value();
    }
    Answered resolve(const std::string& pseudonym, bool correct = false,
                     const std::string& reason = "withdrawal", const std::string& destination = "research") {
        const nlohmann::json body = {
            {"destination", destination}, {"pseudonym", pseudonym}, {"reason", reason}, {"correct", correct}};
        return ask("POST", {"v1", "pseudonyms", "resolve"}, body.dump());
    }
    std::optional<model::Pseudonym> subject;
    std::string text;
};

// Another symbol in the middle, where one wrong symbol can always be corrected.
std::string with_wrong_symbol(std::string text, std::size_t place) {
    text[place] = text[place] == '7' ? '9' : '7';
    return text;
}

}  // namespace

TEST_CASE("a pseudonym leads to the identifiers alone, after its record", "[control_pseudonyms]") {
    Known desk;
    const auto answered = desk.resolve(desk.text);
    REQUIRE(answered.status == 200);
    REQUIRE(answered.body.at("identifiers").size() == 2);
    CHECK(answered.body["identifiers"][0] ==
          nlohmann::json{{"value", "4711"}, {"authority", "KIS"}, {"type", "MR"}});
    CHECK(answered.body.dump().find("Canaryname") == std::string::npos);
    CHECK(answered.body.at("corrected") == false);
    const auto records = desk.records(audit::Action::pseudonym_resolved);
    REQUIRE(records.size() == 1);
    CHECK(records[0].actor == "user:1000");
    CHECK(records[0].object == "destination research");
    CHECK(records[0].rule == "withdrawal");
    CHECK(records[0].outcome == audit::Outcome::success);
    CHECK(records[0].subject == desk.subject);
}

TEST_CASE("without an audit record there is no answer", "[control_pseudonyms]") {
    Known desk;
    desk.store.writer->stop();
    const auto refused = desk.resolve(desk.text);
    CHECK(refused.status != 200);
    CHECK(refused.body.dump().find("4711") == std::string::npos);
}

TEST_CASE("a typing error is named by its place and corrected only when that is asked for",
          "[control_pseudonyms]") {
    Known desk;
    const std::size_t place = 5 + 9;  // data symbol 10 of 20, behind RES1-
    const auto wrong = with_wrong_symbol(desk.text, place);
    const auto refused = desk.resolve(wrong);
    CHECK(refused.status == 400);
    CHECK(refused.message().find("differs at character " + std::to_string(place + 1)) != std::string::npos);
    CHECK(refused.message().find(desk.text) == std::string::npos);
    CHECK(refused.message().find(wrong) == std::string::npos);
    CHECK(desk.records(audit::Action::pseudonym_resolved).empty());

    const auto corrected = desk.resolve(wrong, true);
    REQUIRE(corrected.status == 200);
    CHECK(corrected.body.at("corrected") == true);
    CHECK(corrected.body.at("pseudonym") == desk.text);
    CHECK(desk.resolve(with_wrong_symbol(with_wrong_symbol(desk.text, place), place + 2)).status == 400);
}

TEST_CASE("what is no pseudonym of that destination is refused before anybody is looked for",
          "[control_pseudonyms]") {
    Known desk;
    auto other_prefix = desk.text;
    other_prefix.replace(0, 3, "ABC");
    CHECK(desk.resolve(other_prefix).message().find("begins with RES1-") != std::string::npos);
    CHECK(desk.resolve("RES1-").status == 400);
    CHECK(desk.resolve(desk.text, false, "because").message().find("reason: expected one of") !=
          std::string::npos);
    CHECK(desk.resolve(desk.text, false, "safety", "nowhere").status == 400);
    CHECK(desk.resolve(desk.text, false, "safety", "vendor").message().find("gets pseudonyms") !=
          std::string::npos);
    CHECK(desk.ask("POST", {"v1", "pseudonyms", "resolve"}, R"({"destination":"research","name":"x"})")
              .status == 400);
    CHECK(desk.records(audit::Action::pseudonym_resolved).empty());
}

TEST_CASE("a pseudonym of nobody is said to be nobody's and recorded", "[control_pseudonyms]") {
    Known desk;
    REQUIRE(desk.vault->erase(*desk.subject));
    const auto nobody = desk.resolve(desk.text);
    CHECK(nobody.status != 200);
    CHECK(nobody.message().find("nobody's here") != std::string::npos);
    const auto records = desk.records(audit::Action::pseudonym_resolved);
    REQUIRE(records.size() == 1);
    CHECK(records[0].outcome == audit::Outcome::failure);
    CHECK_FALSE(records[0].subject);
}

}  // namespace edgeward::app
