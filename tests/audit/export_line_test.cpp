#include "export_line.hpp"

#include <catch2/catch_test_macros.hpp>

#include "trail.hpp"

namespace edgeward::audit {

TEST_CASE("a number has one spelling only", "[export_line]") {
    std::uint64_t number = 0;
    CHECK(read_number("18446744073709551615", number));
    CHECK(number == UINT64_MAX);
    CHECK(read_number("0", number));
    for (const char* wrong : {"", "01", "+1", "-1", " 1", "1 ", "18446744073709551616", "0x1"})
        CHECK_FALSE(read_number(wrong, number));
}

TEST_CASE("a digest is 64 lower-case hexadecimal digits", "[export_line]") {
    crypto::Digest digest{};
    CHECK(read_digest(std::string(64, 'a'), digest));
    CHECK_FALSE(read_digest(std::string(64, 'A'), digest));
    CHECK_FALSE(read_digest(std::string(63, 'a'), digest));
    CHECK_FALSE(read_digest(std::string(64, 'g'), digest));
}

TEST_CASE("the readable columns show what an auditor asks for", "[export_line]") {
    Event event;
    event.actor = "gateway";
    event.action = Action::refused;
    event.object = "retained";
    event.outcome = Outcome::failure;
    event.count = 3;
    std::string line;
    append_readable(7, Instant(std::chrono::milliseconds(1795459726123)), event, line);
    CHECK(line == "record\t7\t2026-11-23T18:48:46.123Z\tgateway\trefused\tfailure\t3\t-\tretained\t\t-\t");
}

TEST_CASE("header and end lines of another shape are refused", "[export_line]") {
    const std::string zeros(64, '0');
    CHECK(parse_header_line("edgeward-audit-export\t1\torigin\t1\t" + zeros));
    CHECK_FALSE(parse_header_line("edgeward-audit-export\t2\torigin\t1\t" + zeros));
    CHECK_FALSE(parse_header_line("edgeward-audit-export\t1\torigin\t0\t" + zeros));
    CHECK_FALSE(parse_header_line("edgeward-audit-export\t1\torigin\t1\t" + zeros + "\t"));
    CHECK(parse_end_line("end\t0\t" + zeros));
    CHECK_FALSE(parse_end_line("end\t0"));
    CHECK_FALSE(parse_record_line("record\t1"));
    CHECK_FALSE(parse_record_line("\t\t"));
}

}  // namespace edgeward::audit
