#include <edgeward/model/observation.hpp>

#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::model;

TEST_CASE("every category quality reason and mode has a name of its own", "[observation]") {
    const std::set<std::string_view> names = {name_of(Category::vital_sign),
                                              name_of(Category::measurement),
                                              name_of(Category::setting),
                                              name_of(Category::laboratory),
                                              name_of(Category::technical),
                                              name_of(Quality::reliable),
                                              name_of(Quality::questionable),
                                              name_of(Quality::invalid),
                                              name_of(AbsentReason::none),
                                              name_of(AbsentReason::temp_unknown),
                                              name_of(AbsentReason::error),
                                              name_of(AbsentReason::not_performed),
                                              name_of(AbsentReason::masked),
                                              name_of(Mode::production),
                                              name_of(Mode::test),
                                              name_of(Mode::demo)};
    CHECK(names.size() == 16);
    const std::set<std::string_view> statuses{
        name_of(ResultStatus::unverified), name_of(ResultStatus::preliminary),
        name_of(ResultStatus::final),      name_of(ResultStatus::corrected),
        name_of(ResultStatus::deleted),    name_of(ResultStatus::wrong_patient)};
    CHECK(statuses.size() == 6);
    CHECK(is_withdrawal(ResultStatus::wrong_patient));
    CHECK_FALSE(is_withdrawal(ResultStatus::corrected));
    CHECK_FALSE(names.contains("unknown"));
}

TEST_CASE("observation ids order by their octets so that later hours sort later", "[observation]") {
    ObservationId early;
    ObservationId late;
    early.octets[3] = 1;
    late.octets[3] = 2;
    CHECK(early < late);
}
