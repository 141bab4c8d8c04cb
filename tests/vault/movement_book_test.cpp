#include "movement_book.hpp"

#include <set>

#include <catch2/catch_test_macros.hpp>

#include "bedside.hpp"

namespace edgeward::vault {
namespace {

using enum MovementKind;

std::string refusal(const Result<MovementOutcome>& outcome) {
    return outcome ? "" : outcome.error().message;
}

TEST_CASE("a person goes from bed to bed and leaves", "[movement_book]") {
    Bedside ward;
    REQUIRE(ward.tell(ward.movement(arrival, "1", "A", 0)));
    REQUIRE(ward.tell(ward.movement(transfer, "1", "B", 10)));
    REQUIRE(ward.tell(ward.movement(departure, "1", "", 20)));
    CHECK(ward.in("A", -1) == "-");
    CHECK(ward.in("A", 0) == "1");
    CHECK(ward.in("A", 10) == "-");
    CHECK(ward.in("B", 10) == "1");
    CHECK(ward.in("B", 20) == "-");
}

TEST_CASE("late movements take their place in time", "[movement_book]") {
    Bedside ward;
    REQUIRE(ward.tell(ward.movement(departure, "1", "", 30)));
    REQUIRE(ward.tell(ward.movement(arrival, "1", "A", 0)));
    CHECK(ward.in("A", 20) == "1");
    REQUIRE(ward.tell(ward.movement(transfer, "1", "B", 10)));
    CHECK(ward.in("A", 20) == "-");
    CHECK(ward.in("B", 20) == "1");
    CHECK(ward.in("B", 30) == "-");
}

TEST_CASE("two persons in a bed are nobody's guess until one has left", "[movement_book]") {
    Bedside ward;
    REQUIRE(ward.tell(ward.movement(arrival, "1", "A", 0, "V1")));
    REQUIRE(ward.tell(ward.movement(arrival, "2", "A", 10, "V2")));
    CHECK(ward.in("A", 5) == "1");
    CHECK(ward.in("A", 15) == "?");
    REQUIRE(ward.tell(ward.movement(departure, "1", "", 10, "V1")));
    CHECK(ward.in("A", 15) == "2");
}

TEST_CASE("a cancelled transfer leads back and only once", "[movement_book]") {
    Bedside ward;
    REQUIRE(ward.tell(ward.movement(arrival, "1", "A", 0)));
    REQUIRE(ward.tell(ward.movement(transfer, "1", "B", 10)));
    REQUIRE(ward.tell(ward.movement(transfer, "1", "C", 20)));
    REQUIRE(ward.tell(ward.movement(transfer_cancelled, "1", "B", 25)));
    CHECK(ward.in("B", 30) == "1");
    CHECK(ward.in("C", 30) == "-");
    // Told again under another control id: the person is in B already.
    CHECK(refusal(ward.tell(ward.movement(transfer_cancelled, "1", "B", 26))) == movement_unknown);
    CHECK(ward.in("B", 30) == "1");
}

TEST_CASE("a movement told twice is cancelled whole", "[movement_book]") {
    Bedside ward;
    REQUIRE(ward.tell(ward.movement(arrival, "1", "A", 0)));
    REQUIRE(ward.tell(ward.movement(transfer, "1", "B", 10)));
    REQUIRE(ward.tell(ward.movement(transfer, "1", "B", 10)));
    REQUIRE(ward.tell(ward.movement(transfer_cancelled, "1", "A", 12)));
    CHECK(ward.in("A", 15) == "1");
    CHECK(ward.in("B", 15) == "-");
}

TEST_CASE("a cancelled discharge opens the bed again", "[movement_book]") {
    Bedside ward;
    REQUIRE(ward.tell(ward.movement(arrival, "1", "A", 0)));
    REQUIRE(ward.tell(ward.movement(departure, "1", "", 10)));
    CHECK(ward.in("A", 15) == "-");
    REQUIRE(ward.tell(ward.movement(departure_cancelled, "1", "A", 12)));
    CHECK(ward.in("A", 15) == "1");
    CHECK(refusal(ward.tell(ward.movement(departure_cancelled, "1", "A", 13))) == movement_unknown);
}

TEST_CASE("a cancelled admission never happened and what is still to come of it neither", "[movement_book]") {
    Bedside ward;
    REQUIRE(ward.tell(ward.movement(arrival, "1", "A", 0)));
    auto late = ward.movement(transfer, "1", "B", 5);
    REQUIRE(ward.tell(ward.movement(arrival_cancelled, "1", "A", 20)));
    CHECK(ward.in("A", 2) == "-");
    REQUIRE(ward.tell(std::move(late)));
    CHECK(ward.in("B", 10) == "-");
    REQUIRE(ward.tell(ward.movement(arrival, "1", "A", 30)));
    CHECK(ward.in("A", 31) == "1");
    CHECK(ward.in("A", 2) == "-");
}

TEST_CASE("what is cancelled and not known is refused", "[movement_book]") {
    Bedside ward;
    for (const auto kind : {arrival_cancelled, transfer_cancelled, departure_cancelled})
        CHECK(refusal(ward.tell(ward.movement(kind, "1", "A", 0))) == movement_unknown);
}

TEST_CASE("a marked movement is corrected and cancelled by its mark", "[movement_book]") {
    Bedside ward;
    const auto marked = [&](MovementKind kind, const char* bed, int minute, const char* mark) {
        auto movement = ward.movement(kind, "1", bed, minute);
        movement.mark = mark;
        return movement;
    };
    REQUIRE(ward.tell(marked(arrival, "A", 0, "m1")));
    REQUIRE(ward.tell(marked(transfer, "B", 10, "m2")));
    REQUIRE(ward.tell(marked(transfer, "C", 8, "m2")));  // UPDATE: it was C, and earlier
    CHECK(ward.in("B", 15) == "-");
    CHECK(ward.in("C", 8) == "1");
    auto correction = marked(demographics, "D", 9, "m2");
    correction.corrects = true;
    REQUIRE(ward.tell(correction));
    CHECK(ward.in("C", 8) == "-");
    CHECK(ward.in("D", 9) == "1");
    REQUIRE(ward.tell(marked(cancellation, "", 20, "m2")));
    CHECK(ward.in("A", 15) == "1");
    CHECK(refusal(ward.tell(marked(cancellation, "", 20, "m3"))) == movement_unknown);
}

TEST_CASE("an older telling does not undo a newer one", "[movement_book]") {
    Bedside ward;
    auto first = ward.movement(arrival, "1", "A", 0);
    auto second = ward.movement(arrival, "1", "B", 0);
    first.mark = second.mark = "m1";
    REQUIRE(ward.tell(second));
    REQUIRE(ward.tell(first));
    CHECK(ward.in("A", 5) == "-");
    CHECK(ward.in("B", 5) == "1");
}

TEST_CASE("another person's visit or movement is not taken", "[movement_book]") {
    Bedside ward;
    auto mine = ward.movement(arrival, "1", "A", 0, "V1");
    mine.mark = "m1";
    REQUIRE(ward.tell(mine));
    CHECK(refusal(ward.tell(ward.movement(transfer, "2", "B", 5, "V1"))) == movement_conflict);
    auto theirs = ward.movement(arrival, "2", "B", 5, "V2");
    theirs.mark = "m1";
    CHECK(refusal(ward.tell(theirs)) == movement_conflict);
    CHECK(ward.in("A", 6) == "1");
    CHECK(ward.in("B", 6) == "-");
    // The refused messages left nothing behind, not even the person.
    CHECK(ward->count_persons().value() == 1);
}

TEST_CASE("identifiers of two persons in one message are not merged by it", "[movement_book]") {
    Bedside ward;
    REQUIRE(ward.tell(ward.movement(arrival, "1", "A", 0, "V1")));
    REQUIRE(ward.tell(ward.movement(arrival, "2", "B", 0, "V2")));
    auto both = ward.movement(demographics, "1", "", 5);
    both.patient.identifiers.push_back(identifier("2"));
    CHECK(refusal(ward.tell(both)) == movement_conflict);
}

TEST_CASE("what a message leaves empty stays known", "[movement_book]") {
    Bedside ward;
    auto admission = ward.movement(arrival, "1", "A", 0);
    admission.patient.family = "Family";
    admission.patient.birth_date = "1950-01-02";
    admission.patient.sex = "female";
    REQUIRE(ward.tell(admission));
    auto update = ward.movement(demographics, "1", "", 5);
    update.patient.given = "Given";
    REQUIRE(ward.tell(update));
    const auto subject = ward->subject_of(identifier("1")).value();
    const auto known = ward->disclose(subject.pseudonym, permit_of(model::IdentityLevel::identified));
    const auto& identity = known->reveal();
    CHECK(identity.family == "Family");
    CHECK(identity.given == "Given");
    CHECK(identity.birth_date == "1950-01-02");
    CHECK(identity.sex == "female");
    CHECK(identity.visit_number == "V1");
}

TEST_CASE("after a merge both pseudonyms are the survivor's", "[movement_book]") {
    Bedside ward;
    REQUIRE(ward.tell(ward.movement(arrival, "old", "A", 0, "V1")));
    REQUIRE(ward.tell(ward.movement(arrival, "new", "B", 0, "V2")));
    const auto ended = ward->subject_of(identifier("old")).value();
    const auto survivor = ward->subject_of(identifier("new")).value();
    REQUIRE(ward->set_consent(identifier("old"), {model::Purpose::research, false, at(0), at(99)}, "user:1"));
    auto merging = ward.movement(merge, "new", "", 10);
    merging.merged = {identifier("old")};
    REQUIRE(ward.tell(merging));

    CHECK(ward->subject_of(identifier("old")).value().pseudonym == survivor.pseudonym);
    CHECK(ward.in("A", 5) == "new");
    REQUIRE(ward->subject(ended.pseudonym).value());
    const auto known = ward->disclose(ended.pseudonym, permit_of(model::IdentityLevel::identified));
    CHECK(known.value().reveal().identifiers.front().value == "new");
    CHECK(known.value().reveal().identifiers.size() == 2);
    for (const auto& pseudonym : {ended.pseudonym, survivor.pseudonym}) {
        CHECK(ward->consent(pseudonym, model::Purpose::research, at(1), at(1)).value() ==
              policy::Consent::denied);
    }
    // Once more, and after a restart.
    auto again = ward.movement(merge, "new", "", 11);
    again.merged = {identifier("old")};
    REQUIRE(ward.tell(again));
    ward.reopen();
    CHECK(ward->subject_of(identifier("old")).value().pseudonym == survivor.pseudonym);
    CHECK(ward->subject(ended.pseudonym).value());
}

TEST_CASE("who was merged before goes along", "[movement_book]") {
    Bedside ward;
    for (const char* value : {"1", "2", "3"})
        REQUIRE(ward.tell(ward.movement(demographics, value, "", 0)));
    const auto first = ward->subject_of(identifier("1")).value().pseudonym;
    const auto merged = [&](const char* into, const char* from) {
        auto merging = ward.movement(merge, into, "", 1);
        merging.merged = {identifier(from)};
        return ward.tell(merging);
    };
    REQUIRE(merged("2", "1"));
    REQUIRE(merged("3", "2"));
    const auto known = ward->disclose(first, permit_of(model::IdentityLevel::identified));
    CHECK(known.value().reveal().identifiers.front().value == "3");
    // Erasing any of them erases all.
    REQUIRE(ward->erase(first));
    CHECK(ward->count_persons().value() == 0);
    CHECK(ward->erasures().entries == 3);
}

TEST_CASE("an identifier nobody has becomes the survivor's", "[movement_book]") {
    Bedside ward;
    auto merging = ward.movement(merge, "new", "", 0);
    merging.merged = {identifier("never seen")};
    REQUIRE(ward.tell(merging));
    CHECK(ward->subject_of(identifier("never seen")).value().pseudonym ==
          ward->subject_of(identifier("new")).value().pseudonym);
}

TEST_CASE("a visit and an account move to another person", "[movement_book]") {
    Bedside ward;
    auto admission = ward.movement(arrival, "1", "A", 0, "V1");
    admission.account = "F1";
    REQUIRE(ward.tell(admission));
    auto moving = ward.movement(visit_move, "2", "", 5, "V9");
    moving.merged = {identifier("1")};
    moving.merged_visit = "V1";
    REQUIRE(ward.tell(moving));
    CHECK(ward.in("A", 3) == "2");
    REQUIRE(ward.tell(ward.movement(transfer, "2", "B", 6, "V9")));
    CHECK(ward.in("B", 7) == "2");
    auto account = ward.movement(account_move, "3", "", 8, "");
    account.merged_account = "F1";
    REQUIRE(ward.tell(account));
    CHECK(ward.in("B", 7) == "3");

    moving.merged_visit = "none";
    CHECK(refusal(ward.tell(moving)) == movement_unknown);
    auto wrong = ward.movement(visit_move, "2", "", 9, "V9");
    wrong.merged = {identifier("1")};
    wrong.merged_visit = "V9";
    CHECK(refusal(ward.tell(wrong)) == movement_conflict);
}

TEST_CASE("the same message again changes nothing", "[movement_book]") {
    Bedside ward;
    const auto first = ward.movement(arrival, "1", "A", 0);
    CHECK(ward.tell(first, "f").value() == MovementOutcome::done);
    REQUIRE(ward.tell(ward.movement(arrival_cancelled, "1", "A", 20)));
    CHECK(ward.tell(first, "f").value() == MovementOutcome::repeated);
    CHECK(ward.in("A", 5) == "-");
    ward.reopen();
    CHECK(ward.tell(first, "f").value() == MovementOutcome::repeated);
}

TEST_CASE("every change leaves the records of the persons it concerns", "[movement_book]") {
    Bedside ward;
    REQUIRE(ward.tell(ward.movement(arrival, "1", "A", 0)));
    const auto subject = ward->subject_of(identifier("1")).value().pseudonym;
    std::multiset<audit::Action> actions;
    for (auto change = ward->unrecorded_change().value(); change;
         change = ward->unrecorded_change().value()) {
        CHECK(change->event.actor == "sender:kis");
        CHECK(change->event.object == "A0x kis");
        CHECK(change->event.subject == subject);
        actions.insert(change->event.action);
        REQUIRE(ward->change_recorded(change->name));
    }
    CHECK(actions == std::multiset{audit::Action::person_admitted, audit::Action::association_changed});
    // What is refused leaves none.
    CHECK_FALSE(ward.tell(ward.movement(departure_cancelled, "1", "", 1)));
    CHECK_FALSE(ward->unrecorded_change().value());
}

}  // namespace
}  // namespace edgeward::vault
