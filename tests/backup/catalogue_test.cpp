#include <edgeward/backup/catalogue.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "yard.hpp"

namespace edgeward::backup {
namespace {

const std::string here(32, 'a');
constexpr Instant now{std::chrono::hours(500'000)};

BackupFile file_of(int hours_ago, bool persons, std::uint64_t erasures = 0,
                   const std::string& installation = here) {
    BackupFile file;
    file.made = now - std::chrono::hours(hours_ago);
    file.name = (hours_ago < 10 ? "0" : "") + std::to_string(hours_ago);
    file.id = file.name;
    file.file = file.name + (persons ? ".persons" : ".data");
    file.installation = installation;
    file.persons = persons;
    file.erasures = erasures;
    return file;
}

std::vector<std::string> names_of(const std::vector<BackupFile>& files) {
    std::vector<std::string> names;
    for (const auto& file : files)
        names.push_back(file.file.string());
    std::ranges::sort(names);
    return names;
}

BackupSettings keep(std::uint64_t count, int hours) {
    BackupSettings settings;
    settings.data_count = settings.persons_count = count;
    settings.data_age = settings.persons_age = std::chrono::hours(hours);
    return settings;
}

using Names = std::vector<std::string>;

TEST_CASE("what is beyond count or age is given up for each part", "[catalogue]") {
    const std::vector files = {file_of(40, false), file_of(40, true), file_of(20, false),
                               file_of(20, true),  file_of(5, false), file_of(5, true)};
    CHECK(names_of(expired_backups(files, keep(10, 100), here, 0, now)).empty());
    CHECK(names_of(expired_backups(files, keep(10, 30), here, 0, now)) == Names{"40.data", "40.persons"});
    CHECK(names_of(expired_backups(files, keep(1, 100), here, 0, now)) ==
          Names{"20.data", "20.persons", "40.data", "40.persons"});
    BackupSettings apart = keep(10, 100);
    apart.persons_age = std::chrono::hours(10);
    CHECK(names_of(expired_backups(files, apart, here, 0, now)) == Names{"20.persons", "40.persons"});
}

TEST_CASE("the newest stays; the newest persons' part until somebody was erased since", "[catalogue]") {
    const std::vector files = {file_of(50, false, 3), file_of(50, true, 3)};
    CHECK(expired_backups(files, keep(1, 10), here, 3, now).empty());
    CHECK(names_of(expired_backups(files, keep(1, 10), here, 4, now)) == Names{"50.persons"});
    CHECK(expired_backups(files, keep(1, 60), here, 4, now).empty());
}

TEST_CASE("backups of others are let be", "[catalogue]") {
    const std::vector files = {file_of(50, false, 0, std::string(32, 'b')), file_of(40, false),
                               file_of(5, false)};
    CHECK(names_of(expired_backups(files, keep(1, 10), here, 0, now)) == Names{"40.data"});
}

TEST_CASE("a data part goes with the persons' part made with it or the next one", "[catalogue]") {
    const std::vector files = {file_of(50, false), file_of(40, true), file_of(30, false),
                               file_of(30, true),  file_of(20, true), file_of(10, false)};
    CHECK(find_pair(files, "50").value().persons.name == "40");
    CHECK(find_pair(files, "30").value().persons.name == "30");
    CHECK(find_pair(files, "10").error().kind == ErrorKind::invalid_input);
    CHECK(find_pair(files, "").error().kind == ErrorKind::invalid_input);  // the newest is 10
    CHECK(find_pair(files, "99").error().message == "there is no such backup");
    CHECK(find_pair({}, "").error().message == "there is no backup");
}

TEST_CASE("a folder is listed by its containers' headers", "[catalogue]") {
    Yard yard;
    const auto created = yard.create();
    write_text(yard.backups() / "other.txt", "not one");
    write_text(yard.backups() / "x.data.edgeward-backup", "not one either");
    const auto files = list_backups(yard.backups()).value();
    REQUIRE(files.size() == 2);
    for (const auto& file : files) {
        CHECK(file.name == created.name);
        CHECK(file.for_recovery);
        CHECK(file.size == (file.persons ? created.persons_octets : created.data_octets));
        CHECK(file.size == std::filesystem::file_size(file.file));
    }
    CHECK(list_backups(yard.top() / "none").error().kind == ErrorKind::unavailable);
}

}  // namespace
}  // namespace edgeward::backup
