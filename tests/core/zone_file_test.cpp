#include "zone_file.hpp"

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <random>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <edgeward/core/file.hpp>

namespace edgeward {
namespace {

std::vector<std::string> names_of_all_zones() {
    std::ifstream table("/usr/share/zoneinfo/tzdata.zi");
    std::vector<std::string> names;
    for (std::string line; std::getline(table, line);) {
        if (!line.starts_with("Z ")) continue;
        names.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
    return names;
}

// The C library's own reader, one zone at a time.
class LibraryZone {
public:
    explicit LibraryZone(const std::string& name) {
        ::setenv("TZ", (":" + name).c_str(), 1);
        ::tzset();
    }
    LibraryZone(const LibraryZone&) = delete;
    LibraryZone& operator=(const LibraryZone&) = delete;
    ~LibraryZone() {
        ::unsetenv("TZ");
        ::tzset();
    }
    [[nodiscard]] int offset_at(std::int64_t utc) const {
        const std::time_t time = utc;
        std::tm local{};
        ::localtime_r(&time, &local);
        return static_cast<int>(local.tm_gmtoff);
    }
};

TEST_CASE("every zone agrees with the C library from 1900 to 2100", "[zone_file]") {
    const auto names = names_of_all_zones();
    if (names.empty()) SKIP("tzdata.zi is not installed");
    std::mt19937_64 random(20260329);  // the same times in every run
    std::uniform_int_distribution<std::int64_t> any_time(-2208988800, 4102444800);
    for (const std::string& name : names) {
        CAPTURE(name);
        const auto zone = find_zone(name);
        REQUIRE(zone);
        const LibraryZone library(name);
        int differing = 0;
        for (int i = 0; i < 300; ++i) {
            const std::int64_t utc = any_time(random);
            const int offset = library.offset_at(utc);
            if ((*zone)->offset_at(utc) != offset) ++differing;
            // A local time reads back as an instant at which clocks show it, and none earlier.
            const auto first = (*zone)->first_utc_of(utc + offset);
            if (!first || *first > utc || *first + library.offset_at(*first) != utc + offset) ++differing;
        }
        CHECK(differing == 0);
    }
}

TEST_CASE("UTC needs no file", "[zone_file]") {
    const auto utc = find_zone("UTC");
    REQUIRE(utc);
    CHECK((*utc)->offset_at(1774746000) == 0);
    CHECK((*utc)->first_utc_of(1774746000) == 1774746000);
}

TEST_CASE("a zone is read once and stays in place", "[zone_file]") {
    CHECK(*find_zone("Asia/Tokyo") == *find_zone("Asia/Tokyo"));
}

// RFC 8536 §3: version 1, two types, one transition at 1000 from -1:00 to +1:00.
std::string version_1_file() {
    std::string file("TZif\0", 5);
    file.append(15, '\0');
    for (const char count : {'\0', '\0', '\0', '\1', '\2', '\x08'})
        file.append(3, '\0').append(1, count);
    file.append("\x00\x00\x03\xE8", 4).append(1, '\1');
    file.append("\xFF\xFF\xF1\xF0\x00\x00", 6).append("\x00\x00\x0E\x10\x01\x04", 6);
    return file.append("AAA\0BBB\0", 8);
}

TEST_CASE("a version 1 file keeps its last offset for ever", "[zone_file]") {
    const auto zone = ZoneFile::parse(bytes_of(version_1_file()));
    REQUIRE(zone);
    CHECK(zone->offset_at(-5000000000) == -3600);
    CHECK(zone->offset_at(999) == -3600);
    CHECK(zone->offset_at(1000) == 3600);
    CHECK(zone->offset_at(5000000000) == 3600);
    CHECK_FALSE(zone->first_utc_of(0));  // clocks jump from -2600 to 4600
    CHECK(zone->first_utc_of(4600) == 1000);
}

TEST_CASE("a file cut anywhere is corrupt", "[zone_file]") {
    const auto berlin = read_file("/usr/share/zoneinfo/Europe/Berlin");
    REQUIRE(berlin);
    for (const std::string& whole : {version_1_file(), *berlin}) {
        REQUIRE(ZoneFile::parse(bytes_of(whole)));
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto cut = ZoneFile::parse(bytes_of(whole).first(size));
            REQUIRE_FALSE(cut);
            CHECK(cut.error().kind == ErrorKind::corrupt);
        }
    }
}

TEST_CASE("a file altered anywhere is refused or still answers", "[zone_file]") {
    const std::string whole = version_1_file();
    std::size_t refused = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        for (const int flip : {0x01, 0x80, 0xFF}) {
            std::string altered = whole;
            altered[i] = static_cast<char>(altered[i] ^ flip);
            const auto zone = ZoneFile::parse(bytes_of(altered));
            if (!zone) {
                ++refused;
                continue;
            }
            static_cast<void>(zone->offset_at(999));
            static_cast<void>(zone->first_utc_of(4600));
        }
    }
    CHECK(refused > 3 * 4);  // at least the magic
}

TEST_CASE("leap seconds and wrong indexes are corrupt", "[zone_file]") {
    std::string leap = version_1_file();
    leap[31] = 1;
    CHECK_FALSE(ZoneFile::parse(bytes_of(leap)));
    std::string index = version_1_file();
    index[48] = 2;
    CHECK_FALSE(ZoneFile::parse(bytes_of(index)));
}

}  // namespace
}  // namespace edgeward
