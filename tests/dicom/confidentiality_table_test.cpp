#include "confidentiality_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

using namespace edgeward::dicom;

namespace {

const std::map<std::string, BasicAction>& actions() {
    static const std::map<std::string, BasicAction> words{
        {"X", BasicAction::X},    {"Z", BasicAction::Z},       {"D", BasicAction::D},
        {"U", BasicAction::U},    {"X/Z", BasicAction::XZ},    {"X/D", BasicAction::XD},
        {"Z/D", BasicAction::ZD}, {"X/Z/D", BasicAction::XZD}, {"X/Z/U*", BasicAction::XZU}};
    return words;
}

unsigned kept_by(const nlohmann::json& row) {
    unsigned kept = 0;
    const auto has = [&](const char* column) { return row.value(column, "") == "K"; };
    if (has("rtnDevIdOpt")) kept |= static_cast<unsigned>(Retained::device);
    if (has("rtnLongFullDatesOpt")) kept |= static_cast<unsigned>(Retained::dates);
    if (has("rtnInstIdOpt")) kept |= static_cast<unsigned>(Retained::institution);
    if (has("rtnPatCharsOpt")) kept |= static_cast<unsigned>(Retained::patient);
    if (has("rtnUIDsOpt")) kept |= static_cast<unsigned>(Retained::uids);
    return kept;
}

}  // namespace

TEST_CASE("the table is that of PS3.15 row by row", "[confidentiality_table]") {
    std::ifstream file(EDGEWARD_SOURCE_DIR "/tests/dicom/testdata/ps315_e1.json");
    const auto table = nlohmann::json::parse(file);
    REQUIRE(table.size() == 621);  // PS3.15 2023, table E.1-1
    std::size_t single = 0;
    for (const auto& entry : table) {
        const auto id = entry.at("id").get<std::string>();
        CAPTURE(id);
        if (id.find_first_not_of("0123456789abcdef") != std::string::npos) continue;
        ++single;
        const auto* row = confidentiality_row(static_cast<std::uint32_t>(std::stoul(id, nullptr, 16)));
        REQUIRE(row != nullptr);
        CHECK(row->action == actions().at(entry.at("basicProfile")));
        CHECK(static_cast<unsigned>(row->retained) == kept_by(entry));
    }
    CHECK(single == 617);  // all but private attributes, curves and two of overlays
    CHECK(confidentiality_rows().size() == single);
}

TEST_CASE("an attribute that the table does not name has no row", "[confidentiality_table]") {
    CHECK(confidentiality_row(0x7FE00010) == nullptr);
    CHECK(confidentiality_row(0x00080016) == nullptr);
}
